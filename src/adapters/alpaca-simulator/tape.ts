/**
 * What the simulated market prints: quotes, trades and bars in order of time, made of bars. Within a bar the price goes from the open over the
 * nearer extreme's side (the low first where the bar rises) to the close; around each price there is a quote.
 */
import { type Instant, instant } from "../../values/quantity.ts";
import { type Amount, amount } from "./amounts.ts";

export interface MarketBar {
  readonly start: Instant;
  readonly end: Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The bars of a symbol, oldest first. */
export interface MarketData {
  readonly symbol: string;
  readonly priceDecimals: number;
  /** Nominal, in microseconds. */
  readonly width: number;
  readonly bars: readonly MarketBar[];
}

export interface Quote {
  readonly kind: "quote";
  readonly symbol: string;
  readonly time: Instant;
  readonly bid: Amount;
  readonly ask: Amount;
  readonly size: number;
}

export interface Trade {
  readonly kind: "trade";
  readonly symbol: string;
  readonly time: Instant;
  readonly id: number;
  readonly price: Amount;
  readonly size: number;
  readonly side: "buy" | "sell";
}

export interface PrintedBar {
  readonly kind: "bar";
  readonly symbol: string;
  /** Its end. */
  readonly time: Instant;
  readonly bar: MarketBar;
}

export type Print = Quote | Trade | PrintedBar;

const TRADES_PER_BAR = 4;
const BOARD_LOT = 100;

/** The prints of bar `index`; `halfSpread` lies between the price and either side of the quote. */
export function printsOf(data: MarketData, index: number, halfSpread: Amount): readonly Print[] {
  const bar = data.bars[index];
  if (bar === undefined) return [];
  const { symbol, priceDecimals } = data;
  const path = bar.close >= bar.open ? [bar.open, bar.low, bar.high, bar.close] : [bar.open, bar.high, bar.low, bar.close];
  const size = sizeOf(bar);
  const prints = path.flatMap((raw, step): Print[] => {
    const price = amount(raw.toFixed(priceDecimals));
    const time = instant(bar.start + Math.floor(((bar.end - bar.start) * step) / TRADES_PER_BAR));
    const side = step % 2 === 0 ? "buy" : "sell";
    return [
      { kind: "quote", symbol, time, bid: price.minus(halfSpread), ask: price.plus(halfSpread), size: BOARD_LOT },
      { kind: "trade", symbol, time, id: index * TRADES_PER_BAR + step + 1, price, size, side },
    ];
  });
  return [...prints, { kind: "bar", symbol, time: bar.end, bar }];
}

/** The size of each of its trades. */
function sizeOf({ volume }: MarketBar): number {
  return volume >= TRADES_PER_BAR ? Math.floor(volume / TRADES_PER_BAR) : volume / TRADES_PER_BAR;
}

/** All prints after `from`, of all symbols, in order of time; at the same time in order of the symbols. */
export function* tape(market: readonly MarketData[], from: Instant, halfSpread: Amount): Generator<Print> {
  const readers = market.map((data) => printsAfter(data, from, halfSpread));
  const heads = readers.map((reader) => reader.next().value);
  for (;;) {
    let first = -1;
    heads.forEach((head, index) => {
      const best = heads[first];
      if (head && (!best || head.time < best.time)) first = index;
    });
    const head = heads[first];
    if (!head) return;
    yield head;
    heads[first] = readers[first]?.next().value;
  }
}

function* printsAfter(data: MarketData, from: Instant, halfSpread: Amount): Generator<Print, undefined> {
  for (let index = firstBar(data.bars, from); index < data.bars.length; index++) {
    for (const print of printsOf(data, index, halfSpread)) if (print.time > from) yield print;
  }
}

/** The first bar that ends after `time`. */
export function firstBar(bars: readonly MarketBar[], time: Instant): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bars[middle]?.end ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
