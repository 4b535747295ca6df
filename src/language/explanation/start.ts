/** When a strategy begins to decide, and when its values no longer depend on where the data began. */
import { grouped } from "../../backends/drawing/words.ts";
import { bounds } from "../../graph/bounds.ts";
import type { Graph } from "../../graph/nodes.ts";
import type { Settling } from "../../graph/settling.ts";
import { firstClock } from "../../graph/traverse.ts";
import { counted, listed } from "./words.ts";

export function start(graph: Graph, parameters: readonly number[]): readonly string[] {
  const { clockWarmups, runStart, settling, stateBytes, operationsPerRow } = bounds(graph, parameters);
  const own = firstClock(graph).name;
  const slower = [...clockWarmups].flatMap(([clock, ticks]) =>
    clock === 0 ? [] : [`${counted(ticks, "tick")} of \`${graph.clocks[clock]?.name}\``],
  );
  const after = graph.simulate.startAfter > 0 ? ` (the file delays it: \`start after ${graph.simulate.startAfter}bars\`)` : "";
  const first = `from bar ${grouped(String(runStart + 1))} of \`${own}\` on${after}`;
  const when = slower.length === 0 ? first : runStart === 0 ? `after ${listed(slower)}` : `${first}, and not before ${listed(slower)}`;
  return [
    `It decides ${when}: before that something that a rule reads does not exist yet, and no rule acts.`,
    settlingSentence(settling, own),
    `It keeps ${grouped(String(stateBytes))} bytes from bar to bar and does at most ${counted(operationsPerRow, "operation")} on one.`,
  ];
}

function settlingSentence(settling: Settling, clock: string): string {
  if (settling === 0) return "What it reads is the same whenever the data begin: there is nothing to settle.";
  if (settling === "never")
    return "What it reads never forgets where the data began: a run that begins elsewhere may decide otherwise for ever.";
  if (settling === "unknown")
    return "How long what it reads remembers where the data began is not known: a run that begins elsewhere may decide otherwise.";
  return `Its averages remember where the data began: ${counted(settling, "bar")} of \`${clock}\` after that, less than a billionth of it is left.`;
}
