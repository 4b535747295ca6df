/** Gives every node its id: placeholders become the past of each state and the variable of each loop, and what reads them is made once for each. */
import type { Node, NodeId, State } from "../graph/nodes.ts";
import { operands } from "../graph/traverse.ts";
import { mapOperands } from "./operands.ts";
import type { Ranked, Ranking } from "./rank.ts";

export interface Numbered {
  readonly nodes: readonly Node[];
  readonly states: readonly State[];
  /** The node of a rank outside of states and loops. */
  readonly idOf: (rank: number) => NodeId;
}

/** What a copy belongs to: a state, a loop, or (−1) the graph itself. */
interface Owner {
  readonly kind: "graph" | "state" | "loop";
  readonly id: number;
}

const GRAPH: Owner = { kind: "graph", id: -1 };

/** Whether each rank reads a placeholder of this kind that it does not close itself. */
function readers(ranked: readonly Ranked[], leaf: "previous" | "index", closing: "state" | "reduce"): readonly boolean[] {
  const reads: boolean[] = [];
  for (const { node } of ranked) reads.push(node.op === leaf || (node.op !== closing && operands(node).some((id) => reads[id] === true)));
  return reads;
}

/** The ranks that `roots` reach among those that read a placeholder. */
function insideOf(ranked: readonly Ranked[], roots: readonly number[], reads: readonly boolean[]): ReadonlySet<number> {
  const inside = new Set<number>();
  const waiting = roots.filter((id) => reads[id] === true);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const entry = ranked[id];
    if (entry === undefined || inside.has(id)) continue;
    inside.add(id);
    waiting.push(...operands(entry.node).filter((operand) => reads[operand] === true));
  }
  return inside;
}

/** The states of a ranking, equal ones once, in the order of the nodes that read them. */
function distinctStates(ranked: readonly Ranked[]): ReadonlyMap<string, { readonly id: number; readonly state: State }> {
  const found = new Map<string, { id: number; state: State }>();
  for (const { state } of ranked) {
    if (state === undefined) continue;
    const key = JSON.stringify(state);
    if (!found.has(key)) found.set(key, { id: found.size, state });
  }
  return found;
}

/** Who has a copy of each rank. */
function ownersOf(
  ranked: readonly Ranked[],
  states: ReturnType<typeof distinctStates>,
  loops: ReadonlyMap<number, number>,
): readonly Owner[][] {
  const recursive = readers(ranked, "previous", "state");
  const indexed = readers(ranked, "index", "reduce");
  const owners: Owner[][] = ranked.map((_, rank) => (recursive[rank] === true || indexed[rank] === true ? [] : [GRAPH]));
  for (const { id, state } of states.values()) {
    const roots = [...state.fields.map((field) => field.then), ...(state.reset === null ? [] : [state.reset])];
    for (const rank of insideOf(ranked, roots, recursive)) owners[rank]?.push({ kind: "state", id });
  }
  for (const [rank, id] of loops) {
    const node = ranked[rank]?.node;
    if (node?.op === "reduce") for (const inner of insideOf(ranked, [node.body], indexed)) owners[inner]?.push({ kind: "loop", id });
  }
  return owners;
}

function ownerKey(rank: number, owner: Owner): string {
  return `${rank} ${owner.kind} ${owner.id}`;
}

/** Numbers the nodes of a ranking. */
export function number({ ranked }: Pick<Ranking, "ranked">): Numbered {
  const states = distinctStates(ranked);
  const loops = new Map<number, number>();
  for (const [rank, { node }] of ranked.entries()) if (node.op === "reduce") loops.set(rank, loops.size);
  const owners = ownersOf(ranked, states, loops);
  const ids = new Map<string, NodeId>();
  const nodes: Node[] = [];
  const idFor =
    (owner: Owner) =>
    (rank: number): NodeId => {
      const id = ids.get(ownerKey(rank, owner)) ?? ids.get(ownerKey(rank, GRAPH));
      if (id === undefined) throw new Error("operands are numbered before what reads them");
      return id;
    };
  for (const [rank, entry] of ranked.entries()) {
    for (const owner of owners[rank] ?? []) {
      ids.set(ownerKey(rank, owner), nodes.length);
      nodes.push(copy(entry, owner, idFor(owner), states, loops.get(rank), idFor));
    }
  }
  const finished = [...states.values()].map(({ id, state }) => numberedState(state, idFor({ kind: "state", id }), idFor(GRAPH)));
  return { nodes, states: finished, idOf: idFor(GRAPH) };
}

function numberedState(state: State, inside: (rank: number) => NodeId, outside: (rank: number) => NodeId): State {
  return {
    fields: state.fields.map(({ seed, then }) => ({ seed: outside(seed), then: inside(then) })),
    reset: state.reset === null ? null : inside(state.reset),
    settlesIn: state.settlesIn === null ? null : outside(state.settlesIn),
  };
}

function copy(
  { node, state }: Ranked,
  owner: Owner,
  idOf: (rank: number) => NodeId,
  states: ReturnType<typeof distinctStates>,
  loop: number | undefined,
  idFor: (owner: Owner) => (rank: number) => NodeId,
): Node {
  if (node.op === "previous") return { ...node, state: owner.id };
  if (node.op === "index") return { ...node, loop: owner.id };
  if (node.op === "state") return { ...node, state: states.get(JSON.stringify(state))?.id ?? -1 };
  if (node.op === "reduce" && loop !== undefined) {
    return { ...node, loop, from: idOf(node.from), to: idOf(node.to), body: idFor({ kind: "loop", id: loop })(node.body) };
  }
  return mapOperands(node, idOf);
}
