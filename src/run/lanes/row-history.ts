/** The last rows of a symbol's first clock, kept for the next split, at which its features begin anew on them (semantics 13.2). */
import type { BarChunk } from "../../market/bars.ts";
import type { Calendar } from "../../market/calendars.ts";
import { inverse, productNearest, type Ratio } from "../../values/ratio.ts";
import { append, type ColumnHistory, columnHistory, last } from "./column-history.ts";

const PRICES = ["open", "high", "low", "close"] as const;

export interface RowHistory {
  /** R of the semantics. */
  readonly rows: number;
  readonly columns: Readonly<Record<"time" | "volume" | (typeof PRICES)[number], ColumnHistory>>;
  /** Whether the dataset has volumes, as far as is known. */
  hasVolume: boolean;
}

/** A history that begins empty, of `rows` rows and those of a session before them, `keep` at the most. */
export function rowHistory(rows: number, keep: number): RowHistory {
  const column = (): ColumnHistory => columnHistory(keep);
  const columns = { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  return { rows, columns, hasVolume: true };
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

/** Copies of the last rows from the begin of a session on, in chunks of at most `capacity`. */
export function lastRows(history: RowHistory, calendar: Calendar, capacity: number): readonly BarChunk[] {
  const { columns, rows, hasVolume } = history;
  const { values: time, count } = columns.time;
  const dateOf = (row: number): number => calendar.dateOf((time[row] ?? Number.NaN) - 1);
  let first = Math.max(0, count - rows);
  while (first > 0 && dateOf(first - 1) === dateOf(first)) first--;
  const chunks: BarChunk[] = [];
  for (let left = count - first; left > 0; left -= capacity) {
    const cut = (column: ColumnHistory): Float64Array => last(column, left).slice(0, capacity);
    const prices = { open: cut(columns.open), high: cut(columns.high), low: cut(columns.low), close: cut(columns.close) };
    const all = hasVolume ? { ...prices, volume: cut(columns.volume) } : prices;
    chunks.push({ rows: Math.min(left, capacity), time: cut(columns.time), columns: all });
  }
  return chunks;
}
