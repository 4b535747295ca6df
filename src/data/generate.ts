/**
 * Generated market data: minute bars of a stock that does not exist, for examples and tests on a machine without data. Regular NYSE hours, prices on
 * the cent, volatility that comes in clusters (GARCH(1,1), Bollerslev 1986), volume and movement shaped like a U over the day, gaps over night, now
 * and then a minute without trades. One seed gives the same bars everywhere.
 */
import { type Calendar, MINUTE } from "../market/calendars.ts";
import { type Prng, prng } from "../values/prng.ts";
import { eachPrice, type PriceColumns, priceColumns } from "./decimals.ts";
import { utcText } from "./instants.ts";

export interface GeneratorOptions {
  readonly seed: number;
  readonly sessions: number;
  /** Day number of the first date considered. */
  readonly firstDay: number;
  /** In cents. */
  readonly firstPrice: number;
}

export interface GeneratedBars {
  readonly rows: number;
  /** Bar ends, UTC microseconds. */
  readonly time: Float64Array;
  /** In cents. */
  readonly prices: PriceColumns;
  readonly volume: Float64Array;
}

const MINUTES_PER_SESSION = 390;
const STEPS_PER_MINUTE = 6;
/** Share of minutes without a trade. */
const MISSING = 0.003;
/** Deviation of a minute's return, long-run, and of the night's. */
const MINUTE_DEVIATION = 0.0005;
const NIGHT_DEVIATION = 0.006;
const MEAN_VOLUME = 9_000;
/** How far a variance depends on the last squared return and on itself. */
const GARCH_SHOCK = 0.06;
const GARCH_MEMORY = 0.93;

/** The walk between bars: log-free, in cents as a double. */
interface Walk {
  price: number;
  variance: number;
}

/** Bars of the first `sessions` sessions from `firstDay` on; fewer where the calendar ends before. */
export function generateBars(calendar: Calendar, options: GeneratorOptions): GeneratedBars {
  const random = prng(options.seed);
  const capacity = options.sessions * MINUTES_PER_SESSION;
  const bars = { rows: 0, time: new Float64Array(capacity), prices: priceColumns(capacity), volume: new Float64Array(capacity) };
  const walk: Walk = { price: options.firstPrice, variance: MINUTE_DEVIATION * MINUTE_DEVIATION };
  let left = options.sessions;
  for (let day = options.firstDay; left > 0 && day <= calendar.lastDay; day++) {
    if (!calendar.isSession(day)) continue;
    walk.price *= 1 + NIGHT_DEVIATION * random.normal();
    generateSession(calendar.open(day), calendar.close(day), random, walk, bars);
    left--;
  }
  return bars;
}

function generateSession(
  open: number,
  close: number,
  random: Prng,
  walk: Walk,
  bars: { -readonly [K in keyof GeneratedBars]: GeneratedBars[K] },
): void {
  const minutes = Math.round((close - open) / MINUTE);
  for (let minute = 0; minute < minutes; minute++) {
    const shape = dayShape((minute + 0.5) / minutes);
    const isMissing = minute > 0 && minute < minutes - 1 && random.uniform() < MISSING;
    const row = bars.rows;
    const moved = walkMinute(random, walk, shape, bars.prices, row);
    bars.time[row] = open + (minute + 1) * MINUTE;
    bars.volume[row] = Math.round(MEAN_VOLUME * shape * (0.3 + random.uniform() + 0.5 * moved));
    if (!isMissing) bars.rows++;
  }
}

/** Activity over the day, x from 0 to 1: high at the open, low at noon, high at the close; about 1 in the mean. */
function dayShape(x: number): number {
  const fromNoon = 2 * x - 1;
  return 0.55 + 1.1 * fromNoon * fromNoon + (x < 0.02 ? 1.5 : 0) + (x > 0.995 ? 3 : 0);
}

/** Walks one minute and writes its bar. Returns how large the move was against what was to be expected. */
function walkMinute(random: Prng, walk: Walk, shape: number, prices: PriceColumns, row: number): number {
  const deviation = Math.sqrt(walk.variance * shape);
  const open = cents(walk.price);
  let high = open;
  let low = open;
  const before = walk.price;
  for (let step = 0; step < STEPS_PER_MINUTE; step++) {
    walk.price *= 1 + (deviation / Math.sqrt(STEPS_PER_MINUTE)) * random.normal();
    high = Math.max(high, cents(walk.price));
    low = Math.min(low, cents(walk.price));
  }
  prices.open[row] = open;
  prices.high[row] = high;
  prices.low[row] = low;
  prices.close[row] = cents(walk.price);
  const moved = (walk.price / before - 1) / deviation;
  const shock = walk.variance * (moved * moved);
  walk.variance =
    (1 - GARCH_SHOCK - GARCH_MEMORY) * MINUTE_DEVIATION * MINUTE_DEVIATION + GARCH_SHOCK * shock + GARCH_MEMORY * walk.variance;
  return Math.abs(moved);
}

/** A price in whole cents, one at least. */
export function cents(price: number): number {
  return Math.max(1, Math.round(price));
}

/** The bars as text, one piece a line: the header says that times stamp the bar's end, their Z that they are UTC. */
export function* barsCsv(bars: GeneratedBars): Generator<string> {
  yield "close_time,open,high,low,close,volume\n";
  for (let row = 0; row < bars.rows; row++) {
    const prices = eachPrice(bars.prices).map((column) => centsText(column[row] ?? 0));
    yield `${utcText(bars.time[row] ?? 0)},${prices.join(",")},${bars.volume[row]}\n`;
  }
}

/** "100.05". */
export function centsText(price: number): string {
  return `${Math.floor(price / 100)}.${String(price % 100).padStart(2, "0")}`;
}
