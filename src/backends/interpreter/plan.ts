/** What the interpreter knows before the first row: values of the run, what is needed and how far back it is read. */
import { histories } from "../../graph/bounds.ts";
import { evaluateRun, type Value } from "../../graph/evaluate.ts";
import { type ExactPrice, exactPrice } from "../../graph/exact.ts";
import type { KernelOptions } from "../../graph/kernel.ts";
import type { Graph, Node, NodeId, State, StateId } from "../../graph/nodes.ts";
import { type Stratum, strata } from "../../graph/strata.ts";
import { nodeAt, reachable, stateOperands } from "../../graph/traverse.ts";
import { type ReadyRows, readyRows, runInteger } from "../../graph/warmup.ts";

export interface Plan {
  readonly graph: Graph;
  readonly priceDecimals: number;
  readonly capacity: number;
  readonly conditions: readonly (NodeId | null)[];
  readonly run: readonly (Value | undefined)[];
  readonly stratum: readonly Stratum[];
  readonly given: ReadonlySet<NodeId>;
  /** Whether `run` marks equity. */
  readonly marks: boolean;
  /** Nodes of the market to evaluate, or to take from what is given, on every row, ascending. */
  readonly live: readonly NodeId[];
  /** States that are read, ascending. */
  readonly states: readonly StateId[];
  /** Live nodes that are evaluated after the row on which the last state is seeded. */
  readonly lasting: ReadonlySet<NodeId>;
  /** States that are read after that row: not those that only seed others. */
  readonly lastingStates: ReadonlySet<StateId>;
  /** Earlier rows that anything reads. */
  readonly keep: number;
}

export function plan(options: KernelOptions): Plan {
  const { graph, symbol, parameters, priceDecimals, capacity, observed, conditions, marks } = options;
  const run = evaluateRun(graph, parameters, symbol);
  const stratum = strata(graph);
  const given = new Set(options.given);
  const roots = [...conditions.filter((id) => id !== null), ...observed];
  const ofMarket = (id: NodeId): boolean => stratum[id] === "market";
  const live = reachable(graph, roots, stateOperands, given).filter(ofMarket);
  const lasting = reachable(graph, roots, lastingOperands, given).filter(ofMarket);
  const statesOf = (ids: readonly NodeId[]): readonly StateId[] => [
    ...new Set(ids.filter((id) => !given.has(id)).flatMap((id) => stateRead(nodeAt(graph, id)))),
  ];
  return {
    graph,
    priceDecimals,
    capacity,
    conditions,
    run,
    stratum,
    given: new Set(live.filter((id) => given.has(id))),
    marks,
    live,
    states: statesOf(live),
    lasting: new Set(lasting),
    lastingStates: new Set(statesOf(lasting)),
    keep: Math.max(...histories(graph), ...live.map((id) => exactReach(graph, run, id)), 0),
  };
}

/** What is known of when values exist, as far as given columns tell. */
export interface Readiness extends ReadyRows {
  /** The row on which the last live state is seeded. */
  readonly seeded: number;
}

/** `given` has the ready rows of given columns. */
export function readiness({ graph, run, states }: Plan, given: ReadonlyMap<NodeId, number>): Readiness {
  const { first, seed } = readyRows(graph, run, given);
  return { first, seed, seeded: Math.max(0, ...states.map((id) => seed[id] ?? 0)) };
}

function stateRead(node: Node): readonly StateId[] {
  return node.op === "state" ? [node.state] : [];
}

/** What a state reads once it is seeded. */
function lastingOperands(state: State): readonly NodeId[] {
  const seeds = state.reset === null ? [] : [state.reset, ...state.fields.map((field) => field.seed)];
  return [...seeds, ...state.fields.map((field) => field.then)];
}

/** How many rows back a window over a shifted price begins. */
function exactReach(graph: Graph, run: readonly (Value | undefined)[], id: NodeId): number {
  const node = nodeAt(graph, id);
  if (node.op !== "window" && node.op !== "anchored") return 0;
  const price = exactPrice(graph, node.x);
  if (price === null) return 0;
  return shift(price, run) + (node.op === "window" ? node.max - 1 : 0);
}

/** How many rows ago a shifted price is read. */
export function shift(price: ExactPrice, run: readonly (Value | undefined)[]): number {
  return price.by.reduce((total, by) => total + runInteger(run, by, 0, Number.MAX_SAFE_INTEGER), 0);
}
