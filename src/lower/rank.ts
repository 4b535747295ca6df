/**
 * The normal order of a form's nodes, which does not depend on how the file was written: by height above the leaves, then by form. Operands of
 * commutative operations are put in this order, whereby nodes that differ only in the order of operands become one.
 */
import type { BinaryFunction, Node, NodeId, State } from "../graph/nodes.ts";
import { type Form, needsOf } from "./fold.ts";
import { mapOperands } from "./operands.ts";

/** A node in its place; operands are ranks. A state's own parts are kept beside it. */
export interface Ranked {
  readonly node: Node;
  readonly state: State | undefined;
}

export interface Ranking {
  /** By rank: operands before what reads them. */
  readonly ranked: readonly Ranked[];
  readonly rankOf: ReadonlyMap<NodeId, number>;
}

const COMMUTATIVE: ReadonlySet<BinaryFunction> = new Set(["add", "mul", "min", "max", "eq", "ne", "and", "or"]);

function stateIn(form: Form, node: Node): State | undefined {
  return node.op === "state" ? form.states[node.state] : undefined;
}

function heights(form: Form): readonly number[] {
  const height: number[] = [];
  for (const id of form.nodes.keys()) height.push(1 + Math.max(-1, ...needsOf(form, id).map((operand) => height[operand] ?? 0)));
  return height;
}

/** The node with operands as ranks, in normal order. */
function placed(form: Form, node: Node, rank: (id: NodeId) => number): Ranked {
  const state = stateIn(form, node);
  if (node.op === "state" && state !== undefined) {
    const fields = state.fields.map(({ seed, then }) => ({ seed: rank(seed), then: rank(then) }));
    const reset = state.reset === null ? null : rank(state.reset);
    const settlesIn = state.settlesIn === null ? null : rank(state.settlesIn);
    return { node: { ...node, state: -1 }, state: { fields, reset, settlesIn } };
  }
  const mapped = mapOperands(node, rank);
  const exchanged = mapped.op === "binary" && COMMUTATIVE.has(mapped.fn) && mapped.a > mapped.b;
  return { node: exchanged ? { ...mapped, a: mapped.b, b: mapped.a } : mapped, state: undefined };
}

/** Ranks the nodes `first`, then those of `rest` that are not among them. */
export function rank(form: Form, first: ReadonlySet<NodeId>, rest: ReadonlySet<NodeId>): Ranking {
  const height = heights(form);
  const ranked: Ranked[] = [];
  const rankOf = new Map<NodeId, number>();
  const byKey = new Map<string, number>();
  const known = (id: NodeId): number => {
    const found = rankOf.get(id);
    if (found === undefined) throw new Error("operands are ranked before what reads them");
    return found;
  };
  for (const set of [[...first], [...rest].filter((id) => !first.has(id))]) {
    const levels = Map.groupBy(set, (id) => height[id] ?? 0);
    for (const level of [...levels.keys()].sort((a, b) => a - b)) {
      const entries = (levels.get(level) ?? []).map((id) => keyed(form, id, known));
      entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      for (const { id, entry, key } of entries) {
        const same = byKey.get(key) ?? ranked.push(entry) - 1;
        byKey.set(key, same);
        rankOf.set(id, same);
      }
    }
  }
  return { ranked, rankOf };
}

function keyed(form: Form, id: NodeId, known: (id: NodeId) => number) {
  const node = form.nodes[id];
  if (node === undefined) throw new Error(`no node ${id}`);
  const entry = placed(form, node, known);
  return { id, entry, key: JSON.stringify(entry) };
}
