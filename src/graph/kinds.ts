/** Kinds of nodes that many places treat alike. */
import type { Node } from "./nodes.ts";

const LEAVES = [
  "constant",
  "none",
  "parameter",
  "input",
  "member",
  "begins",
  "account",
  "fill",
  "peak",
  "last_fill",
  "index",
  "previous",
  "state",
] as const;
const LEAF_OPS: ReadonlySet<Node["op"]> = new Set(LEAVES);

/** The nodes that name no other; what a `state` or `previous` stands for names its operands (`stateOperands`). */
type Leaf = Extract<Node, { op: (typeof LEAVES)[number] }>;

export function isLeaf(node: Node): node is Leaf {
  return LEAF_OPS.has(node.op);
}

/** The nodes whose value is a function of their operands' values on the same row. */
export type Elementwise = Extract<Node, { op: "unary" | "binary" | "power" | "select" | "default" }>;

export function isElementwise(node: Node): node is Elementwise {
  return node.op === "unary" || node.op === "binary" || node.op === "power" || node.op === "select" || node.op === "default";
}

/** A node whose values come from outside of its kernel: from other lanes, or from a model that the host runs. */
export type CrossingNode = Extract<Node, { op: "sample" | "gather" | "across" | "begins" | "onnx" }>;

export function isCrossing(node: Node): node is CrossingNode {
  return node.op === "sample" || node.op === "gather" || node.op === "across" || node.op === "begins" || node.op === "onnx";
}

/** The nodes that a kernel evaluates row by row. */
type RowNode = Elementwise | Extract<Node, { op: "input" | "native" | "delay" | "window" | "anchored" | "reduce" | "previous" | "state" }>;

/** `node`, which is live in a kernel. Throws for all others: of the run, the account, a trade or a loop, of other symbols and clocks, or of the host. */
export function rowNode(node: Node): RowNode {
  switch (node.op) {
    case "constant":
    case "none":
    case "parameter":
    case "member":
    case "sample":
    case "gather":
    case "across":
    case "begins":
    case "onnx":
    case "account":
    case "fill":
    case "peak":
    case "last_fill":
    case "at_entry":
    case "index":
      throw new Error(`a row does not evaluate a node of ${node.op}`);
    case "unary":
    case "binary":
    case "power":
    case "select":
    case "default":
    case "input":
    case "native":
    case "delay":
    case "window":
    case "anchored":
    case "reduce":
    case "previous":
    case "state":
      return node;
  }
}
