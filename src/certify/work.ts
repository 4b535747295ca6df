/** Memory and work: what is kept from tick to tick and how many values are combined on one, counted as docs/certificate.md says. */
import { type Anatomy, reached } from "./anatomy.ts";
import type { FormModel, FormNode } from "./form.ts";
import type { Lane } from "./lanes.ts";
import type { Ranges } from "./ranges.ts";

const WORD_BYTES = 8;
/** Account, marks and wakes (src/graph/kernel.ts, SLOT). */
const SLOTS = 11;
const ANCHORED_WORDS = 4;
const SUM_WORDS = 4;
const COUNT_WORDS = 2;
const EXTREME_WORDS = 3;

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
export function stateBytes(anatomy: Anatomy, lanes: readonly Lane[], history: readonly number[]): number {
  let bytes = 0;
  for (const { needed } of lanes) {
    const kept = keeping(anatomy, history);
    bytes += WORD_BYTES * SLOTS;
    for (const id of needed) bytes += kept(id);
  }
  return bytes;
}

/** Asked for the nodes of one lane, each once: the bytes that come with it, what came with another before left out. */
export function keeping({ graph }: Anatomy, history: readonly number[]): (id: number) => number {
  const states = new Set<number>();
  const kept = new Set<number>();
  const historyWords = (id: number): number => {
    const words = kept.has(id) ? 0 : (history[id] ?? 0);
    kept.add(id);
    return words;
  };
  return (id) => {
    const node = graph.nodes[id];
    let words = historyWords(id);
    if (node?.op === "delay") words += 1;
    if (node?.op === "anchored") words += ANCHORED_WORDS;
    if (node?.op === "window") words += windowWords(node) + historyWords(node.x);
    if (node?.op === "state" && !states.has(node.state)) {
      states.add(node.state);
      words += graph.states[node.state]?.fields.length ?? 0;
    }
    return WORD_BYTES * words;
  };
}

/** What a window keeps beside the history of what it reads. */
function windowWords({ fn, max }: Extract<FormNode, { op: "window" }>): number {
  if (fn === "count") return COUNT_WORDS;
  return fn === "sum" || fn === "mean" || fn === "variance" ? SUM_WORDS : max + EXTREME_WORDS;
}

const VISITS_MAX = 20_000_000;

/** Values combined where all lanes have a row, at the most; null where they are more than can be counted. */
export function operationsPerRow(lanes: readonly Lane[], work: Work): number | null {
  let total = 0;
  for (const { needed } of lanes)
    for (const id of needed) {
      const operations = work(id);
      if (operations === null) return null;
      total += operations;
    }
  return total;
}

/** The operations of a node that is not of the run; null where reductions read more than can be counted. */
export type Work = (id: number) => number | null;

/** `isIndexed` tells what reads the index of a reduction. */
export function workOf(anatomy: Anatomy, isIndexed: (id: number) => boolean, ranges: Ranges): Work {
  const known = new Map<number, number | null>();
  let visited = 0;
  const reduction = (node: Extract<FormNode, { op: "reduce" }>): number | null => {
    const body = reached(anatomy, [node.body]);
    visited += body.size;
    if (visited > VISITS_MAX) return null;
    return Math.max(0, ranges.difference(node.to, node.from).high + 1) * ([...body].filter(isIndexed).length + 1);
  };
  const counted = (node: FormNode): number | null => {
    if (node.op === "reduce") return reduction(node);
    if (node.op === "native") return modelWork(anatomy.graph.models[node.model]?.steps ?? null, node.inputs.length);
    return plainOperations(node, ranges);
  };
  return (id) => {
    const node = anatomy.graph.nodes[id];
    if (node === undefined) return 0;
    if (!known.has(id)) known.set(id, counted(node));
    return known.get(id) ?? null;
  };
}

/** Of what is not of the run. */
function plainOperations(node: FormNode, ranges: Ranges): number {
  if (node.op !== "window") return 1;
  return node.fn === "sum" || node.fn === "mean" || node.fn === "count" ? 2 : ranges.of(node.length).high;
}

/** Of a native model: weights, components, and the longest way through each tree. */
function modelWork(model: FormModel["steps"], inputs: number): number {
  const widths = [inputs];
  let work = 0;
  for (const step of model?.steps ?? []) {
    const width = widths[step.x] ?? 0;
    if (step.op === "affine") for (const row of step.weights) work += row.length;
    else if (step.op === "trees") for (const tree of step.trees) work += longestWay(tree.splits, tree.root);
    else work += step.op === "concat" ? width + (widths[step.tail] ?? 0) : width;
    widths.push(
      step.op === "affine" || step.op === "trees" ? step.offsets.length : width + (step.op === "concat" ? (widths[step.tail] ?? 0) : 0),
    );
  }
  return work;
}

/** In splits that lead to later ones, from `root` to a leaf. */
function longestWay(splits: readonly { readonly below: number; readonly above: number }[], root: number): number {
  const ways: number[] = [];
  for (let at = splits.length - 1; at >= 0; at--) {
    const split = splits[at];
    if (split !== undefined) ways[at] = 1 + Math.max(ways[split.below] ?? 0, ways[split.above] ?? 0);
  }
  return ways[root] ?? 0;
}
