/** The operands of a node, to replace: the counterpart of `operands` in graph/traverse.ts. */
import { isLeaf } from "../graph/kinds.ts";
import type { Node, NodeId } from "../graph/nodes.ts";

/** `node` with every operand replaced by what `map` makes of it, in the order in which they are written. States are not entered. */
export function mapOperands(node: Node, map: (operand: NodeId) => NodeId): Node {
  if (isLeaf(node)) return node;
  switch (node.op) {
    case "unary":
    case "power":
    case "at_entry":
    case "sample":
    case "gather":
    case "across":
      return { ...node, x: map(node.x) };
    case "onnx":
    case "native":
      return { ...node, inputs: node.inputs.map(map) };
    case "binary":
      return { ...node, a: map(node.a), b: map(node.b) };
    case "select":
      return { ...node, condition: map(node.condition), then: map(node.then), otherwise: map(node.otherwise) };
    case "default":
      return { ...node, x: map(node.x), fallback: map(node.fallback) };
    case "delay":
      return { ...node, x: map(node.x), by: map(node.by) };
    case "window":
      return { ...node, x: map(node.x), length: map(node.length), q: node.q === null ? null : map(node.q) };
    case "anchored": {
      const since = node.since === "session" ? node.since : { condition: map(node.since.condition) };
      return { ...node, x: map(node.x), since, where: node.where === null ? null : map(node.where) };
    }
    case "reduce":
      return { ...node, from: map(node.from), to: map(node.to), body: map(node.body) };
  }
}
