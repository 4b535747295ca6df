/**
 * Windows over the last n rows, one of them out and one in on every row. Before its warm-up a column holds 0, so no window needs to know how far
 * it has been filled.
 */
import type { Node, NodeId } from "../../graph/nodes.ts";
import {
  choose,
  type Double,
  type Expression,
  f64,
  get,
  type Int,
  i32,
  loopWhile,
  powerOfTwo,
  select,
  sequence,
  set,
  type ValueType,
  when,
} from "./emit.ts";
import { EXACT, isNeverMinusZero, QUICK } from "./extremes.ts";
import { columnOf } from "./layout.ts";
import { type Loop, SUM_HALT } from "./loop.ts";
import { isPrice, type Plan, type Source, sourceOf } from "./plan.ts";
import { tickMoments } from "./ticks.ts";

export type Evaluate = (loop: Loop) => Expression<ValueType>;

/** What a node needs before code is written: room for its state, shared by equal `name`s. */
export interface Preparation {
  readonly plan: Plan;
  state(name: string, cells: number): number;
}

export type Window = Extract<Node, { op: "window" }>;

/** Reserves the state of a window and says how to evaluate it. */
export function windowOf(preparation: Preparation, id: NodeId, node: Window): Evaluate {
  const { plan } = preparation;
  const source = sourceOf(plan, node.x);
  const price = isPrice(plan.graph, source.node);
  switch (node.fn) {
    case "sum":
    case "mean":
    case "variance":
      if (price) return tickMoments(preparation, node, source);
      return node.fn === "variance" ? variance(preparation, id, node, source) : wideSum(preparation, id, node, source);
    case "highest":
    case "lowest":
      return extreme(preparation, id, node, source);
    case "count":
      return count(preparation, id, node, source);
    case "quantile":
      return quantile(preparation, id, node, source);
  }
}

const lengthOf = (loop: Loop, node: Window): Int => loop.intParameter({ kind: "distance", nodes: [node.length], size: 1 });

/** Σ in 128-bit fixed point, made a double once. Elements beyond the limit are counted while they are in the window. */
function wideTotal(preparation: Preparation, id: NodeId, node: Window, source: Source): (loop: Loop) => Double {
  const name = `wide ${source.node} ${source.shift} ${node.length}`;
  const address = preparation.state(name, 3);
  const beyond = address + 16;
  return (loop) => {
    const { total, leaves } = loop.once(name, () => {
      const { accumulate, toSum, isBeyond: isSumBeyond } = loop.library.wide();
      const entering = loop.keep(loop.pastNumber(source));
      const leaving = loop.keep(loop.pastNumber(source, [node.length]));
      loop.add(accumulate(i32.const(address), entering, false), accumulate(i32.const(address), leaving, true));
      const sum = loop.keep(toSum(i32.const(address)));
      if (!loop.careful) return { total: sum, leaves: loop.keep(i32.or(mayBeBeyond(sum), isBeyond(entering))) };
      const count = loop.keep(i32.add(i32.load(NOWHERE, beyond), i32.sub(isBeyond(entering), isBeyond(leaving))));
      loop.add(i32.store(NOWHERE, count, beyond));
      return { total: sum, leaves: loop.keep(i32.or(isSumBeyond(i32.const(address)), count)) };
    });
    if (loop.careful) loop.haltWhere(leaves, id, SUM_HALT);
    else loop.guard(select(f64.const(Number.POSITIVE_INFINITY), total, leaves));
    return total;
  };
}

const NOWHERE = i32.const(0);
const LIMIT = f64.const(powerOfTwo(54));
const isBeyond = (x: Double): Int => f64.gt(f64.abs(x), LIMIT);
/** Whether a sum that was rounded to this is perhaps beyond the limit. */
export const mayBeBeyond = (sum: Double): Int => f64.ge(f64.abs(sum), LIMIT);

function wideSum(preparation: Preparation, id: NodeId, node: Window, source: Source): Evaluate {
  const total = wideTotal(preparation, id, node, source);
  return (loop) => (node.fn === "mean" ? f64.div(total(loop), f64.fromInt(lengthOf(loop, node))) : total(loop));
}

