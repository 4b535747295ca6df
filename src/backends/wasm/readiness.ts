/** On which rows values exist, under one parameter set and as far as given columns tell. */
import type { Value } from "../../graph/evaluate.ts";
import type { NodeId } from "../../graph/nodes.ts";
import { type ReadyRows, readyRows } from "../../graph/warmup.ts";
import type { Plan } from "./plan.ts";

export interface Readiness extends ReadyRows {
  /** The row on which the last needed state is seeded. */
  readonly seeded: number;
  /** The first row on which every condition has a value. */
  readonly conditions: number;
  /** The first row from which every needed value exists and every state is past its seed. */
  readonly steady: number;
}

export function readiness(plan: Plan, run: readonly (Value | undefined)[], given: ReadonlyMap<NodeId, number>): Readiness {
  const { first, seed } = readyRows(plan.graph, run, given);
  const seeded = Math.max(0, ...plan.states.map((state) => seed[state] ?? 0));
  const latest = (ids: readonly NodeId[]): number => Math.max(0, ...ids.map((id) => first[id] ?? 0));
  const conditions = latest(plan.conditions.flatMap((condition) => (condition === null ? [] : [condition.node])));
  return { first, seed, seeded, conditions, steady: Math.max(seeded + 1, conditions, latest(plan.live)) };
}
