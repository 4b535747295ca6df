/** Warm-up: how many ticks of each clock there must have been before a value exists (docs/certificate.md, "Warm-up"). */
import { type Anatomy, visits } from "./anatomy.ts";
import type { Clocks } from "./clocks.ts";
import type { FormNode } from "./form.ts";
import type { Ranges } from "./ranges.ts";

/** Ticks by clock: 0 where none is waited for. */
export type Ticks = readonly number[];

/** The warm-up of every node, by id, when parameters are as in `ranges`. */
export function warmups(anatomy: Anatomy, clocks: Clocks, ranges: Ranges): readonly Ticks[] {
  const { graph, reads } = anatomy;
  const none: Ticks = graph.clocks.map(() => 0);
  const nodes: Ticks[] = [];
  const states: Ticks[] = [];
  const of = (id: number): Ticks => nodes[id] ?? none;
  for (const visit of visits(anatomy)) {
    if ("state" in visit) {
      const { fields, reset } = visit.state;
      const own = clockOf(clocks, [...fields.map(({ then }) => then), ...fields.map(({ seed }) => seed)]);
      const later = [...fields.map(({ then }) => then), ...(reset === null ? [] : [reset])].map((id) => shifted(of(id), own, -1));
      states[visit.id] = latest(none, [...fields.map(({ seed }) => of(seed)), ...later]);
      continue;
    }
    const { node, id } = visit;
    const own = clocks[id] ?? 0;
    const read = node.op === "state" ? [states[node.state] ?? none] : (reads[id] ?? []).map(of);
    const ready = shifted(latest(none, read), own, lookBack(node, ranges));
    nodes[id] = ready.map((ticks, clock) => (clock === own ? Math.max(1, ticks) : ticks));
  }
  return nodes;
}

/** How many ticks before this one a node reads. */
function lookBack(node: FormNode, ranges: Ranges): number {
  if (node.op === "delay") return ranges.of(node.by).high;
  return node.op === "window" ? ranges.of(node.length).high - 1 : 0;
}

function clockOf(clocks: Clocks, ids: readonly number[]): number {
  return ids.map((id) => clocks[id] ?? null).find((clock) => clock !== null) ?? 0;
}

function shifted(ticks: Ticks, clock: number, by: number): Ticks {
  return by === 0 ? ticks : ticks.map((count, at) => (at === clock ? Math.max(0, count + by) : count));
}

/** Of every clock the most ticks that one of them waits for. */
export function latest(none: Ticks, all: readonly Ticks[]): Ticks {
  return all.reduce((sofar, ticks) => sofar.map((count, clock) => Math.max(count, ticks[clock] ?? 0)), none);
}
