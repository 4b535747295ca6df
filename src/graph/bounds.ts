/** What a graph costs and when it is ready, known before it runs: warm-up, start, memory, work and settling. */

import { decides, demandedLanes, type Lane, laneConditions, laneExpressions } from "./demand.ts";
import { evaluateRun, type Value } from "./evaluate.ts";
import { SLOT_COUNT } from "./kernel.ts";
import { modelOperations } from "./model-steps.ts";
import type { ClockId, Graph, Node, NodeId, StateId, SymbolId } from "./nodes.ts";
import { type Settling, settling } from "./settling.ts";
import { strata } from "./strata.ts";
import { modelAt, nodeAt, operands, reachable, stateAt } from "./traverse.ts";
import { readyRows, runInteger } from "./warmup.ts";

export interface Bounds {
  /**
   * Rows of its own clock up to and including each node's first value, by id; 1 for constants and `close` alike: the first value is on row `warmup - 1`.
   * What crosses from another lane counts as there from the first row on: see `clockWarmups`.
   */
  readonly warmup: readonly number[];
  /** How many ticks of each clock must have been before all that decides is ready. */
  readonly clockWarmups: ReadonlyMap<ClockId, number>;
  /** The first row of the first clock with decisions, counted from 0 (semantics 3.2), if no other lane is waited for longer. */
  readonly runStart: number;
  /** How many earlier values of each node are read, by id, over all parameter sets. */
  readonly history: readonly number[];
  /** Bytes kept from row to row for what the rules read, in all lanes: histories, states, accumulators and slots, over all parameter sets. */
  readonly stateBytes: number;
  /** Upper bound of the values combined on one row for what the rules read, where all lanes have that row. */
  readonly operationsPerRow: number;
  /** Rows of the first clock after warm-up until what the rules read has forgotten its start to within 1e-9. */
  readonly settling: Settling;
}

