/**
 * Bars from trades (semantics 12.9), one trade at a time, as they come from a feed or from a file: how they are cut into chunks makes no difference. What a trade
 * does to its bar is the vendor's to say, by the conditions it was reported under.
 */
import type { Grid } from "./grid.ts";

/**
 * What a trade counts for: its price and its size, its size alone, or nothing. `opening`: a print of the opening auction; the first
 * in the session's first bar counts, and its price is the open. `closing`: one of the closing auction; the first counts, for the last bar before the close.
 */
export type TradeUse = "all" | "size" | "none" | "opening" | "closing";

/** Finished bars as columns; they grow as bars come. Prices are those of the trades, in whatever unit. */
export interface TradeBars {
  readonly start: number[];
  readonly end: number[];
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
  readonly volume: number[];
}

/** The bar under way; its open is NaN while only sizes have counted, `auction` while no opening auction has said what it is. */
interface OpenBar {
  readonly start: number;
  readonly end: number;
  auction: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface Aggregation {
  readonly bars: TradeBars;
  /** Takes a trade of an instant (UTC microseconds), none before the one taken last. */
  take(time: number, price: number, size: number, use: TradeUse): void;
  /** Time has come to `now`: a bar that ends by then is finished. */
  passTo(now: number): void;
}

/** When the session of an instant opens and closes, UTC microseconds. */
export interface SessionHours {
  open(time: number): number;
  close(time: number): number;
}

/**
 * The bars of one symbol on a grid of ends; `width` is the nominal one, which says where a bar begins. A closing print that comes when its bar is finished
 * changes that bar.
 */
export function aggregate(grid: Grid, width: number, hours: SessionHours): Aggregation {
  const bars: TradeBars = { start: [], end: [], open: [], high: [], low: [], close: [], volume: [] };
  let bar: OpenBar | null = null;
  /** Close of the last session whose closing auction has come. */
  let closed = Number.NaN;

  const finish = (): void => {
    if (bar !== null && !Number.isNaN(bar.open)) append(bars, bar);
    bar = null;
  };
  const passTo = (now: number): void => {
    if (bar !== null && bar.end <= now) finish();
  };
  return {
    bars,
    passTo,
    take: (time, price, size, use) => {
      if (use === "none") return;
      passTo(time);
      if (use === "closing") {
        const close = hours.close(time);
        if (close !== closed && amend(bars, close, price, size)) closed = close;
        return;
      }
      bar ??= emptyBar(grid(time + 1), width);
      if (use === "opening") {
        if (bar.start !== hours.open(time) || !Number.isNaN(bar.auction)) return;
        bar.auction = price;
      }
      if (use !== "size") addPrice(bar, price);
      bar.volume += size;
    },
  };
}

function emptyBar(end: number, width: number): OpenBar {
  return {
    start: end - width,
    end,
    auction: Number.NaN,
    open: Number.NaN,
    high: Number.NaN,
    low: Number.NaN,
    close: Number.NaN,
    volume: 0,
  };
}

function addPrice(bar: OpenBar, price: number): void {
  if (Number.isNaN(bar.open)) {
    bar.open = price;
    bar.high = price;
    bar.low = price;
  }
  bar.high = Math.max(bar.high, price);
  bar.low = Math.min(bar.low, price);
  bar.close = price;
}

/** Adds a closing print to the last finished bar of its session; false where there is none. */
function amend({ end, high, low, close, volume }: TradeBars, sessionClose: number, price: number, size: number): boolean {
  const at = end.lastIndexOf(sessionClose);
  if (at < 0) return false;
  high[at] = Math.max(high[at] ?? price, price);
  low[at] = Math.min(low[at] ?? price, price);
  close[at] = price;
  volume[at] = (volume[at] ?? 0) + size;
  return true;
}

function append(bars: TradeBars, { start, end, auction, open, high, low, close, volume }: OpenBar): void {
  const first = Number.isNaN(auction) ? open : auction;
  bars.start.push(start);
  bars.end.push(end);
  bars.open.push(first);
  bars.high.push(Math.max(high, first));
  bars.low.push(Math.min(low, first));
  bars.close.push(close);
  bars.volume.push(volume);
}
