/** Memory and work: what is kept from tick to tick and how many values are combined on one, counted as docs/certificate.md says. */
import { type Anatomy, reached } from "./anatomy.ts";
import type { FormNode } from "./form.ts";
import type { Ranges } from "./ranges.ts";

const WORD_BYTES = 8;
/** Account, marks and wakes (src/graph/kernel.ts, SLOT). */
const SLOTS = 11;
/** A count, and a 128-bit sum or an extreme. */
const ACCUMULATOR_WORDS = 3;

/** How many earlier values of each node any node of the graph reads, by id, over all parameter sets. */
export function histories({ graph }: Anatomy): readonly number[] {
  const most = graph.nodes.map(() => 0);
  for (const node of graph.nodes) {
    const back = node.op === "delay" ? node.max : node.op === "window" ? node.max - 1 : 0;
    if (node.op === "delay" || node.op === "window") most[node.x] = Math.max(most[node.x] ?? 0, back);
  }
  return most;
}

/** Bytes kept from tick to tick for what decides (`live`). */
export function stateBytes({ graph }: Anatomy, live: ReadonlySet<number>, history: readonly number[]): number {
  const states = new Set<number>();
  let words = SLOTS;
  for (const id of live) {
    const node = graph.nodes[id];
    words += history[id] ?? 0;
    if (node?.op === "anchored") words += ACCUMULATOR_WORDS;
    if (node?.op === "state") states.add(node.state);
  }
  for (const id of states) words += graph.states[id]?.fields.length ?? 0;
  return WORD_BYTES * words;
}

const VISITS_MAX = 20_000_000;

/** Values combined on one row by what decides, at the most; `varies` tells what is not of the run. Null where reductions read more than can be counted. */
export function operationsPerRow(
  anatomy: Anatomy,
  live: ReadonlySet<number>,
  varies: (id: number) => boolean,
  ranges: Ranges,
): number | null {
  let [total, visited] = [0, 0];
  for (const id of live) {
    const node = anatomy.graph.nodes[id];
    if (node?.op === "reduce") {
      const body = reached(anatomy, [node.body]);
      visited += body.size;
      if (visited > VISITS_MAX) return null;
      total += Math.max(0, ranges.difference(node.to, node.from).high + 1) * ([...body].filter(varies).length + 1);
    } else if (node !== undefined) total += plainOperations(node, ranges, varies(id));
  }
  return total;
}

function plainOperations(node: FormNode, ranges: Ranges, varies: boolean): number {
  if (node.op !== "window") return varies ? 1 : 0;
  return node.fn === "sum" || node.fn === "mean" || node.fn === "count" ? 2 : ranges.of(node.length).high;
}
