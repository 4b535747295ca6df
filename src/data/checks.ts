/** Checks of rows against each other and of each bar's own shape, on a table whose times are bar ends. With repair the table is mended in place. */

import { powerOfTen } from "../values/wide.ts";
import { type FindingLog, record } from "./problems.ts";
import { dropRows, fileOf, type RowTable, reorder } from "./rows.ts";

/** Finds rows out of order and sorts them (without repair too: so that duplicates are found; the import is refused all the same). */
export function checkOrder(table: RowTable, timeText: (time: number) => string, log: FindingLog): void {
  let falls = 0;
  for (let row = 1; row < table.rows; row++) {
    const time = table.time[row] ?? 0;
    const before = table.time[row - 1] ?? 0;
    if (time >= before) continue;
    falls++;
    record(log, "D215", fileOf(table, row), table.line[row] ?? 0, () => `${timeText(time)} comes after ${timeText(before)}`);
  }
  if (falls === 0) return;
  const order = new Uint32Array(table.rows).map((_, row) => row);
  order.sort((a, b) => (table.time[a] ?? 0) - (table.time[b] ?? 0) || a - b);
  reorder(table, order);
}

/** Finds rows of one time and keeps the first of them. The table is sorted. */
export function checkDuplicates(table: RowTable, timeText: (time: number) => string, log: FindingLog): void {
  const dropped = new Uint8Array(table.rows);
  let kept = 0;
  let any = false;
  for (let row = 1; row < table.rows; row++) {
    const time = table.time[row] ?? 0;
    if (time !== table.time[kept]) {
      kept = row;
      continue;
    }
    const first = kept;
    const code = sameValues(table, first, row) ? "D216" : "D217";
    record(
      log,
      code,
      fileOf(table, row),
      table.line[row] ?? 0,
      () => `${timeText(time)} is also in line ${table.line[first]} of ${fileOf(table, first)}`,
    );
    dropped[row] = 1;
    any = true;
  }
  if (any) dropRows(table, dropped);
}

function sameValues(table: RowTable, a: number, b: number): boolean {
  const { open, high, low, close } = table.prices;
  return open[a] === open[b] && high[a] === high[b] && low[a] === low[b] && close[a] === close[b] && table.volume[a] === table.volume[b];
}

/** Finds bars whose high and low do not hold their open and close, and widens them. */
export function checkShape(table: RowTable, log: FindingLog): void {
  const { open, high, low, close } = table.prices;
  const unit = powerOfTen(table.decimals);
  for (let row = 0; row < table.rows; row++) {
    const o = open[row] ?? 0;
    const h = high[row] ?? 0;
    const l = low[row] ?? 0;
    const c = close[row] ?? 0;
    if (l <= o && o <= h && l <= c && c <= h) continue;
    record(log, h < l ? "D211" : "D212", fileOf(table, row), table.line[row] ?? 0, () => {
      return `open ${o / unit}, high ${h / unit}, low ${l / unit}, close ${c / unit}`;
    });
    high[row] = Math.max(o, h, l, c);
    low[row] = Math.min(o, h, l, c);
  }
}
