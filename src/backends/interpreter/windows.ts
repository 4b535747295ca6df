/** Windows computed from their contents, oldest value first (semantics 6.6, 6.9): nothing is carried from row to row. */
import { KernelHalt } from "../../graph/kernel.ts";
import type { NodeId, WindowFunction } from "../../graph/nodes.ts";
import { fromWide, isWithinLimit, powerOfTen, toWide, varianceNumerator } from "../../values/wide.ts";

/** Where a halt is to be blamed. */
export interface Place {
  readonly node: NodeId;
  readonly row: number;
}

/** The value as a multiple of 2^−72. Throws `KernelHalt` beyond ±2^54. */
export function widePart(value: number, place: Place): bigint {
  const wide = toWide(value);
  if (!isWithinLimit(wide)) throw new KernelHalt("sum_out_of_range", place.node, place.row);
  return wide;
}

/** The exact sum as a double. Throws `KernelHalt` where an element or the sum is beyond ±2^54. */
export function wideSum(values: readonly number[], place: Place): number {
  const sum = values.reduce((total, value) => total + widePart(value, place), 0n);
  if (!isWithinLimit(sum)) throw new KernelHalt("sum_out_of_range", place.node, place.row);
  return fromWide(sum);
}

/** A window over ticks, in currency: sums and the numerator of the variance are exact integers, with one division at the end. */
export function tickWindow(fn: "sum" | "mean" | "variance", ticks: readonly bigint[], priceDecimals: number): number {
  const n = ticks.length;
  const scale = powerOfTen(priceDecimals);
  if (fn === "variance") return varianceNumerator(ticks) / (n * n * powerOfTen(2 * priceDecimals));
  const sum = Number(ticks.reduce((total, t) => total + t, 0n));
  return fn === "sum" ? sum / scale : sum / (n * scale);
}

/** A window over any numbers. `q` is the quantile, 0..1. */
export function numberWindow(fn: Exclude<WindowFunction, "count">, values: readonly number[], q: number, place: Place): number {
  switch (fn) {
    case "sum":
      return wideSum(values, place);
    case "mean":
      return wideSum(values, place) / values.length;
    case "highest":
      return Math.max(...values);
    case "lowest":
      return Math.min(...values);
    case "variance":
      return variance(values, place);
    case "quantile":
      return quantile(values, q);
  }
}

function variance(values: readonly number[], place: Place): number {
  const mean = wideSum(values, place) / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return squares / values.length;
}

/** Type 7 of Hyndman and Fan (1996): linear between the order statistics around (n − 1) q. */
function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const [low, high] = [sorted[below], sorted[below + 1]];
  if (low === undefined) throw new Error(`no quantile ${q}`);
  return high === undefined ? low : low + (position - below) * (high - low);
}
