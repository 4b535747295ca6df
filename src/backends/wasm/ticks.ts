/**
 * Sums and variances over prices, exact (semantics 6.6). The careful form keeps Σt in 64 bits and n Σt² − (Σt)² in 128; the steady form keeps both
 * in float64, which holds them as long as prices stay within their `PriceBound`.
 *
 * When t replaces z in the window, n Σt² − (Σt)² grows by (t − z)(n(t + z) − S − S′), S and S′ being the sums before and after.
 */

import type { Value } from "../../graph/evaluate.ts";
import type { NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { runInteger } from "../../graph/warmup.ts";
import { type Double, f64, get, i32, i64, powerOfTwo, sequence, set } from "./emit.ts";
import type { Loop } from "./loop.ts";
import { isPrice, type Plan, type Source, sourceOf } from "./plan.ts";
import { quotient } from "./quotients.ts";
import type { Evaluate, Preparation, Window } from "./windows.ts";

const EXACT_INTEGERS = powerOfTwo(53);
const EXACT_SQUARES = Math.floor(Math.sqrt(EXACT_INTEGERS));
/** Sums of fewer ticks than this fit 64 bits, their squares 128. */
const LONG_SUMS = powerOfTwo(62);

/** What the windows over one price allow. */
export interface PriceBound {
  readonly price: NodeId;
  /** The most ticks for which float64 holds every window exactly, and the most for which the careful form does. */
  readonly steady: number;
  readonly careful: number;
  /** The most ticks seen. */
  largest: number;
}

/** The bounds of each price that a window sums, under one parameter set. */
export function priceBounds(plan: Plan, run: readonly (Value | undefined)[]): readonly PriceBound[] {
  const bounds = new Map<NodeId, PriceBound>();
  for (const id of plan.live) {
    const node = nodeAt(plan.graph, id);
    if (node.op !== "window" || (node.fn !== "sum" && node.fn !== "mean" && node.fn !== "variance")) continue;
    const { node: price } = sourceOf(plan, node.x);
    if (!isPrice(plan.graph, price)) continue;
    const length = runInteger(run, node.length, 1, node.max);
    const known = bounds.get(price) ?? { steady: EXACT_INTEGERS, careful: LONG_SUMS };
    const steady = Math.floor((node.fn === "variance" ? EXACT_SQUARES : EXACT_INTEGERS) / length);
    bounds.set(price, { price, steady: Math.min(known.steady, steady), careful: Math.min(known.careful, LONG_SUMS / length), largest: 0 });
  }
  return [...bounds.values()];
}

/** Sum, mean or variance over a price, in currency. */
export function tickMoments(preparation: Preparation, node: Window, source: Source): Evaluate {
  const name = `${source.node} ${source.shift} ${node.length}`;
  const sumAddress = preparation.state(`ticks ${name}`, 1);
  const numeratorAddress = node.fn === "variance" ? preparation.state(`squares ${name}`, 2) : 0;
  return (loop) => {
    const write = loop.careful ? carefulMoments : steadyMoments;
    const moments = loop.once(`ticks ${name}`, () => write(loop, node, source, sumAddress));
    if (node.fn === "variance") {
      const divisor = loop.doubleParameter({ kind: "divisor", length: node.length, power: 2 });
      return quotient(moments(numeratorAddress), divisor);
    }
    const divisor = loop.doubleParameter({ kind: "divisor", length: node.fn === "mean" ? node.length : null, power: 1 });
    return quotient(moments(null), divisor);
  };
}

/** The sum, or with an address of its state the numerator. */
type MomentOf = (numeratorAddress: number | null) => Double;

function carefulMoments(loop: Loop, node: Window, source: Source, sumAddress: number): MomentOf {
  const sum = loop.carried("i64", sumAddress);
  const entering = loop.keep(i64.truncateDouble(loop.pastNumber(source)));
  const leaving = loop.keep(i64.truncateDouble(loop.pastNumber(source, [node.length])));
  const before = loop.keep(get(sum));
  loop.add(set(sum, i64.add(get(sum), i64.sub(entering, leaving))));
  return (numeratorAddress) => {
    if (numeratorAddress === null) return f64.fromLong(get(sum));
    const length = i64.extend(loop.intParameter({ kind: "distance", nodes: [node.length], size: 1 }));
    const growth = i64.sub(i64.sub(i64.mul(length, i64.add(entering, leaving)), before), get(sum));
    const { multiplyAdd, toDouble } = loop.library.wide();
    loop.add(multiplyAdd(i32.const(numeratorAddress), i64.sub(entering, leaving), growth));
    return loop.keep(toDouble(i32.const(numeratorAddress)));
  };
}

function steadyMoments(loop: Loop, node: Window, source: Source, sumAddress: number): MomentOf {
  const nowhere = i32.const(0);
  const sum = loop.carriedAs(f64.fromLong(i64.load(nowhere, sumAddress)), (x) => i64.store(nowhere, i64.truncateDouble(x), sumAddress));
  const entering = loop.keep(loop.pastNumber(source));
  const leaving = loop.keep(loop.pastNumber(source, [node.length]));
  const change = loop.keep(f64.sub(entering, leaving));
  const before = loop.keep(get(sum));
  loop.add(set(sum, f64.add(get(sum), change)));
  return (numeratorAddress) => {
    if (numeratorAddress === null) return get(sum);
    const numerator = loop.carriedAs(f64.fromLong(i64.load(nowhere, numeratorAddress)), (x) =>
      sequence(i64.store(nowhere, i64.truncateDouble(x), numeratorAddress), i64.store(nowhere, i64.const(0n), numeratorAddress + 8)),
    );
    const length = loop.number(node.length);
    const growth = f64.sub(f64.mul(length, f64.add(entering, leaving)), f64.add(before, get(sum)));
    loop.add(set(numerator, f64.add(get(numerator), f64.mul(change, growth))));
    return get(numerator);
  };
}