/** Two passes: the mean, then Σ(x − m)² from the oldest to the newest (semantics 6.6). */
function variance(preparation: Preparation, id: NodeId, node: Window, source: Source): Evaluate {
  const total = wideTotal(preparation, id, node, source);
  return (loop) => {
    const length = lengthOf(loop, node);
    const mean = loop.keep(f64.div(total(loop), f64.fromInt(length)));
    const [back, sum, deviation] = [loop.local("i32"), loop.local("f64"), loop.local("f64")];
    const column = columnOf(loop.plan.graph, loop.layout, source.node).address;
    const address = i32.shl(i32.sub(shiftedIndex(loop, source), get(back)), i32.const(3));
    loop.add(
      set(sum, f64.const(0)),
      set(back, length),
      loopWhile(
        get(back),
        sequence(
          set(back, i32.sub(get(back), i32.const(1))),
          set(deviation, f64.sub(f64.load(address, column), mean)),
          set(sum, f64.add(get(sum), f64.mul(get(deviation), get(deviation)))),
        ),
      ),
    );
    return f64.div(get(sum), f64.fromInt(length));
  };
}

function shiftedIndex(loop: Loop, source: Source): Int {
  return source.shift.length === 0
    ? loop.index
    : i32.sub(loop.index, loop.intParameter({ kind: "distance", nodes: source.shift, size: 1 }));
}

function count(preparation: Preparation, id: NodeId, node: Window, source: Source): Evaluate {
  const address = preparation.state(`count ${id}`, 1);
  return (loop) => {
    const total = loop.carried("i32", address);
    const change = i32.sub(loop.pastBool(source), loop.pastBool(source, [node.length]));
    loop.add(set(total, i32.add(get(total), change)));
    return f64.fromInt(get(total));
  };
}

/**
 * Blocks of n rows (van Herk 1992, Gil and Werman 1993): the extreme of a window is that of the block so far and of what the window still holds
 * of the block before, whose suffixes were worked out when it ended. Three comparisons a row, whatever n is.
 */
function extreme(preparation: Preparation, id: NodeId, node: Window, source: Source): Evaluate {
  if (node.fn !== "highest" && node.fn !== "lowest") throw new Error("an extreme was expected");
  const fn = node.fn;
  const state = preparation.state(`extreme ${id}`, 2 + node.max);
  const suffixes = state + 16;
  return (loop) => {
    const better = isNeverMinusZero(loop.plan.graph, source.node) ? QUICK[fn] : EXACT[fn];
    const [position, prefix] = [loop.carried("i32", state), loop.carried("f64", state + 8)];
    const length = lengthOf(loop, node);
    const x = loop.keep(loop.pastNumber(source));
    const [back, suffix] = [loop.local("i32"), loop.local("f64")];
    const column = columnOf(loop.plan.graph, loop.layout, source.node).address;
    const past = f64.load(i32.shl(i32.sub(shiftedIndex(loop, source), get(back)), i32.const(3)), column);
    const cell = (at: Int): Int => i32.shl(at, i32.const(3));
    loop.add(set(prefix, choose(get(position), better(get(prefix), x), x)), set(position, i32.add(get(position), i32.const(1))));
    const isLast = i32.eq(get(position), length);
    const result = loop.keep(choose(isLast, get(prefix), better(get(prefix), f64.load(cell(get(position)), suffixes))));
    loop.add(
      when(
        isLast,
        sequence(
          set(suffix, x),
          set(position, i32.const(0)),
          set(back, i32.const(0)),
          loopWhile(
            i32.lt(get(back), length),
            sequence(
              set(suffix, better(get(suffix), past)),
              f64.store(cell(i32.sub(i32.sub(length, i32.const(1)), get(back))), get(suffix), suffixes),
              set(back, i32.add(get(back), i32.const(1))),
            ),
          ),
        ),
      ),
    );
    return loop.inCurrency(source.node, result);
  };
}

/** Type 7, over a sorted copy of the window in which one value replaces another on every row. */
function quantile(preparation: Preparation, id: NodeId, node: Window, source: Source): Evaluate {
  const { q } = node;
  if (q === null) throw new Error(`quantile ${id} has no q`);
  const address = preparation.state(`quantile ${source.node} ${source.shift} ${node.length}`, node.max);
  return (loop) => {
    const length = lengthOf(loop, node);
    loop.once(`sorted ${address}`, () =>
      loop.add(loop.library.replaceSorted(i32.const(address), length, loop.pastNumber(source, [node.length]), loop.pastNumber(source))),
    );
    const last = loop.keep(i32.sub(length, i32.const(1)));
    const position = loop.keep(f64.mul(f64.fromInt(last), loop.number(q)));
    const below = loop.keep(i32.truncateDouble(position));
    const at = (index: Int): Double => loop.inCurrency(source.node, f64.load(i32.shl(index, i32.const(3)), address));
    const lower = loop.keep(at(below));
    const upper = at(i32.add(below, i32.const(1)));
    const between = f64.add(lower, f64.mul(f64.sub(position, f64.floor(position)), f64.sub(upper, lower)));
    return choose(i32.eq(below, last), lower, between);
  };
}
