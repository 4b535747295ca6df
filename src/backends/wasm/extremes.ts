/**
 * The larger and the smaller of two numbers as `Math.max` and `Math.min` define them, without a branch: a branch on a price is mispredicted half of
 * the time. One machine instruction does it where nothing is none and the order of the operands decides rightly between 0 and −0.
 */
import type { Graph, NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { type Double, v128 } from "./emit.ts";
import type { Plan } from "./plan.ts";

export type Extreme = (a: Double, b: Double) => Double;

const lanes =
  (operation: typeof v128.maximum): Extreme =>
  (a, b) =>
    v128.firstDouble(operation(v128.splatDouble(a), v128.splatDouble(b)));

/** As IEEE 754 has them. */
export const EXACT = { highest: lanes(v128.maximum), lowest: lanes(v128.minimum) } as const;
/** One instruction; of two zeros, the first operand. */
export const QUICK = { highest: lanes(v128.pseudoMaximum), lowest: lanes(v128.pseudoMinimum) } as const;

/** Whether a node is evidently never −0. */
export function isNeverMinusZero(graph: Graph, id: NodeId): boolean {
  const node = nodeAt(graph, id);
  switch (node.op) {
    case "constant":
      return !Object.is(node.value, -0);
    case "input":
      return true;
    case "unary":
      return node.fn === "abs" || node.fn === "exp";
    case "binary":
      return (node.fn === "max" || node.fn === "min") && isNeverMinusZero(graph, node.a) && isNeverMinusZero(graph, node.b);
    case "delay":
      return isNeverMinusZero(graph, node.x);
    case "window":
      return (node.fn === "highest" || node.fn === "lowest") && isNeverMinusZero(graph, node.x);
    case "none":
    case "parameter":
    case "member":
    case "sample":
    case "gather":
    case "across":
    case "begins":
    case "onnx":
    case "native":
    case "account":
    case "fill":
    case "peak":
    case "last_fill":
    case "at_entry":
    case "power":
    case "select":
    case "default":
    case "anchored":
    case "index":
    case "reduce":
    case "previous":
    case "state":
      return false;
  }
}

/** Where the two numbers come from. */
interface Operands {
  readonly plan: Plan;
  number(id: NodeId): Double;
}

function isOptional(from: Operands, id: NodeId): boolean {
  return nodeAt(from.plan.graph, id).optional;
}

/** Of two zeros the larger is 0: it must come first. */
export function maximum(from: Operands, a: NodeId, b: NodeId): Double {
  const [x, y] = [from.number(a), from.number(b)];
  if (isOptional(from, a) || isOptional(from, b)) return EXACT.highest(x, y);
  if (isNeverMinusZero(from.plan.graph, a)) return QUICK.highest(x, y);
  return isNeverMinusZero(from.plan.graph, b) ? QUICK.highest(y, x) : EXACT.highest(x, y);
}

/** Of two zeros the smaller is −0: what may be −0 must come first. */
export function minimum(from: Operands, a: NodeId, b: NodeId): Double {
  const [x, y] = [from.number(a), from.number(b)];
  if (isOptional(from, a) || isOptional(from, b)) return EXACT.lowest(x, y);
  if (isNeverMinusZero(from.plan.graph, b)) return QUICK.lowest(x, y);
  return isNeverMinusZero(from.plan.graph, a) ? QUICK.lowest(y, x) : EXACT.lowest(x, y);
}
