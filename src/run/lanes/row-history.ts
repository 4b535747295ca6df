/** The rows of a symbol's first clock so far, kept for the next split or dividend at which its features begin anew on them (semantics 13.2, 13.11). */
import { DIVIDEND_FACTOR_MIN, type Dividend, dividendFactor } from "../../market/actions.ts";
import type { BarChunk } from "../../market/bars.ts";
import { dateText } from "../../values/civil-date.ts";
import { inverse, productNearest, type Ratio } from "../../values/ratio.ts";
import { powerOfTen } from "../../values/wide.ts";
import { RunFailure } from "../failure.ts";
import { append, type ColumnHistory, columnHistory } from "./column-history.ts";

const PRICES = ["open", "high", "low", "close"] as const;

export interface RowHistory {
  readonly columns: Readonly<Record<"time" | "volume" | "dividend_factor" | (typeof PRICES)[number], ColumnHistory>>;
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
    dividend_factor: columnHistory(),
  };
  return { columns, hasVolume: true };
}

/** Takes in the rows that follow. */
export function remember(history: RowHistory, { rows, time, columns }: BarChunk): void {
  append(history.columns.time, time, rows);
  append(history.columns.dividend_factor, new Float64Array(rows).fill(1), rows);
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

/** Adjusts all rows for a dividend that goes ex after them. Throws `RunFailure` of one that is about all that a share is worth. */
export function adjustRows({ columns }: RowHistory, dividend: Dividend, priceDecimals: number): void {
  const { close, dividend_factor } = columns;
  const last = (close.values[close.count - 1] ?? Number.NaN) / powerOfTen(priceDecimals);
  const factor = dividendFactor(dividend, last);
  const { values, count } = dividend_factor;
  for (let row = 0; row < count; row++) values[row] = (values[row] ?? Number.NaN) * factor;
  if ((values[0] ?? Number.NaN) >= DIVIDEND_FACTOR_MIN) return;
  const message = `prices cannot be adjusted for the dividend of ${dividend.amount} on ${dateText(dividend.day)}: the last close before it is ${last}`;
  throw new RunFailure({ kind: "invalid_dividend", date: dateText(dividend.day), message });
}

/** All rows, in chunks of at most `capacity`: copies, since they are rescaled in place. */
export function allRows({ columns, hasVolume }: RowHistory, capacity: number): readonly BarChunk[] {
  const { count } = columns.time;
  const chunks: BarChunk[] = [];
  for (let from = 0; from < count; from += capacity) {
    const to = Math.min(count, from + capacity);
    const cut = ({ values }: ColumnHistory): Float64Array => values.slice(from, to);
    const prices = { open: cut(columns.open), high: cut(columns.high), low: cut(columns.low), close: cut(columns.close) };
    const factored = { ...prices, dividend_factor: cut(columns.dividend_factor) };
    chunks.push({ rows: to - from, time: cut(columns.time), columns: hasVolume ? { ...factored, volume: cut(columns.volume) } : factored });
  }
  return chunks;
}
