/** On whose ticks each node lives, and that nothing reads another clock but through what waits for that clock's tick (semantics 10.4, 10.5). */
import { type Anatomy, visits } from "./anatomy.ts";
import type { FormGraph, FormNode } from "./form.ts";
import type { Root } from "./places.ts";
import type { Report } from "./problem.ts";

/** The clock of every node, by id; null for what has the same value on all. */
export type Clocks = readonly (number | null)[];

/** Derives the clock of every node and reports edges that cross clocks as none may. */
export function clocksOf(anatomy: Anatomy, report: Report): Clocks {
  checkDeclared(anatomy.graph, report);
  const { graph, reads, stateReads } = anatomy;
  const clocks: (number | null)[] = [];
  const stateClocks: (number | null)[] = [];
  const join = (ids: readonly number[], what: string, node?: number): number | null => {
    const read = [...new Set(ids.map((id) => clocks[id] ?? null).filter((clock) => clock !== null))];
    if (read.length > 1) report(`${what} reads ${read.map((clock) => nameOf(graph, clock)).join(" and ")} on one tick`, node);
    return read[0] ?? null;
  };
  for (const visit of visits(anatomy)) {
    if ("state" in visit) {
      stateClocks[visit.id] = join(stateReads[visit.id] ?? [], `state ${visit.id}`, stateReads[visit.id]?.[0]);
      continue;
    }
    const { node, id } = visit;
    const name = `node ${id} (${node.op})`;
    const read = join(reads[id] ?? [], name, id);
    clocks[id] = node.op === "state" ? (stateClocks[node.state] ?? null) : (ownClock(node) ?? read);
    checkCrossing(graph, node, read, (text) => report(`${name} ${text}`, id));
  }
  return clocks;
}

/** The clock that a node names as its own. */
function ownClock(node: FormNode): number | null {
  return node.op === "input" || node.op === "begins" || node.op === "sample" || node.op === "gather" ? node.clock : null;
}

/** A clock that puts rows together stands after what it is made of and is slower. */
function checkDeclared(graph: FormGraph, report: Report): void {
  graph.clocks.forEach((clock, id) => {
    if (id === 0 && clock.of !== null) report(`clock ${clock.name} is the first and made of another`);
    if (id === 0) return;
    if (clock.of === null) report(`clock ${clock.name} is not the first and made of none`);
    else if (clock.of >= id || !isSlower(graph, id, clock.of)) report(`clock ${clock.name} is made of ${nameOf(graph, clock.of)}, which is not faster`);
  });
}

function isSlower(graph: FormGraph, clock: number, than: number): boolean {
  return (graph.clocks[clock]?.width ?? 0) > (graph.clocks[than]?.width ?? 0);
}

function checkCrossing(graph: FormGraph, node: FormNode, read: number | null, report: (text: string) => void): void {
  if (node.op === "begins" && !isSlower(graph, node.of, node.clock))
    report(`waits on ${nameOf(graph, node.clock)} for ${nameOf(graph, node.of)}, which is not slower`);
  if (read === null) return;
  if (node.op === "sample") {
    if (read === node.clock && node.symbol === null) report("samples its own clock and symbol");
    if (read !== node.clock && !isSlower(graph, read, node.clock))
      report(`reads ${nameOf(graph, read)} on ${nameOf(graph, node.clock)}, which is slower: a tick that has not completed`);
  }
  if (node.op === "gather" && !isSlower(graph, node.clock, read))
    report(`gathers ${nameOf(graph, read)} on ${nameOf(graph, node.clock)}, which is not slower`);
}

/** A rule reads on the ticks on which it acts. */
export function checkRootClocks(graph: FormGraph, clocks: Clocks, roots: readonly Root[], report: Report): void {
  for (const { what, node, clock } of roots) {
    const read = clocks[node] ?? null;
    if (read !== null && read !== clock)
      report(`the ${what} is decided on ${nameOf(graph, clock)} and reads ${nameOf(graph, read)} as if it ticked there`, node);
  }
}

function nameOf(graph: FormGraph, clock: number): string {
  return `clock ${graph.clocks[clock]?.name ?? clock}`;
}
