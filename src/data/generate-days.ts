/**
 * Generated days of several stocks that do not exist, in one file: one market that all follow, trends of their own that last for weeks, and stocks that come
 * in pairs, the second of which strays from the first and returns. One seed gives the same bars everywhere.
 */
import type { Calendar } from "../market/calendars.ts";
import { dateText } from "../values/civil-date.ts";
import { type Prng, prng } from "../values/prng.ts";
import { cents, centsText, type GeneratorOptions } from "./generate.ts";

/** Of a day's return: the market's mean and deviation, and the deviation of a stock's own part. */
const MARKET_MEAN = 0.0003;
const MARKET_DEVIATION = 0.007;
const OWN_DEVIATION = 0.008;
/** How long trends and distances of pairs last, and how far a day moves them. */
const TREND_MEMORY = 0.98;
const TREND_SHOCK = 0.0003;
const DISTANCE_MEMORY = 0.93;
const DISTANCE_SHOCK = 0.011;
/** What of a day's movement happens over night, and how far a day's extremes lie beyond its open and close. */
const NIGHT_PART = 0.3;
const EXTREME_DEVIATION = 0.004;
const MEAN_VOLUME = 2_000_000;

interface Stock {
  readonly symbol: string;
  /** In cents, of the first of its pair; and what the second is away from that. */
  price: number;
  trend: number;
  distance: number;
  close: number;
}

/** The rows of all sessions as text, one piece a line, session by session. Fewer sessions where the calendar ends before. */
export function* daysCsv(calendar: Calendar, symbols: readonly string[], options: GeneratorOptions): Generator<string> {
  const random = prng(options.seed);
  const stocks = symbols.map((symbol): Stock => ({ symbol, price: options.firstPrice, trend: 0, distance: 0, close: options.firstPrice }));
  yield "date,symbol,open,high,low,close,volume\n";
  let left = options.sessions;
  for (let day = options.firstDay; left > 0 && day <= calendar.lastDay; day++) {
    if (!calendar.isSession(day)) continue;
    const market = MARKET_MEAN + MARKET_DEVIATION * random.normal();
    for (const [index, stock] of stocks.entries()) {
      const leader = index % 2 === 1 ? stocks[index - 1] : undefined;
      const before = stock.close;
      stock.close = leader === undefined ? lead(stock, market, random) : follow(stock, leader, random);
      yield `${dateText(day)},${stock.symbol},${dayOf(before, stock.close, random).join(",")}\n`;
    }
    left--;
  }
}

/** The close of the first stock of a pair. */
function lead(stock: Stock, market: number, random: Prng): number {
  stock.trend = TREND_MEMORY * stock.trend + TREND_SHOCK * random.normal();
  stock.price *= 1 + market + stock.trend + OWN_DEVIATION * random.normal();
  return stock.price;
}

/** The close of the second. */
function follow(stock: Stock, leader: Stock, random: Prng): number {
  stock.distance = DISTANCE_MEMORY * stock.distance + DISTANCE_SHOCK * random.normal();
  return leader.price * (1 + stock.distance);
}

/** Open, high, low, close and volume of a day between two closes. */
function dayOf(before: number, close: number, random: Prng): readonly (string | number)[] {
  const open = before + NIGHT_PART * (close - before) + 0.5 * EXTREME_DEVIATION * before * random.normal();
  const reach = (): number => EXTREME_DEVIATION * close * Math.abs(random.normal());
  const [high, low] = [Math.max(open, close) + reach(), Math.min(open, close) - reach()];
  const volume = Math.round(MEAN_VOLUME * (0.5 + random.uniform()));
  return [...[open, high, low, close].map((price) => centsText(cents(price))), volume];
}
