/**
 * From terms to a plain graph without what only the checker needs: dead terms are left out, constants are computed, placeholders that differed in what
 * was known of them become one. Nothing else is rewritten: arithmetic stays in the order in which it was written.
 */
import { stateOf, type TermId, type Terms, termOf } from "../check/terms/terms.ts";
import { applyElementwise, type Value } from "../graph/evaluate.ts";
import { isElementwise } from "../graph/kinds.ts";
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

/** What `roots` need, themselves included, in ascending order. */
function closure(roots: readonly number[], needs: (id: number) => readonly number[]): readonly number[] {
  const seen = new Set<number>();
  const waiting = [...roots];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...needs(id));
  }
  return [...seen].sort((a, b) => a - b);
}

/** The node of a term of the program. */
function programNode(terms: Terms, id: TermId): Node {
  const { node } = termOf(terms, id);
  if (node.op === "abstract") throw new Error("an abstract parameter is no part of a program");
  return node;
}

/** What a node of a form depends on, a state's parts included. */
export function needsOf(form: Pick<Form, "nodes" | "states">, id: NodeId): readonly NodeId[] {
  const node = form.nodes[id];
  if (node === undefined) throw new Error(`no node ${id}`);
  const state = node.op === "state" ? form.states[node.state] : undefined;
  return state === undefined ? operands(node) : stateOperands(state);
}

/** The nodes that these terms need: folding has left some of a form's without a reader. */
export function liveNodes(form: Form, terms: readonly TermId[]): ReadonlySet<NodeId> {
  const roots = terms.map((term) => form.ids.get(term)).filter((id) => id !== undefined);
  return new Set(closure(roots, (id) => needsOf(form, id)));
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
  const needs = (term: TermId): readonly TermId[] => {
    const node = programNode(terms, term);
    return node.op === "state" ? stateOperands(stateOf(terms, node.state)) : operands(node);
  };
  for (const term of closure(roots, needs)) {
    const node = programNode(terms, term);
    const mapped = node.op === "state" ? { ...node, state: stateIdOf(node.state) } : mapOperands(node, idOf);
    ids.set(term, internNode(folded(mapped, nodes)));
  }
  return { nodes, states, ids };
}
