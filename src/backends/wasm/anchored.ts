/** Windows since an event: accumulators that begin anew (semantics 6.9). They take rows in from their warm-up on. */

import type { Node, NodeId } from "../../graph/nodes.ts";
import { beginsAtOnce } from "../../graph/traverse.ts";
import {
  choose,
  type Double,
  f64,
  get,
  type Int,
  i32,
  i64,
  type Local,
  powerOfTwo,
  type Statement,
  select,
  sequence,
  set,
  when,
} from "./emit.ts";
import { EXACT } from "./extremes.ts";
import { type Loop, SUM_HALT } from "./loop.ts";
import { isPrice, sourceOf } from "./plan.ts";
import { type Evaluate, mayBeBeyond, type Preparation } from "./windows.ts";

type Anchored = Extract<Node, { op: "anchored" }>;

const NONE = f64.const(Number.NaN);
const WIDE_LIMIT = f64.const(powerOfTwo(54));

/** One way to accumulate: what to do where the window begins, what to do with a row, and its value. */
interface Accumulator {
  readonly clear: Statement;
  readonly include: Statement;
  readonly value: (count: Double) => Double;
}

/** Reserves the state of an anchored window and says how to evaluate it. */
export function anchoredOf(preparation: Preparation, id: NodeId, node: Anchored): Evaluate {
  const address = preparation.state(`anchored ${id}`, 4);
  return (loop) => {
    const [open, count] = [loop.carried("i32", address), loop.carried("i32", address + 8)];
    const accumulator = accumulatorOf(loop, id, node, address + 16);
    const result = loop.local("f64");
    const one = i32.const(1);
    const row = sequence(
      when(begins(loop, node, get(open)), sequence(set(open, one), set(count, i32.const(0)), accumulator.clear)),
      when(i32.and(get(open), included(loop, node)), sequence(set(count, i32.add(get(count), one)), accumulator.include)),
    );
    loop.add(loop.careful ? when(loop.ready(id), row) : row);
    loop.add(set(result, accumulator.value(f64.fromInt(get(count)))));
    const hasValue = node.fn === "sum" || node.fn === "count" ? i32.const(1) : get(count);
    return choose(hasValue, get(result), NONE);
  };
}

function begins(loop: Loop, node: Anchored, open: Int): Int {
  const isAnchor =
    node.since === "session" ? f64.eq(loop.pastInput("session_bar"), f64.const(1)) : i32.eq(loop.bool(node.since.condition), i32.const(1));
  return beginsAtOnce(loop.plan.graph, node) ? i32.or(isAnchor, i32.eqz(open)) : isAnchor;
}

function included(loop: Loop, node: Anchored): Int {
  const where = node.where === null ? i32.const(1) : i32.eq(loop.bool(node.where), i32.const(1));
  return node.fn === "count" ? i32.and(where, i32.eq(loop.bool(node.x), i32.const(1))) : where;
}

function accumulatorOf(loop: Loop, id: NodeId, node: Anchored, address: number): Accumulator {
  const source = sourceOf(loop.plan, node.x);
  const price = isPrice(loop.plan.graph, source.node);
  switch (node.fn) {
    case "count":
      return { clear: sequence(), include: sequence(), value: (count) => count };
    case "highest":
    case "lowest":
      return extreme(loop, node, address);
    case "sum":
    case "mean":
      return price ? tickSum(loop, node, loop.pastNumber(source), address) : wideSum(loop, id, node, address);
  }
}

function extreme(loop: Loop, node: Anchored, address: number): Accumulator {
  const highest = node.fn === "highest";
  const best = loop.carried("f64", address);
  const source = sourceOf(loop.plan, node.x);
  const x = isPrice(loop.plan.graph, source.node) ? loop.inCurrency(source.node, loop.pastNumber(source)) : loop.number(node.x);
  return {
    clear: set(best, f64.const(highest ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)),
    include: set(best, EXACT[highest ? "highest" : "lowest"](get(best), x)),
    value: () => get(best),
  };
}

function tickSum(loop: Loop, node: Anchored, ticks: Double, address: number): Accumulator {
  const sum = loop.carried("i64", address);
  const scale = loop.doubleParameter({ kind: "divisor", length: null, power: 1 });
  return {
    clear: set(sum, i64.const(0n)),
    include: set(sum, i64.add(get(sum), i64.truncateDouble(ticks))),
    value: (count) => f64.div(f64.fromLong(get(sum)), node.fn === "sum" ? scale : f64.mul(count, scale)),
  };
}

function wideSum(loop: Loop, id: NodeId, node: Anchored, address: number): Accumulator {
  const { accumulate, toSum, isBeyond: isSumBeyond } = loop.library.wide();
  const nowhere = i32.const(0);
  const x = loop.number(node.x);
  const total: Local<"f64"> = loop.local("f64");
  const beyond: Local<"i32"> = loop.local("i32");
  const isBeyond = (value: Double): Int => f64.gt(f64.abs(value), WIDE_LIMIT);
  loop.add(set(beyond, i32.const(0)));
  return {
    clear: sequence(i64.store(nowhere, i64.const(0n), address), i64.store(nowhere, i64.const(0n), address + 8)),
    include: sequence(set(beyond, isBeyond(x)), accumulate(i32.const(address), x, false)),
    value: (count) => {
      loop.add(set(total, toSum(i32.const(address))));
      const isOut = loop.careful ? isSumBeyond(i32.const(address)) : mayBeBeyond(get(total));
      const halts = loop.keep(i32.or(get(beyond), isOut));
      if (loop.careful) loop.haltWhere(halts, id, SUM_HALT);
      else loop.guard(select(f64.const(Number.POSITIVE_INFINITY), get(total), halts));
      return node.fn === "sum" ? get(total) : f64.div(get(total), count);
    },
  };
}