/** The bounds of a graph under one parameter set, for one symbol or without anyone's overrides (null). Throws `KernelHalt` (row 0) where a value of the run is not finite. */
export function bounds(graph: Graph, parameters: readonly number[], symbol: SymbolId | null = null): Bounds {
  const run = evaluateRun(graph, parameters, symbol);
  const warmup = readyRows(graph, run).first.map((row) => row + 1);
  const lanes = demandedLanes(graph, strata(graph));
  const history = histories(graph);
  const clockWarmups = warmupOfClocks(graph, lanes, warmup);
  return {
    warmup,
    clockWarmups,
    runStart: Math.max(graph.simulate.startAfter, (clockWarmups.get(0) ?? 1) - 1),
    history,
    stateBytes: total(lanes, ({ needed }) => stateBytes(graph, [...needed], history)),
    operationsPerRow: total(lanes, ({ needed }) => total([...needed], (id) => operations(graph, run, id))),
    settling: settling(graph, run, lanes),
  };
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/** Of what is asked of the lanes: a recursion is there a row before its `then` alone would be. */
function warmupOfClocks(graph: Graph, lanes: readonly Lane[], warmup: readonly number[]): ReadonlyMap<ClockId, number> {
  const found = new Map<ClockId, number>();
  for (const lane of lanes) {
    const decided = decides(graph, lane) ? [...laneConditions(graph, lane), ...laneExpressions(graph, lane)] : [];
    const asked = [...lane.published, ...decided.filter((id) => id !== null)];
    found.set(lane.clock, Math.max(found.get(lane.clock) ?? 1, ...asked.map((id) => warmup[id] ?? 1)));
  }
  return found;
}

/** How many earlier values of each node a delay or a window reads, by id. */
export function histories(graph: Graph): readonly number[] {
  const history = graph.nodes.map(() => 0);
  const need = (id: NodeId, values: number): void => {
    history[id] = Math.max(history[id] ?? 0, values);
  };
  for (const node of graph.nodes) {
    if (node.op === "delay") need(node.x, node.max);
    if (node.op === "window") need(node.x, node.max - 1);
  }
  return history;
}

const WORD_BYTES = 8;
/** Whether it is open, a count, and a 128-bit sum or an extreme. */
const ANCHORED_WORDS = 4;
/** The value that leaves, a 128-bit sum, and how many values are beyond what a sum may hold. */
const SUM_WORDS = 4;
/** The value that leaves, and a count. */
const COUNT_WORDS = 2;
/** The value that leaves, a place and the best so far. */
const EXTREME_WORDS = 3;

/** Bytes that a lane keeps for `live`, its slots with them. */
export function stateBytes(graph: Graph, live: readonly NodeId[], history: readonly number[]): number {
  return WORD_BYTES * SLOT_COUNT + total(live, addedBytes(graph, history));
}

/** Says of one node after the other what it adds to the bytes of a lane that keeps all those before it. Each may come once. */
export function addedBytes(graph: Graph, history: readonly number[]): (id: NodeId) => number {
  const remembered = new Set<NodeId>();
  const states = new Set<StateId>();
  const remember = (id: NodeId): number => {
    if (remembered.has(id)) return 0;
    remembered.add(id);
    return history[id] ?? 0;
  };
  const fieldsOf = (id: StateId): number => {
    if (states.has(id)) return 0;
    states.add(id);
    return stateAt(graph, id).fields.length;
  };
  return (id) => {
    const node = nodeAt(graph, id);
    const fields = node.op === "state" ? fieldsOf(node.state) : 0;
    /** A window keeps what it reads even where that is a constant. */
    const read = node.op === "window" ? remember(node.x) : 0;
    return WORD_BYTES * (remember(id) + read + fields + accumulatorWords(node));
  };
}

/** What a node keeps beside the history of what it reads: a delay its last value, a window of extremes or quantiles its values once more, in the order that it needs. */
function accumulatorWords(node: Node): number {
  if (node.op === "delay") return 1;
  if (node.op === "anchored") return ANCHORED_WORDS;
  if (node.op !== "window") return 0;
  switch (node.fn) {
    case "sum":
    case "mean":
    case "variance":
      return SUM_WORDS;
    case "count":
      return COUNT_WORDS;
    case "highest":
    case "lowest":
    case "quantile":
      return node.max + EXTREME_WORDS;
  }
}

/** Values that one node combines on one row: its window for what is not a sum, its terms for a reduction, else one. */
export function operations(graph: Graph, run: readonly (Value | undefined)[], id: NodeId): number {
  const node = nodeAt(graph, id);
  if (node.op === "window")
    return node.fn === "sum" || node.fn === "mean" || node.fn === "count" ? 2 : runInteger(run, node.length, 1, node.max);
  if (node.op === "reduce") return reductionOperations(graph, run, node);
  if (node.op === "native") return nativeOperations(graph, node);
  return run[id] === undefined ? 1 : 0;
}

function nativeOperations(graph: Graph, node: Extract<Node, { op: "native" }>): number {
  const { steps, features } = modelAt(graph, node.model);
  return steps === null ? 0 : modelOperations(steps, features.length);
}

function reductionOperations(graph: Graph, run: readonly (Value | undefined)[], node: Extract<Node, { op: "reduce" }>): number {
  const [from, to] = [run[node.from], run[node.to]];
  if (typeof from !== "number" || typeof to !== "number") throw new Error("the range of a reduction was expected");
  return Math.max(0, to - from + 1) * (indexedIn(graph, node.body) + 1);
}

/** How many nodes of a reduction's body depend on its index: all others are evaluated once, outside of it. */
function indexedIn(graph: Graph, body: NodeId): number {
  const indexed = new Set<NodeId>();
  for (const id of reachable(graph, [body]).toSorted((a, b) => a - b)) {
    const node = nodeAt(graph, id);
    if (node.op === "index" || (node.op !== "reduce" && operands(node).some((operand) => indexed.has(operand)))) indexed.add(id);
  }
  return indexed.size;
}
