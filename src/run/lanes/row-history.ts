/** The rows of a symbol's first clock so far, kept for the next split, at which its features begin anew on them (semantics 13.2). */
import type { BarChunk } from "../../market/bars.ts";
import { inverse, productNearest, type Ratio } from "../../values/ratio.ts";
import { append, type ColumnHistory, columnHistory } from "./column-history.ts";

const PRICES = ["open", "high", "low", "close"] as const;

export interface RowHistory {
  readonly columns: Readonly<Record<"time" | "volume" | (typeof PRICES)[number], ColumnHistory>>;
  /** Whether the dataset has volumes, as far as is known. */
  hasVolume: boolean;
}

/** No rows yet. */
export function rowHistory(): RowHistory {
  const columns = {
    time: columnHistory(),
    open: columnHistory(),
    high: columnHistory(),
    low: columnHistory(),
    close: columnHistory(),
    volume: columnHistory(),
  };
  return { columns, hasVolume: true };
}

/** Takes in the rows that follow. */
export function remember(history: RowHistory, { rows, time, columns }: BarChunk): void {
  append(history.columns.time, time, rows);
  for (const name of PRICES) append(history.columns[name], columns[name], rows);
  if (columns.volume === undefined) history.hasVolume &&= rows === 0;
  else append(history.columns.volume, columns.volume, rows);
}

/** Puts all rows into new shares, of which there are `shares` for each old one: prices to the nearest tick, at least one. */
export function rescaleRows({ columns }: RowHistory, shares: Ratio): void {
  const prices = inverse(shares);
  for (const name of PRICES) {
    const { values, count } = columns[name];
    for (let row = 0; row < count; row++) values[row] = Math.max(1, productNearest(values[row] ?? Number.NaN, prices));
  }
  const { numerator, denominator } = shares.fast;
  const { values, count } = columns.volume;
  for (let row = 0; row < count; row++) values[row] = ((values[row] ?? Number.NaN) * numerator) / denominator;
}

/** All rows, in chunks of at most `capacity`: copies, since they are rescaled in place. */
export function allRows({ columns, hasVolume }: RowHistory, capacity: number): readonly BarChunk[] {
  const { count } = columns.time;
  const chunks: BarChunk[] = [];
  for (let from = 0; from < count; from += capacity) {
    const to = Math.min(count, from + capacity);
    const cut = ({ values }: ColumnHistory): Float64Array => values.slice(from, to);
    const prices = { open: cut(columns.open), high: cut(columns.high), low: cut(columns.low), close: cut(columns.close) };
    chunks.push({ rows: to - from, time: cut(columns.time), columns: hasVolume ? { ...prices, volume: cut(columns.volume) } : prices });
  }
  return chunks;
}
