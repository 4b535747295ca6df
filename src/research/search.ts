/** The order of a search: which combinations are tried, in which blocks, and when it ends. It is the same for any number of workers (semantics 16.2). */
import type { Graph } from "../graph/nodes.ts";
import { gridSearch, latinHypercube, randomSearch } from "./sampling.ts";
import { admission, type Combination, type SearchSpace } from "./space.ts";
import { proposals, RANDOM_FIRST, type Tried } from "./tpe.ts";

export type Method = { readonly kind: "grid" } | { readonly kind: "random" | "lhs" | "tpe"; readonly count: number };

export interface SearchPlan {
  readonly space: SearchSpace;
  readonly method: Method;
  readonly seed: number;
  /** The search ends after a block whose last trial comes so many after the best one; null: never before its end. */
  readonly patience: number | null;
}

/** Trials between two looks at the results, where a search looks at them. */
const ROUND = 16;
const PATIENCE_BLOCK = 64;

/** A search under way: it is asked for blocks of combinations, each after the results of all before. */
export interface Search {
  /** Combinations still to come at most. */
  readonly size: number;
  /** Whether what comes next depends on results. */
  readonly waits: boolean;
  /** The next block, given everything tried so far, in order; empty at the end. */
  next(tried: readonly Tried[]): readonly Combination[];
}

export function searchOf(graph: Graph, plan: SearchPlan): Search {
  const admits = admission(graph);
  const search = plan.method.kind === "tpe" ? learning(plan, plan.method.count, admits) : listed(plan, listOf(plan, admits));
  if (plan.patience === null) return search;
  const { patience } = plan;
  return { ...search, next: (tried) => (isExhausted(tried, patience) ? [] : search.next(tried)) };
}

function listOf({ space, method, seed }: SearchPlan, admits: (combination: Combination) => boolean): readonly Combination[] {
  switch (method.kind) {
    case "grid":
      return gridSearch(space, admits);
    case "random":
      return randomSearch(space, admits, method.count, seed);
    case "lhs":
      return latinHypercube(space, admits, method.count, seed);
    case "tpe":
      throw new Error("a search that learns has no list");
  }
}

function listed({ patience }: SearchPlan, combinations: readonly Combination[]): Search {
  const block = patience === null ? combinations.length : PATIENCE_BLOCK;
  return {
    size: combinations.length,
    waits: patience !== null,
    next: (tried) => combinations.slice(tried.length, (Math.floor(tried.length / block) + 1) * block),
  };
}

function learning({ space, seed }: SearchPlan, count: number, admits: (combination: Combination) => boolean): Search {
  return {
    size: count,
    waits: true,
    next: (tried) => {
      const round = tried.length < RANDOM_FIRST ? 0 : Math.floor((tried.length - RANDOM_FIRST) / ROUND) + 1;
      const wanted = tried.length === 0 ? RANDOM_FIRST : ROUND;
      return proposals(space, admits, tried, { seed, round, count: Math.min(wanted, count - tried.length) });
    },
  };
}

/** Whether nothing better has come for so many trials. */
function isExhausted(tried: readonly Tried[], patience: number): boolean {
  let best = Number.NEGATIVE_INFINITY;
  let at = -1;
  for (const [index, { objective }] of tried.entries()) {
    if (objective === null || objective <= best) continue;
    best = objective;
    at = index;
  }
  return tried.length - 1 - at >= patience;
}
