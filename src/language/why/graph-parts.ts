/** The conditions of a graph whose file is not at hand, such as that of a journal: the same parts, in the words of the graph. */
import { namesOf, nodeText } from "../../backends/drawing/node-text.ts";
import type { Comparison, Operand, Part, RuleParts } from "../../check/rules/parts.ts";
import type { Graph, Node, NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";

const COMPARISONS: Readonly<Partial<Record<string, Comparison>>> = { lt: "<", le: "<=", eq: "==", ne: "!=" };

/** By rule. */
export function graphParts(graph: Graph): readonly RuleParts<NodeId>[] {
  const names = namesOf(graph);
  return graph.rules.map(({ when }) => (nodeAt(graph, when).op === "constant" ? [] : [partOf(graph, names, when)]));
}

function partOf(graph: Graph, names: ReadonlyMap<NodeId, string>, id: NodeId): Part<NodeId> {
  const node = nodeAt(graph, id);
  const text = nodeText(graph, names, id).replace(/^\((.*)\)$/, "$1");
  const below = joinedBy(graph, node);
  if (below !== null) {
    const parts = below.parts.map((part) => partOf(graph, names, part));
    return { text, span: null, value: id, joins: below.joins, parts, operands: [], compares: null };
  }
  const compares = node.op === "binary" ? (COMPARISONS[node.fn] ?? null) : null;
  const sides = node.op === "binary" && compares !== null ? [node.a, node.b] : [];
  const operands = sides.map((side): Operand<NodeId> => {
    const name = names.get(side) ?? "";
    return { text: nodeText(graph, names, side), value: side, unit: graph.names[name]?.unit ?? "", range: null };
  });
  return { text, span: null, value: id, joins: "same", parts: [], operands, compares };
}

function joinedBy(graph: Graph, node: Node): { readonly joins: Part<NodeId>["joins"]; readonly parts: readonly NodeId[] } | null {
  if (node.op === "unary" && node.fn === "not") return { joins: "not", parts: [node.x] };
  if (node.op === "default") return { joins: "same", parts: [node.x] };
  if (node.op !== "binary" || (node.fn !== "and" && node.fn !== "or")) return null;
  const { fn } = node;
  const chain = (id: NodeId): readonly NodeId[] => {
    const inner = nodeAt(graph, id);
    return inner.op === "binary" && inner.fn === fn ? [...chain(inner.a), ...chain(inner.b)] : [id];
  };
  return { joins: fn, parts: [...chain(node.a), ...chain(node.b)] };
}
