/** What keeps an entry from being proposed too often (semantics 3.16, 3.17): counts of the file, and when they bind. */
import type { Value } from "../graph/evaluate.ts";
import type { Graph, NodeId } from "../graph/nodes.ts";
import { entryCounts } from "../graph/traverse.ts";
import type { Book } from "./state.ts";

/** The counts of a rule; infinite, or 0 for adds and cooldown, where it has none. */
export interface EntryLimits {
  readonly adds: number;
  readonly perSession: number;
  /** Rows. */
  readonly cooldown: number;
}

/** By rule, from the values of the run for a symbol; null for a rule without any count. */
export function entryLimits(graph: Graph, run: readonly (Value | undefined)[]): readonly (EntryLimits | null)[] {
  const count = (id: NodeId | null | undefined, otherwise: number): number => {
    if (id === null || id === undefined) return otherwise;
    const value = run[id];
    if (typeof value !== "number" || !Number.isInteger(value)) throw new Error(`a count that is ${String(value)}`);
    return value;
  };
  return graph.rules.map((rule) => {
    if (rule.kind !== "enter" || entryCounts(rule).length === 0) return null;
    const { add, brakes } = rule;
    return {
      adds: count(add?.upTo, 0),
      perSession: count(brakes.perSession, Number.POSITIVE_INFINITY),
      cooldown: count(brakes.cooldown, 0),
    };
  });
}

/** Whether the session has had all the entries of the rule in the symbol that it may have. */
export function isExhausted({ limits, sessionEntries }: Book, rule: number): boolean {
  const limit = limits[rule] ?? null;
  return limit !== null && (sessionEntries[rule] ?? 0) >= limit.perSession;
}

/** The first row on which the rule may enter again after its last trade of the symbol. */
export function cooledAt({ limits, endedRow }: Book, rule: number): number {
  const limit = limits[rule] ?? null;
  return limit === null ? Number.NEGATIVE_INFINITY : (endedRow[rule] ?? Number.NEGATIVE_INFINITY) + limit.cooldown;
}
