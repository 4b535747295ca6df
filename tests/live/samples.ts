/** The bars that come with the install, for strategies that ship. */
import { openAll } from "../../src/cli/datasets.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { BarSource } from "../../src/market/bars.ts";

const SAMPLES: Readonly<Record<string, string>> = { SPX: "sp500", DEMO: "demo", ALFA: "days" };
const FLAGS = { zone: "detect", stamp: "detect", repair: false, store: "none", cache: false, cache_bytes_max: 0 } as const;
const silent = { write: () => {}, note: () => {}, colour: { output: false, notes: false }, interactive: false };

export function sampleOf(graph: Graph): Promise<readonly BarSource[]> {
  return openAll(graph, [`sample:${SAMPLES[graph.symbols[0]!.name]}`], FLAGS, silent);
}
