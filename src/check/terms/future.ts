/** How far ahead a term reads: one of a label, whose `ahead(x, n)` is a delay by −n. */
import type { Node } from "../../graph/nodes.ts";
import { operands, stateOperands } from "../../graph/traverse.ts";
import { nodeOf, stateOf, type TermId, type Terms } from "./terms.ts";

/** What says later what it says of later values, so that it may read them. */
const SHIFTED: ReadonlySet<Node["op"]> = new Set(["unary", "binary", "power", "select", "default", "delay", "window", "reduce"]);

/** n of the node of `ahead(x, n)`; 0 of every other node. */
export function ticksAhead(terms: Terms, node: Node): number {
  const by = node.op === "delay" ? nodeOf(terms, node.by) : undefined;
  return by?.op === "constant" && typeof by.value === "number" && by.value < 0 ? -by.value : 0;
}

/**
 * Ticks after which everything that a term reads has happened, for the terms up to `last`; undefined where something reads ahead that keeps a memory, or
 * is of another lane.
 */
export function horizons(terms: Terms, last: TermId): readonly (number | undefined)[] {
  const known: (number | undefined)[] = [];
  for (let id = 0; id <= last; id += 1) known.push(horizonAt(terms, id, known));
  return known;
}

function horizonAt(terms: Terms, id: TermId, known: readonly (number | undefined)[]): number | undefined {
  const node = nodeOf(terms, id);
  if (node.op === "abstract") return 0;
  let farthest = 0;
  for (const read of node.op === "state" ? stateOperands(stateOf(terms, node.state)) : operands(node)) {
    const horizon = known[read];
    if (horizon === undefined || (horizon > 0 && !SHIFTED.has(node.op))) return undefined;
    farthest = Math.max(farthest, horizon);
  }
  return farthest + ticksAhead(terms, node);
}
