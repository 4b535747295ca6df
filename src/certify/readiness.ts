/** Warm-up: how many ticks there must have been before a value exists (docs/certificate.md, "Warm-up"). */
import { type Anatomy, visits } from "./anatomy.ts";
import type { Clocks } from "./clocks.ts";
import type { FormNode } from "./form.ts";
import type { Root } from "./places.ts";
import type { Ranges } from "./ranges.ts";

/** Ticks of the node's own clock, itself included, and of the clocks that it reads across; 0 where none is read. */
export interface WarmUp {
  readonly own: number;
  readonly others: readonly number[];
}

/** The warm-up of every node, by id, with the parameters as in `ranges`. */
export function warmUps(anatomy: Anatomy, clocks: Clocks, ranges: Ranges): readonly WarmUp[] {
  const { graph, reads } = anatomy;
  const start: WarmUp = { own: 1, others: graph.clocks.map(() => 0) };
  const nodes: WarmUp[] = [];
  const states: WarmUp[] = [];
  const of = (id: number): WarmUp => nodes[id] ?? start;
  for (const visit of visits(anatomy)) {
    if ("state" in visit) {
      const { fields, reset } = visit.state;
      const after = [...fields.map(({ then }) => then), ...(reset === null ? [] : [reset])].map(of);
      states[visit.id] = latest(start, [...fields.map(({ seed }) => of(seed)), ...after.map((each) => later(each, -1))]);
    } else if (visit.node.op === "state") nodes[visit.id] = states[visit.node.state] ?? start;
    else {
      const read = latest(start, (reads[visit.id] ?? []).map(of));
      const source = sourceClock(visit.node, clocks);
      nodes[visit.id] = source === null ? later(read, lookBack(visit.node, ranges)) : across(read, source);
    }
  }
  return nodes;
}

/** The ticks of each clock without which `roots` cannot all exist, by clock; the first clock has one in any case, since orders meet the market there. */
export function ticksNeeded(warmUp: readonly WarmUp[], roots: readonly Root[], clocks: number): readonly number[] {
  const needed = Array.from({ length: clocks }, (_, clock): number => (clock === 0 ? 1 : 0));
  for (const { node, clock } of roots) {
    const { own, others } = warmUp[node] ?? { own: 1, others: [] };
    for (const at of needed.keys()) needed[at] = Math.max(needed[at] ?? 0, others[at] ?? 0, at === clock ? own : 0);
  }
  return needed;
}

/** How many ticks before this one a node reads. */
function lookBack(node: FormNode, ranges: Ranges): number {
  if (node.op === "delay") return ranges.of(node.by).high;
  return node.op === "window" ? ranges.of(node.length).high - 1 : 0;
}

/** The clock that a node reads across, or null. */
function sourceClock(node: FormNode, clocks: Clocks): number | null {
  if (node.op === "sample") return node.clock;
  if (node.op === "gather") return 0;
  if (node.op === "onnx") return node.inputs.map((input) => clocks[input] ?? null).find((clock) => clock !== null) ?? 0;
  return node.op === "across" ? (clocks[node.x] ?? 0) : null;
}

function later({ own, others }: WarmUp, by: number): WarmUp {
  return { own: own + by, others };
}

/** From the other side: one tick of one's own, once there have been those of the source. */
function across({ own, others }: WarmUp, source: number): WarmUp {
  return { own: 1, others: others.map((ticks, clock) => (clock === source ? Math.max(ticks, own) : ticks)) };
}

function latest(start: WarmUp, all: readonly WarmUp[]): WarmUp {
  return all.reduce(
    (a, b) => ({ own: Math.max(a.own, b.own), others: a.others.map((ticks, clock) => Math.max(ticks, b.others[clock] ?? 0)) }),
    start,
  );
}
