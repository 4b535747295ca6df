/** Index reductions as loops inside the row: the terms in the order of the index, in float64 (semantics 6.12). */
import { isElementwise } from "../../graph/kinds.ts";
import type { Node, NodeId } from "../../graph/nodes.ts";
import { nodeAt, operands } from "../../graph/traverse.ts";
import { elementwise } from "./elementwise.ts";
import { choose, type Double, type Expression, f64, get, type Int, i32, type Local, loopWhile, set, type ValueType } from "./emit.ts";
import { EXACT } from "./extremes.ts";
import { columnOf } from "./layout.ts";
import type { Loop } from "./loop.ts";
import { type Plan, sourceOf } from "./plan.ts";

type Reduce = Extract<Node, { op: "reduce" }>;

/** Writes the value of a node inside a reduction, checked. */
export type WriteInner = (loop: Loop, id: NodeId, value: Expression<ValueType>) => void;

/** The nodes of a reduction's body that depend on its index, ascending. */
function inside(plan: Plan, body: NodeId): readonly NodeId[] {
  const found = new Set<NodeId>();
  const visit = (id: NodeId): void => {
    if (plan.stratum[id] !== "loop" || found.has(id)) return;
    found.add(id);
    operands(nodeAt(plan.graph, id)).forEach(visit);
  };
  visit(body);
  return [...found].sort((a, b) => a - b);
}

/** The value of a reduction. `assign` gives each node of its body its value. */
export function reduction(loop: Loop, id: NodeId, node: Reduce, assign: WriteInner): Double {
  const [index, total] = [loop.local("f64"), loop.local("f64")];
  const none = loop.local("i32");
  const [from, to] = [loop.number(node.from), loop.number(node.to)];
  const terms = loop.nested(id, () => {
    for (const inner of inside(loop.plan, node.body)) assign(loop, inner, innerValue(loop, inner, get(index)));
    loop.add(...include(loop, node, { index, total, none }, from));
    loop.add(set(index, f64.add(get(index), f64.const(1))));
  });
  const empty = f64.const(node.fn === "sum" || node.fn === "count" ? 0 : Number.NaN);
  loop.add(set(total, empty), set(none, i32.const(0)), set(index, from), loopWhile(f64.le(get(index), to), terms));
  if (node.fn === "mean") return f64.div(get(total), f64.add(f64.sub(to, from), f64.const(1)));
  return node.fn === "count" ? choose(get(none), f64.const(Number.NaN), get(total)) : get(total);
}

interface Running {
  readonly index: Local<"f64">;
  readonly total: Local<"f64">;
  /** Counting: a term was none. */
  readonly none: Local<"i32">;
}

function include(loop: Loop, node: Reduce, { index, total, none }: Running, from: Double) {
  if (node.fn === "count") {
    const term = loop.bool(node.body);
    const isTrue = f64.fromInt(i32.eq(term, i32.const(1)));
    return [set(total, f64.add(get(total), isTrue)), set(none, i32.or(get(none), i32.eq(term, i32.const(2))))];
  }
  const term = loop.number(node.body);
  return [set(total, choose(f64.eq(get(index), from), term, combined(node.fn, get(total), term)))];
}

function combined(fn: Exclude<Reduce["fn"], "count">, total: Double, term: Double): Double {
  switch (fn) {
    case "sum":
    case "mean":
      return f64.add(total, term);
    case "min":
      return EXACT.lowest(total, term);
    case "max":
      return EXACT.highest(total, term);
  }
}

function innerValue(loop: Loop, id: NodeId, index: Double): Expression<ValueType> {
  const node = nodeAt(loop.plan.graph, id);
  if (node.op === "index") return index;
  if (isElementwise(node)) return elementwise(loop, node);
  if (node.op !== "delay") throw new Error(`node ${id} (${node.op}) inside a reduction`);
  return delayed(loop, node.x, i32.truncateDouble(loop.number(node.by)));
}

/** The value of `x` as many rows ago as the index says. */
function delayed(loop: Loop, x: NodeId, by: Int): Expression<ValueType> {
  const { plan, layout } = loop;
  const source = sourceOf(plan, x);
  const column = columnOf(plan.graph, layout, source.node);
  const shift = source.shift.length === 0 ? by : i32.add(by, loop.intParameter({ kind: "distance", nodes: source.shift, size: 1 }));
  const at = i32.sub(loop.index, shift);
  if (column.kind === "bool") return i32.load8(at, column.address);
  return loop.inCurrency(source.node, f64.load(i32.shl(at, i32.const(3)), column.address));
}
