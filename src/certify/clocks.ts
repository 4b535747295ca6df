/** On whose ticks each node lives, and that nothing reads another clock but through what waits for that clock's tick (semantics 10.4, 10.5). */
import { type Anatomy, visits } from "./anatomy.ts";
import type { FormGraph, FormNode } from "./form.ts";
import type { Root } from "./places.ts";
import type { Report } from "./problem.ts";

/** The clock of every node, by id; null for what has no ticks of its own: it lives on those of whoever reads it. */
export type Clocks = readonly (number | null)[];

/** What is known of a node: its clock, and the samples below it that wait to know who reads them. */
interface Place {
  readonly clock: number | null;
  readonly samples: readonly Sample[];
}
interface Sample {
  readonly id: number;
  readonly clock: number;
  readonly own: boolean;
}

const NOWHERE: Place = { clock: null, samples: [] };
/** A value with more samples that wait for a reader is asked to say its clock: work stays bounded. */
const SAMPLES_MAX = 64;

/** Derives the clock of every node and reports edges that cross clocks as none may. */
export function clocksOf(anatomy: Anatomy, roots: readonly Root[], report: Report): Clocks {
  const { graph, reads, stateReads } = anatomy;
  checkDeclared(graph, report);
  const places: Place[] = [];
  const statePlaces: Place[] = [];
  const of = (id: number): Place => places[id] ?? NOWHERE;
  const join = (ids: readonly number[], own: number | null, what: string, node?: number): Place => {
    const read = [...new Set([own, ...ids.map((id) => of(id).clock)].filter((clock) => clock !== null))];
    if (read.length > 1) report(`${what} reads ${read.map((clock) => nameOf(graph, clock)).join(" and ")} on one tick`, node);
    const [clock] = read;
    const samples = [...new Set(ids.flatMap((id) => of(id).samples))];
    if (clock === undefined && samples.length <= SAMPLES_MAX) return { clock: null, samples };
    for (const sample of samples) checkSample(graph, sample, clock ?? 0, report);
    return { clock: clock ?? null, samples: [] };
  };
  for (const visit of visits(anatomy)) {
    if ("state" in visit) statePlaces[visit.id] = join(stateReads[visit.id] ?? [], null, `state ${visit.id}`, stateReads[visit.id]?.[0]);
    else if (visit.node.op === "state") places[visit.id] = statePlaces[visit.node.state] ?? NOWHERE;
    else
      places[visit.id] = placeOf(graph, visit.node, visit.id, (own) => join(reads[visit.id] ?? [], own, nodeName(visit), visit.id), report);
  }
  for (const { what, node, clock } of roots) join([node], clock, `the ${what}`, node);
  return places.map(({ clock }) => clock);
}

function nodeName({ node, id }: { readonly node: FormNode; readonly id: number }): string {
  return `node ${id} (${node.op})`;
}

/** `join` puts together what the node reads, on the clock given. */
function placeOf(graph: FormGraph, node: FormNode, id: number, join: (own: number | null) => Place, report: Report): Place {
  if (node.op === "sample") {
    join(node.clock);
    return { clock: null, samples: [{ id, clock: node.clock, own: node.symbol === null }] };
  }
  if (node.op === "gather") join(0);
  const [slow, fast] = node.op === "gather" ? [node.clock, 0] : node.op === "begins" ? [node.of, node.clock] : [null, 0];
  if (slow !== null && !isSlower(graph, slow, fast))
    report(`${nodeName({ node, id })} takes ${nameOf(graph, slow)} for slower than ${nameOf(graph, fast)}, which it is not`, id);
  if (node.op === "input" && node.field === "dividend_factor" && node.clock !== 0)
    report(`${nodeName({ node, id })} is read on ${nameOf(graph, node.clock)}, and only rows of the first clock have it`, id);
  const isPlaced = node.op === "gather" || node.op === "begins" || node.op === "input";
  return isPlaced ? { clock: node.clock, samples: [] } : join(null);
}

/** Of another clock only what is slower can be read, at its last completed tick; of one's own, only another symbol. */
function checkSample(graph: FormGraph, { id, clock, own }: Sample, reader: number, report: Report): void {
  if (clock === reader) {
    if (own) report(`node ${id} (sample) reads its own clock and symbol`, id);
  } else if (!isSlower(graph, clock, reader))
    report(
      `node ${id} (sample) reads ${nameOf(graph, clock)} on ${nameOf(graph, reader)}, which is slower: that tick has not completed`,
      id,
    );
}

/** A clock that puts rows together stands after what it is made of and is slower. */
function checkDeclared(graph: FormGraph, report: Report): void {
  graph.clocks.forEach((clock, id) => {
    if (id === 0 && clock.of !== null) report(`clock ${clock.name} is the first and made of another`);
    if (id === 0) return;
    if (clock.of === null) report(`clock ${clock.name} is not the first and made of none`);
    else if (clock.of >= id || !isSlower(graph, id, clock.of))
      report(`clock ${clock.name} is made of ${nameOf(graph, clock.of)}, which is not faster`);
  });
}

function isSlower(graph: FormGraph, clock: number, than: number): boolean {
  return (graph.clocks[clock]?.width ?? 0) > (graph.clocks[than]?.width ?? 0);
}

function nameOf(graph: FormGraph, clock: number): string {
  return `clock ${graph.clocks[clock]?.name ?? clock}`;
}

/** A rule with legs acts for no symbol: what it reads names one, or a group. */
export function checkUniverse({ graph, reads, stateReads }: Anatomy, roots: readonly Root[], report: Report): void {
  const waiting = roots.filter(({ ofUniverse }) => ofUniverse).map(({ node }) => node);
  const seen = new Set<number>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = graph.nodes[id];
    if (node === undefined || seen.has(id)) continue;
    seen.add(id);
    const isOfOne = node.op === "input" || node.op === "member" || (node.op === "sample" && node.symbol === null);
    if (isOfOne) report(`node ${id} (${node.op}) is of a symbol, and a rule with legs acts for none`, id);
    if (node.op === "sample" || node.op === "across") continue;
    waiting.push(...(node.op === "state" ? (stateReads[node.state] ?? []) : (reads[id] ?? [])));
  }
}
