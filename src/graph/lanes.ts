/** Lanes: the part of a graph that one kernel evaluates, on the rows of one clock, for one symbol or for the universe. */
import type { KernelWork } from "./kernel.ts";
import type { Graph } from "./nodes.ts";
import { conditions } from "./traverse.ts";

/** The whole of a graph of one symbol and one clock. */
export function soleLane(graph: Graph): KernelWork {
  return { graph, symbol: 0, conditions: conditions(graph), given: [], marks: true };
}
