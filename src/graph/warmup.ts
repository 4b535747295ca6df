/**
 * Warm-up: rows up to and including a value's first (semantics 3.2, 6.10), each on its own clock. Constants and parameters have 1, like `close`: a
 * value has row numbers `warmup - 1` and later, and every node is at least as late as what it reads. When what crosses from another lane is ready is known
 * only as the run goes on.
 */

import { evaluateScalar, loopRange, type Value } from "./evaluate.ts";
import { isCrossing } from "./kinds.ts";
import type { Graph, Node, NodeId, State } from "./nodes.ts";
import { nodeAt, operands, reachable, stateAt } from "./traverse.ts";

type RunValues = readonly (Value | undefined)[];

/** A value of the run that must be an integer in lowest..highest, such as a length; anything else is a compiler's mistake. */
export function runInteger(run: RunValues, id: NodeId, lowest: number, highest: number): number {
  return integerWithin(run[id], id, lowest, highest);
}

function integerWithin(value: Value | undefined, id: NodeId, lowest: number, highest: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < lowest || value > highest) {
    throw new Error(`node ${id} is ${String(value)}, not an integer in ${lowest}..${highest}`);
  }
  return value;
}

/** The largest `by` of a delay, over the indices of the reductions it is inside. */
function largestDelay(graph: Graph, run: RunValues, delay: Extract<Node, { op: "delay" }>): number {
  if (run[delay.by] !== undefined) return runInteger(run, delay.by, 0, delay.max);
  const loops = new Set(reachable(graph, [delay.by]).map((id) => indexLoop(nodeAt(graph, id))));
  let largest = 0;
  for (const node of graph.nodes) {
    if (node.op !== "reduce" || !loops.has(node.loop)) continue;
    for (const index of loopRange(run[node.from], run[node.to])) {
      const known = (id: NodeId): Value | undefined => (nodeAt(graph, id).op === "index" ? index : run[id]);
      largest = Math.max(largest, integerWithin(evaluateScalar(graph, delay.by, known), delay.by, 0, delay.max));
    }
  }
  return largest;
}

function indexLoop(node: Node): number | undefined {
  return node.op === "index" ? node.loop : undefined;
}

/** The first rows with a value, counted from 0; infinite where that is not known yet. */
export interface ReadyRows {
  /** Of each node, by id; what reads `previous` has none before its state has been seeded. */
  readonly first: readonly number[];
  /** The row on which each state is seeded, by id. */
  readonly seed: readonly number[];
}

/** What is known of a node: `bare` is its first row with `previous` left out, `told` that on which the last column that it reads of other lanes had its first value. */
interface Known {
  readonly bare: number;
  readonly told: number;
}

/**
 * The ready rows of all nodes under the parameter set whose values of the run are given; `given` says them for nodes whose columns come from outside.
 * Without it a crossing is ready at once. All fields of a state are seeded on one row: when every seed is ready, every `then` and the reset on the row after, and all
 * that comes from outside on the same row, since nobody knows it before.
 */
export function readyRows(graph: Graph, run: RunValues, given: ReadonlyMap<NodeId, number> = new Map()): ReadyRows {
  const known: Known[] = [];
  const seed = graph.states.map(() => 0);
  const of = (id: NodeId): Known => known[id] ?? { bare: 0, told: 0 };
  graph.nodes.forEach((node, id) => {
    const row = given.get(id) ?? (isCrossing(node) || run[id] !== undefined ? 0 : undefined);
    if (row !== undefined) known.push({ bare: row, told: row });
    else if (node.op === "state") {
      const made = stateReady(stateAt(graph, node.state), of);
      seed[node.state] = made.bare;
      known.push(made);
    } else {
      const read = latest(operands(node).map(of));
      known.push({ bare: read.bare + rowsBack(graph, run, node), told: read.told });
    }
  });
  const first: number[] = [];
  graph.nodes.forEach((node, id) => {
    const ownRow = node.op === "previous" ? (seed[node.state] ?? 0) + 1 : of(id).bare;
    const read = given.has(id) || isCrossing(node) ? [] : operands(node);
    first.push(Math.max(ownRow, ...read.map((operand) => first[operand] ?? 0)));
  });
  return { first, seed };
}

function latest(all: readonly Known[]): Known {
  return { bare: Math.max(0, ...all.map(({ bare }) => bare)), told: Math.max(0, ...all.map(({ told }) => told)) };
}

function stateReady({ fields, reset }: State, of: (id: NodeId) => Known): Known {
  const seeds = latest(fields.map(({ seed }) => of(seed)));
  const after = latest([...fields.map(({ then }) => of(then)), ...(reset === null ? [] : [of(reset)])]);
  const told = Math.max(seeds.told, after.told);
  return { bare: Math.max(seeds.bare, after.bare - 1, told), told };
}

/** How many rows before its own a node reads. */
function rowsBack(graph: Graph, run: RunValues, node: Node): number {
  if (node.op === "delay") return largestDelay(graph, run, node);
  return node.op === "window" ? runInteger(run, node.length, 1, node.max) - 1 : 0;
}
