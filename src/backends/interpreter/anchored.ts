/** Windows since an event: what they hold, as exact sums and extremes, so that the order of their values does not matter. */
import type { Value } from "../../graph/evaluate.ts";
import { KernelHalt } from "../../graph/kernel.ts";
import type { Node } from "../../graph/nodes.ts";
import { fromWide, isWithinLimit, powerOfTen } from "../../values/wide.ts";
import type { Place } from "./windows.ts";

type AnchoredFunction = Extract<Node, { op: "anchored" }>["fn"];

/** `sum` is of ticks for a window over prices, else of multiples of 2^−72. Not open: nothing has begun yet. */
export interface Accumulator {
  readonly open: boolean;
  readonly count: number;
  readonly sum: bigint;
  readonly highest: number;
  readonly lowest: number;
}

export const CLOSED: Accumulator = { open: false, count: 0, sum: 0n, highest: Number.NEGATIVE_INFINITY, lowest: Number.POSITIVE_INFINITY };
export const OPENED: Accumulator = { ...CLOSED, open: true };

/** The window with one more value, whose part of the sum is `part`. */
export function including(window: Accumulator, value: number, part: bigint): Accumulator {
  return {
    open: window.open,
    count: window.count + 1,
    sum: window.sum + part,
    highest: Math.max(window.highest, value),
    lowest: Math.min(window.lowest, value),
  };
}

/** What the window is worth. `priceDecimals` is null where its sum is not of ticks. Throws `KernelHalt` where such a sum is out of range. */
export function anchoredValue(fn: AnchoredFunction, window: Accumulator, priceDecimals: number | null, place: Place): Value {
  if (fn === "count") return window.count;
  if (fn === "sum") return sumOver(window, 1, priceDecimals, place);
  if (window.count === 0) return null;
  if (fn === "mean") return sumOver(window, window.count, priceDecimals, place);
  return fn === "highest" ? window.highest : window.lowest;
}

function sumOver(window: Accumulator, divisor: number, priceDecimals: number | null, place: Place): number {
  if (priceDecimals !== null) return Number(window.sum) / (divisor * powerOfTen(priceDecimals));
  if (!isWithinLimit(window.sum)) throw new KernelHalt("sum_out_of_range", place.node, place.row);
  return fromWide(window.sum) / divisor;
}
