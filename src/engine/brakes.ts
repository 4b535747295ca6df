/** What keeps an entry from being proposed too often (semantics 3.16, 3.17): counts of the file, and when they bind. */
import type { Value } from "../graph/evaluate.ts";
import type { Graph, NodeId, Rule } from "../graph/nodes.ts";
import type { Engine } from "./state.ts";

/** The counts of a rule; infinite, or 0 for the cooldown, where it has none. */
export interface EntryLimits {
  readonly adds: number;
  readonly perSession: number;
  /** Rows. */
  readonly cooldown: number;
}

/** By rule, from the values of the run. */
export function entryLimits(graph: Graph, run: readonly (Value | undefined)[]): readonly EntryLimits[] {
  const count = (id: NodeId | null | undefined, otherwise: number): number => {
    if (id === null || id === undefined) return otherwise;
    const value = run[id];
    if (typeof value !== "number" || !Number.isInteger(value)) throw new Error(`a count that is ${String(value)}`);
    return value;
  };
  const of = (rule: Rule): EntryLimits => {
    const entry = rule.kind === "enter" ? rule : undefined;
    return {
      adds: count(entry?.add?.upTo, 0),
      perSession: count(entry?.brakes.perSession, Number.POSITIVE_INFINITY),
      cooldown: count(entry?.brakes.cooldown, 0),
    };
  };
  return graph.rules.map(of);
}

/** Whether the session has had all the entries of the rule that it may have. */
export function isExhausted({ limits, sessionEntries }: Engine, rule: number): boolean {
  return (sessionEntries[rule] ?? 0) >= (limits[rule]?.perSession ?? Number.POSITIVE_INFINITY);
}

/** The first row on which the rule may enter again after its last trade. */
export function cooledAt({ limits, endedRow }: Engine, rule: number): number {
  return (endedRow[rule] ?? Number.NEGATIVE_INFINITY) + (limits[rule]?.cooldown ?? 0);
}
