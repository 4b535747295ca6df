/** Raw bars of one or more files as one table of columns, and the ways rows are moved: reversed, sorted, taken out. Columns change in place. */

import { powerOfTen } from "../values/wide.ts";
import { eachPrice, type PriceColumns, priceColumns, scaleUp } from "./decimals.ts";
import type { RawBars } from "./table.ts";

export interface RowTable {
  rows: number;
  readonly time: Float64Array;
  readonly line: Uint32Array;
  /** Which of `files` each row came from. */
  readonly source: Uint16Array;
  readonly files: readonly string[];
  readonly prices: PriceColumns;
  readonly decimals: number;
  readonly volume: Float64Array;
}

/** Puts newest-first files the other way round. Returns the names of those it turned. */
export function turnNewestFirst(files: readonly RawBars[]): readonly string[] {
  const turned: string[] = [];
  for (const bars of files) {
    let falls = 0;
    let rises = 0;
    for (let row = 1; row < bars.rows; row++) {
      const step = (bars.time[row] ?? 0) - (bars.time[row - 1] ?? 0);
      if (step < 0) falls++;
      else if (step > 0) rises++;
    }
    if (falls <= rises) continue;
    for (const column of [bars.time, bars.line, bars.volume, ...eachPrice(bars.prices)]) column.subarray(0, bars.rows).reverse();
    turned.push(bars.file);
  }
  return turned;
}

/** One table of all rows, files in the order of their first row. A single file's columns are taken over, not copied. */
export function joinFiles(files: readonly RawBars[]): RowTable {
  const ordered = files.filter((bars) => bars.rows > 0).toSorted((a, b) => (a.time[0] ?? 0) - (b.time[0] ?? 0));
  const names = ordered.map((bars) => bars.file);
  const only = ordered[0];
  if (ordered.length === 1 && only !== undefined) return { ...only, source: new Uint16Array(only.rows), files: names };
  const rows = ordered.reduce((sum, bars) => sum + bars.rows, 0);
  const decimals = Math.max(0, ...ordered.map((bars) => bars.decimals));
  const table: RowTable = {
    rows,
    time: new Float64Array(rows),
    line: new Uint32Array(rows),
    source: new Uint16Array(rows),
    files: names,
    prices: priceColumns(rows),
    decimals,
    volume: new Float64Array(rows),
  };
  let at = 0;
  for (const [index, bars] of ordered.entries()) {
    if (bars.decimals < decimals) scaleUp(bars.prices, bars.rows, powerOfTen(decimals - bars.decimals));
    table.source.fill(index, at, at + bars.rows);
    table.line.set(bars.line.subarray(0, bars.rows), at);
    const from = numberColumns(bars);
    for (const [column, target] of numberColumns(table).entries()) target.set((from[column] ?? target).subarray(0, bars.rows), at);
    at += bars.rows;
  }
  return table;
}

function numberColumns(table: Pick<RowTable, "time" | "prices" | "volume">): readonly Float64Array[] {
  return [table.time, ...eachPrice(table.prices), table.volume];
}

/** Puts the rows in the order of `order`, an array of row numbers; it may be shorter than the table, then the others are gone. */
export function reorder(table: RowTable, order: Uint32Array): void {
  for (const column of [...numberColumns(table), table.line, table.source]) {
    const old = column.slice(0, table.rows);
    for (let row = 0; row < order.length; row++) column[row] = old[order[row] ?? 0] ?? 0;
  }
  table.rows = order.length;
}

/** Takes out the rows that `dropped` marks, in place. */
export function dropRows(table: RowTable, dropped: Uint8Array): void {
  let kept = 0;
  for (let row = 0; row < table.rows; row++) if (dropped[row] === 0) kept++;
  if (kept === table.rows) return;
  const order = new Uint32Array(kept);
  let at = 0;
  for (let row = 0; row < table.rows; row++) if (dropped[row] === 0) order[at++] = row;
  reorder(table, order);
}

export function fileOf(table: RowTable, row: number): string {
  return table.files[table.source[row] ?? 0] ?? "";
}
