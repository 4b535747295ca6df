/** Kinds of nodes that many places treat alike. */
import type { Node } from "./nodes.ts";

/** The nodes that name no other: see `stateOperands` for what a `state` or `previous` stands for. */
type Leaf = Extract<
  Node,
  { op: "constant" | "none" | "parameter" | "input" | "account" | "fill" | "peak" | "last_fill" | "index" | "previous" | "state" }
>;

const LEAVES: Readonly<Record<Leaf["op"], true>> = {
  constant: true,
  none: true,
  parameter: true,
  input: true,
  account: true,
  fill: true,
  peak: true,
  last_fill: true,
  index: true,
  previous: true,
  state: true,
};

export function isLeaf(node: Node): node is Leaf {
  return Object.hasOwn(LEAVES, node.op);
}

/** The nodes whose value is a function of their operands' values on the same row. */
export type Elementwise = Extract<Node, { op: "unary" | "binary" | "power" | "select" | "default" }>;

export function isElementwise(node: Node): node is Elementwise {
  return node.op === "unary" || node.op === "binary" || node.op === "power" || node.op === "select" || node.op === "default";
}

/** The nodes that a kernel evaluates row by row. */
type RowNode = Elementwise | Extract<Node, { op: "input" | "delay" | "window" | "anchored" | "reduce" | "previous" | "state" }>;

/** `node`, which is live in a kernel. Throws where it is of the run, the account, a trade or a loop: those a row does not evaluate. */
export function rowNode(node: Node): RowNode {
  switch (node.op) {
    case "constant":
    case "none":
    case "parameter":
    case "account":
    case "fill":
    case "peak":
    case "last_fill":
    case "at_entry":
    case "index":
      throw new Error(`${node.op} is not of the market`);
    case "unary":
    case "binary":
    case "power":
    case "select":
    case "default":
    case "input":
    case "delay":
    case "window":
    case "anchored":
    case "reduce":
    case "previous":
    case "state":
      return node;
  }
}
