/**
 * A live run that begins in the middle reads first what its rules need, and no more; from then on it is the backtest over those bars that decides on none of
 * them. So its first decision is the one that the backtest takes.
 */
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { bounds } from "../../src/graph/bounds.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import { compileFile } from "../support/compile-file.ts";
import { sampleOf } from "./samples.ts";
import { engineRecords, play } from "./support.ts";

function endsOf(entries: readonly LiveEntry[], origin: string): readonly number[] {
  return entries.flatMap((entry) =>
    entry.entry === "input" && entry.input.kind === "instant" && entry.input.origin === origin ? [entry.input.end] : [],
  );
}

it.each(["sma_cross", "donchian_bracket", "vwap_pullback", "three_clocks", "rank_rotation"])("%s", async (name) => {
  const graph = compileFile(resolve(import.meta.dirname, `../../strategies/${name}.strat`));
  const sources = await sampleOf(graph);
  const { from, to } = sources[0]!.info;
  const begin = from + Math.floor((to - from) / 2);
  const { entries } = await play([{ graph, sources }], { from: begin });
  const history = endsOf(entries, "history");
  expect(history.every((end) => end < begin)).toBe(true);
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const { runStart, settling } = bounds(graph, parameters);
  if (graph.clocks.length === 1) expect(history).toHaveLength(runStart + (typeof settling === "number" ? settling : 0));
  const simulate = { ...graph.simulate, startAfter: history.length };
  const result = await backtest({
    graph: { ...graph, simulate },
    parameters,
    backend: wasmLanes,
    sources,
    cash: "100000",
    from: history[0] ?? begin,
  });
  if (!result.ok) throw new Error(result.failure.message);
  expect(result.outcome.records.some(({ event }) => event === "fill")).toBe(true);
  expect(engineRecords(entries, graph.strategy)).toEqual(result.outcome.records);
});
