/** Memory and work: what is kept from tick to tick and how many values are combined on one, counted as docs/certificate.md says. */
import { type Anatomy, reached } from "./anatomy.ts";
import type { FormNode } from "./form.ts";
import type { Lane } from "./lanes.ts";
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

/** Bytes kept from row to row, over all lanes. */
export function stateBytes({ graph }: Anatomy, lanes: readonly Lane[], history: readonly number[]): number {
  let words = 0;
  for (const { needed } of lanes) {
    const states = new Set<number>();
    words += SLOTS;
    for (const id of needed) {
      const node = graph.nodes[id];
      words += history[id] ?? 0;
      if (node?.op === "anchored") words += ACCUMULATOR_WORDS;
      if (node?.op === "state") states.add(node.state);
    }
    for (const id of states) words += graph.states[id]?.fields.length ?? 0;
  }
  return WORD_BYTES * words;
}

const VISITS_MAX = 20_000_000;

/** Values combined where all lanes have a row, at the most. Null where reductions read more than can be counted. */
export function operationsPerRow(anatomy: Anatomy, lanes: readonly Lane[], varies: (id: number) => boolean, ranges: Ranges): number | null {
  const known = new Map<number, number>();
  let [total, visited] = [0, 0];
  for (const id of lanes.flatMap(({ needed }) => [...needed])) {
    const node = anatomy.graph.nodes[id];
    if (node === undefined) continue;
    let operations = known.get(id);
    if (operations === undefined && node.op === "reduce") {
      const body = reached(anatomy, [node.body]);
      visited += body.size;
      if (visited > VISITS_MAX) return null;
      operations = Math.max(0, ranges.difference(node.to, node.from).high + 1) * ([...body].filter(varies).length + 1);
    }
    operations ??= plainOperations(node, ranges);
    known.set(id, operations);
    total += operations;
  }
  return total;
}

/** Of what is not of the run. */
function plainOperations(node: FormNode, ranges: Ranges): number {
  if (node.op !== "window") return 1;
  return node.fn === "sum" || node.fn === "mean" || node.fn === "count" ? 2 : ranges.of(node.length).high;
}
