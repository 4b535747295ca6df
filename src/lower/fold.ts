/**
 * From terms to a plain graph without what only the checker needs: dead terms are left out, constants are computed, placeholders that differed in what
 * was known of them become one. Nothing else is rewritten: arithmetic stays in the order in which it was written.
 */

import { stateOf, type TermId, type Terms, termOf } from "../check/terms.ts";
import { applyElementwise, isElementwise, type Value } from "../graph/evaluate.ts";
import type { Node, NodeId, State, StateId } from "../graph/nodes.ts";
import { operands, stateOperands } from "../graph/traverse.ts";
import { mapOperands } from "./operands.ts";

/** Nodes and states still with placeholders: `previous` of state −1, `index` of loop −1. Ids are topological. */
export interface Form {
  readonly nodes: readonly Node[];
  readonly states: readonly State[];
  /** The node of each live term. */
  readonly ids: ReadonlyMap<TermId, NodeId>;
}

/** What a term needs, a state's parts included. */
function needsOf(terms: Terms, id: TermId): readonly TermId[] {
  const { node } = termOf(terms, id);
  if (node.op === "abstract") throw new Error("an abstract parameter is no part of a program");
  return node.op === "state" ? stateOperands(stateOf(terms, node.state)) : operands(node);
}

function liveTerms(terms: Terms, roots: readonly TermId[]): readonly TermId[] {
  const seen = new Set<TermId>();
  const waiting = [...roots];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...needsOf(terms, id));
  }
  return [...seen].sort((a, b) => a - b);
}

function knownValue(node: Node | undefined): Value | undefined {
  if (node?.op === "none") return null;
  return node?.op === "constant" ? node.value : undefined;
}

/** `node` computed, where its operands are constants and the result is one: finite, and not the −0 that no text keeps. */
function folded(node: Node, nodes: readonly Node[]): Node {
  if (!isElementwise(node)) return node;
  if (operands(node).some((id) => knownValue(nodes[id]) === undefined)) return node;
  const value = applyElementwise(node, (id) => knownValue(nodes[id]) ?? null);
  if (value === null) return { op: "none", type: node.type, optional: true };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) return node;
  return { op: "constant", type: node.type, optional: false, value };
}

/** A list in which equal entries are one. */
function interner<T>(list: T[]): (entry: T) => number {
  const byKey = new Map<string, number>();
  return (entry) => {
    const key = JSON.stringify(entry);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, list.length);
    return list.push(entry) - 1;
  };
}

/** The form of everything that `roots` need. */
export function fold(terms: Terms, roots: readonly TermId[]): Form {
  const nodes: Node[] = [];
  const states: State[] = [];
  const ids = new Map<TermId, NodeId>();
  const internNode = interner(nodes);
  const internState = interner(states);
  const idOf = (term: TermId): NodeId => {
    const id = ids.get(term);
    if (id === undefined) throw new Error("terms are topological");
    return id;
  };
  const stateIdOf = (id: StateId): StateId => {
    const { fields, reset, settlesIn } = stateOf(terms, id);
    return internState({
      fields: fields.map(({ seed, then }) => ({ seed: idOf(seed), then: idOf(then) })),
      reset: reset === null ? null : idOf(reset),
      settlesIn: settlesIn === null ? null : idOf(settlesIn),
    });
  };
  for (const term of liveTerms(terms, roots)) {
    const { node } = termOf(terms, term);
    if (node.op === "abstract") throw new Error("an abstract parameter is no part of a program");
    const mapped = node.op === "state" ? { ...node, state: stateIdOf(node.state) } : mapOperands(node, idOf);
    ids.set(term, internNode(folded(mapped, nodes)));
  }
  return { nodes, states, ids };
}
