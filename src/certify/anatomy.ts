/** A graph taken apart: what each node and state reads, and an order in which everything stands after what it reads on the same tick. */
import { type FormGraph, type FormNode, GRAPH_SHAPE, NODE_SHAPE, STATE_SHAPE } from "./form.ts";
import type { Report } from "./problem.ts";
import { type Reference, references } from "./shape.ts";

export type State = FormGraph["states"][number];

/**
 * `reads` and `stateReads` name nodes only. In `sequence` a number below the count of nodes is a node, one from there on a state: a state is made
 * from all that it reads, and a `state` node shows it. A `previous` reads nothing on its own tick.
 */
export interface Anatomy {
  readonly graph: FormGraph;
  readonly reads: readonly (readonly number[])[];
  readonly stateReads: readonly (readonly number[])[];
  readonly sequence: readonly number[];
}

export type Visit = { readonly node: FormNode; readonly id: number } | { readonly state: State; readonly id: number };

function nodeIds(found: readonly Reference[]): readonly number[] {
  return found.filter(({ of }) => of === "nodes").map(({ id }) => id);
}

/** Names of lists' elements that do not exist. */
export function danglingReferences(graph: FormGraph, report: Report): void {
  for (const { of, id, role } of references(GRAPH_SHAPE, graph)) {
    if (id >= graph[of].length) report(`${role} names ${of}[${id}]; there are ${graph[of].length}`);
  }
  graph.nodes.forEach((node, id) => {
    if ((node.op === "state" || node.op === "previous") && graph.states[node.state]?.fields[node.field] === undefined)
      report(`node ${id} (${node.op}) names field ${node.field} of state ${node.state}, which has none such`);
  });
  for (const plot of graph.plots) if (!Object.hasOwn(graph.names, plot)) report(`plots name \`${plot}\`, which is no name of the graph`);
}

/** Takes apart a graph whose references exist. Null where nodes read one another in a circle on one tick; the circle has been reported. */
export function anatomyOf(graph: FormGraph, report: Report): Anatomy | null {
  const reads = graph.nodes.map((node) => nodeIds(references(NODE_SHAPE, node)));
  const stateReads = graph.states.map((state) => nodeIds(references(STATE_SHAPE, state)));
  const before = [
    ...graph.nodes.map((node, id) => (node.op === "state" ? [graph.nodes.length + node.state] : (reads[id] ?? []))),
    ...stateReads,
  ];
  const sequence = sorted(before);
  if (sequence.length === before.length) return { graph, reads, stateReads, sequence };
  const circle = circleOf(before, new Set(sequence)).map((vertex) =>
    vertex < graph.nodes.length ? `node ${vertex} (${graph.nodes[vertex]?.op})` : `state ${vertex - graph.nodes.length}`,
  );
  report(`a circle with no \`previous\` in it, each reading the next on the same tick: ${circle.join(" → ")}`);
  return null;
}

/** Every vertex after those it reads, as far as that can be. */
function sorted(before: readonly (readonly number[])[]): readonly number[] {
  const readers = before.map((): number[] => []);
  const missing = before.map((read) => read.length);
  before.forEach((read, vertex) => {
    for (const id of read) readers[id]?.push(vertex);
  });
  const sequence = [...missing.keys()].filter((vertex) => missing[vertex] === 0);
  for (let at = 0; at < sequence.length; at++) {
    for (const reader of readers[sequence[at] ?? 0] ?? []) {
      const left = (missing[reader] ?? 0) - 1;
      missing[reader] = left;
      if (left === 0) sequence.push(reader);
    }
  }
  return sequence;
}

const CIRCLE_SHOWN = 12;

/** A way from a vertex that is not `done` back to itself: each has a read that is not done either. */
function circleOf(before: readonly (readonly number[])[], done: ReadonlySet<number>): readonly number[] {
  const open = (vertex: number): boolean => !done.has(vertex);
  const way: number[] = [];
  const seen = new Map<number, number>();
  for (let at = [...before.keys()].find(open); at !== undefined; at = (before[at] ?? []).find(open)) {
    const first = seen.get(at);
    if (first !== undefined) return [...way.slice(first, first + CIRCLE_SHOWN), at];
    seen.set(at, way.length);
    way.push(at);
  }
  throw new Error("vertices without an order have a circle");
}

/** The nodes and states of a graph, each after what it reads. */
export function* visits({ graph, sequence }: Anatomy): Generator<Visit> {
  for (const vertex of sequence) {
    const isNode = vertex < graph.nodes.length;
    const id = isNode ? vertex : vertex - graph.nodes.length;
    const [node, state] = isNode ? [graph.nodes[id], undefined] : [undefined, graph.states[id]];
    if (node !== undefined) yield { node, id };
    else if (state !== undefined) yield { state, id };
  }
}

/** Backends read nodes in the order of their ids: what a node reads has a smaller one, and nothing is there twice. */
export function checkIds({ graph, reads, stateReads }: Anatomy, report: Report): void {
  const seen = new Map<string, number>();
  graph.nodes.forEach((node, id) => {
    const read = node.op === "state" ? (stateReads[node.state] ?? []) : (reads[id] ?? []);
    const later = read.find((other) => other >= id);
    if (later !== undefined) report(`node ${id} (${node.op}) reads node ${later}, which is not before it`, id);
    const text = JSON.stringify(node);
    const twin = seen.get(text);
    if (twin !== undefined) report(`node ${id} (${node.op}) is node ${twin} once more`, id);
    seen.set(text, id);
  });
}

/** What `roots` read, directly or not, themselves included: by id. A `state` or `previous` brings all that its state is made from. */
export function reached({ graph, reads, stateReads }: Anatomy, roots: readonly number[]): ReadonlySet<number> {
  const seen = new Set<number>(roots);
  const states = new Set<number>();
  const waiting = [...seen];
  const add = (id: number): void => {
    if (seen.has(id)) return;
    seen.add(id);
    waiting.push(id);
  };
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = graph.nodes[id];
    for (const read of reads[id] ?? []) add(read);
    if ((node?.op !== "state" && node?.op !== "previous") || states.has(node.state)) continue;
    states.add(node.state);
    for (const read of stateReads[node.state] ?? []) add(read);
  }
  return seen;
}
