/**
 * Warm-up: rows up to and including a value's first (semantics 3.2, 6.10). Constants and parameters have 1, like `close`: a value has row numbers
 * `warmup - 1` and later, and every node is at least as late as what it reads.
 */
import { evaluateScalar, loopRange, type Value } from "./evaluate.ts";
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

/** All fields are seeded on one row: when every seed is ready, and every `then` and the reset on the row after. */
function stateWarmup(state: State, warmup: readonly number[]): number {
  const of = (id: NodeId): number => warmup[id] ?? 1;
  const rows = state.fields.flatMap((field) => [of(field.seed), of(field.then) - 1]);
  if (state.reset !== null) rows.push(of(state.reset) - 1);
  return Math.max(1, ...rows);
}

/** The warm-up of every node in rows, by id, given the values of the run. What depends on `previous` is counted without it. */
export function warmups(graph: Graph, run: RunValues): readonly number[] {
  const warmup: number[] = [];
  for (const node of graph.nodes) {
    const ready = Math.max(1, ...operands(node).map((id) => warmup[id] ?? 1));
    if (node.op === "delay") warmup.push(ready + largestDelay(graph, run, node));
    else if (node.op === "window") warmup.push(ready + runInteger(run, node.length, 1, node.max) - 1);
    else if (node.op === "state") warmup.push(stateWarmup(stateAt(graph, node.state), warmup));
    else warmup.push(ready);
  }
  return warmup;
}
