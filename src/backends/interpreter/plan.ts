/** What the interpreter knows before the first row: values of the run, warm-ups, what is needed and how far back it is read. */
import { histories } from "../../graph/bounds.ts";
import { evaluateRun, type Value } from "../../graph/evaluate.ts";
import { type ExactPrice, exactPrice } from "../../graph/exact.ts";
import type { KernelOptions } from "../../graph/kernel.ts";
import type { Graph, Node, NodeId, State, StateId } from "../../graph/nodes.ts";
import { type Stratum, strata } from "../../graph/strata.ts";
import { conditions, nodeAt, reachable } from "../../graph/traverse.ts";
import { runInteger, warmups } from "../../graph/warmup.ts";

export interface Plan {
  readonly graph: Graph;
  readonly priceDecimals: number;
  readonly capacity: number;
  readonly conditions: readonly (NodeId | null)[];
  readonly run: readonly (Value | undefined)[];
  readonly stratum: readonly Stratum[];
  /** Rows up to and including each node's first value. */
  readonly warmup: readonly number[];
  /** Nodes of the market to evaluate on every row, ascending. */
  readonly live: readonly NodeId[];
  /** Live states and the row on which each is seeded. */
  readonly states: ReadonlyMap<StateId, number>;
  /** Live nodes that are evaluated after row `seeded`, on which the last state is seeded. */
  readonly lasting: ReadonlySet<NodeId>;
  /** States that are read after that row: not those that only seed others. */
  readonly lastingStates: ReadonlySet<StateId>;
  readonly seeded: number;
  /** Earlier rows that anything reads. */
  readonly keep: number;
}

export function plan({ graph, symbol, parameters, priceDecimals, capacity, observed }: KernelOptions): Plan {
  const run = evaluateRun(graph, parameters, symbol);
  const stratum = strata(graph);
  const warmup = warmups(graph, run);
  const roots = [...conditions(graph).filter((id) => id !== null), ...observed];
  const ofMarket = (id: NodeId): boolean => stratum[id] === "market";
  const live = reachable(graph, roots).filter(ofMarket);
  const states = new Map<StateId, number>();
  for (const id of live) {
    const node = nodeAt(graph, id);
    if (node.op === "state") states.set(node.state, (warmup[id] ?? 1) - 1);
  }
  const lasting = reachable(graph, roots, lastingOperands).filter(ofMarket);
  return {
    graph,
    priceDecimals,
    capacity,
    conditions: conditions(graph),
    run,
    stratum,
    warmup,
    live,
    states,
    lasting: new Set(lasting),
    lastingStates: new Set(lasting.flatMap((id) => stateRead(nodeAt(graph, id)))),
    seeded: Math.max(0, ...states.values()),
    keep: Math.max(...histories(graph), ...live.map((id) => exactReach(graph, run, id)), 0),
  };
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
