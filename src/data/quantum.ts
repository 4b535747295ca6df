/** The quantum of a dataset (semantics 6.1): stated, and then whatever the prices are, or the smallest that holds them all. */
import { powerOfTen } from "../values/wide.ts";
import { DECIMALS_MAX, decimalsOfQuantum, eachPrice, scaleUp, smallestScale } from "./decimals.ts";
import { utcText } from "./instants.ts";
import { type DataResult, failure } from "./problems.ts";
import type { RowTable } from "./rows.ts";
import type { RawBars } from "./table.ts";

export interface QuantumOptions {
  /** Prices are in 1/priceScale of the currency: 1, 10, … 10^9. */
  readonly priceScale: number | undefined;
  /** d of the stated quantum 10^-d; null where none is. */
  readonly quantumDecimals: number | null;
}

/** d of the quantum, and what to say of it. */
interface Scaled {
  readonly decimals: number;
  readonly notes: readonly string[];
}

/** Applies the price scale, stated or (for LEAN's whole numbers) known, and takes prices to ticks of the quantum. */
export function applyScale(table: RowTable, files: readonly RawBars[], options: QuantumOptions): DataResult<Scaled> {
  const { priceScale, quantumDecimals } = options;
  const name = table.files[0] ?? "";
  const isLeanEquity = priceScale === undefined && table.decimals === 0 && files.every((bars) => bars.lean);
  const read = table.decimals + (priceScale === undefined ? (isLeanEquity ? 4 : 0) : scaleDecimals(priceScale));
  const notes = isLeanEquity ? ["prices taken in 1/10000: LEAN layout with whole numbers only (state --price-scale to say otherwise)"] : [];
  let rounded = files.reduce((sum, bars) => sum + bars.roundedPrices, 0);
  if (quantumDecimals !== null) rounded += toStated(table, read, quantumDecimals);
  const decimals = quantumDecimals ?? smallestScale(table.prices, table.rows, read);
  if (decimals > DECIMALS_MAX) return failure("D210", name, `prices have ${decimals} decimals, at most ${DECIMALS_MAX} are held`);
  if (!isExact(table)) return failure("D210", name, `prices with ${decimals} decimals are too large to be exact`);
  if (rounded > 0) notes.push(`${rounded} prices rounded to the stated quantum`);
  if (quantumDecimals === null) notes.push(...describeLate(table, decimals));
  return { ok: true, value: { decimals, notes } };
}

/** Takes prices of scale `read` to `stated`, in place, the finer ones to the nearest tick but to one at least; gives how many those are. */
function toStated({ prices, rows }: RowTable, read: number, stated: number): number {
  if (read <= stated) {
    scaleUp(prices, rows, powerOfTen(stated - read));
    return 0;
  }
  const unit = powerOfTen(read - stated);
  let moved = 0;
  for (const column of eachPrice(prices)) {
    for (let row = 0; row < rows; row++) {
      const price = column[row] ?? Number.NaN;
      const ticks = Math.max(1, Math.floor(price / unit + 0.5));
      if (ticks * unit !== price) moved++;
      column[row] = ticks;
    }
  }
  return moved;
}

/** Rows that may come before the first price that shows the quantum without a word. */
const UNSAID_ROWS = 100;

/** Says where the quantum is one that only later rows show: all rounding knows it from the first row on. */
function describeLate({ prices, rows, time }: RowTable, decimals: number): readonly string[] {
  if (decimals === 0) return [];
  const columns = eachPrice(prices);
  let first = 0;
  while (first < rows && columns.every((column) => (column[first] ?? 0) % 10 === 0)) first++;
  if (first < UNSAID_ROWS) return [];
  const quantum = (1 / powerOfTen(decimals)).toFixed(decimals);
  return [
    `no price needs the quantum ${quantum} before row ${first + 1}, ${utcText(time[first] ?? Number.NaN)} (--quantum states it, whatever comes)`,
  ];
}

/** Whether every price is an integer that doubles hold exactly; highs are the largest of a bar. */
function isExact(table: RowTable): boolean {
  for (let row = 0; row < table.rows; row++) if ((table.prices.high[row] ?? 0) > Number.MAX_SAFE_INTEGER) return false;
  return true;
}

/** k of a price scale 10^k. */
function scaleDecimals(scale: number): number {
  const decimals = decimalsOfQuantum(1 / scale);
  if (decimals === null) throw new Error(`price scale ${scale} was not checked`);
  return decimals;
}
