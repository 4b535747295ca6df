/** Which windows are over prices themselves and therefore exact (semantics 6.6). */
import type { Graph, NodeId } from "./nodes.ts";
import { nodeAt } from "./traverse.ts";

export type PriceField = "open" | "high" | "low" | "close";

/** A price column, read as many rows ago as the values of `by` add up to. */
export interface ExactPrice {
  readonly field: PriceField;
  readonly by: readonly NodeId[];
}

/** The price that a node is, shifted or not; null where it is something else, or a column `given` from outside. */
export function exactPrice(graph: Graph, id: NodeId, given: ReadonlySet<NodeId> = new Set()): ExactPrice | null {
  if (given.has(id)) return null;
  const node = nodeAt(graph, id);
  if (node.op === "delay") {
    const price = exactPrice(graph, node.x, given);
    return price === null ? null : { field: price.field, by: [...price.by, node.by] };
  }
  if (node.op !== "input") return null;
  const { field } = node;
  return field === "open" || field === "high" || field === "low" || field === "close" ? { field, by: [] } : null;
}

/** Whether sums over this node are sums of ticks. */
export function isExactPrice(graph: Graph, id: NodeId): boolean {
  return exactPrice(graph, id) !== null;
}
