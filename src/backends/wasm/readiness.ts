/** On which rows values exist, under one parameter set. */
import type { Value } from "../../graph/evaluate.ts";
import type { Graph, NodeId, StateId } from "../../graph/nodes.ts";
import { operands } from "../../graph/traverse.ts";
import { warmups } from "../../graph/warmup.ts";
import type { Plan } from "./plan.ts";

export interface Readiness {
  /** The first row on which each node has a value, by id; what reads `previous` has none before its state has been seeded. */
  readonly first: readonly number[];
  /** The row on which a state is seeded. */
  seed(state: StateId): number;
  /** The row on which the last needed state is seeded. */
  readonly seeded: number;
  /** The first row on which every condition has a value. */
  readonly conditions: number;
  /** The first row from which every needed value exists and every state is past its seed. */
  readonly steady: number;
}

export function readiness(plan: Plan, run: readonly (Value | undefined)[]): Readiness {
  const { graph } = plan;
  const warmup = warmups(graph, run);
  const seed = (state: StateId): number => (warmup[fieldOf(graph, state)] ?? 1) - 1;
  const first: number[] = [];
  graph.nodes.forEach((node, id) => {
    const own = node.op === "previous" ? seed(node.state) + 1 : (warmup[id] ?? 1) - 1;
    first.push(Math.max(own, ...operands(node).map((operand) => first[operand] ?? 0)));
  });
  const seeded = Math.max(0, ...plan.states.map(seed));
  const latest = (ids: readonly NodeId[]): number => Math.max(0, ...ids.map((id) => first[id] ?? 0));
  const conditions = latest(plan.conditions.flatMap((condition) => (condition === null ? [] : [condition.node])));
  return { first, seed, seeded, conditions, steady: Math.max(seeded + 1, conditions, latest(plan.live)) };
}

/** A node that is a field of the state; all fields have the same warm-up. */
function fieldOf(graph: Graph, state: StateId): NodeId {
  const id = graph.nodes.findIndex((node) => node.op === "state" && node.state === state);
  if (id < 0) throw new Error(`state ${state} is read by no node`);
  return id;
}
