/** The walk over several lanes: that it misses nothing between two wakes, whatever the strategy, the backend and the chunks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { interpretedLanes } from "../../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../../src/backends/wasm/kernel.ts";
import { moduleReader } from "../../../src/cli/modules.ts";
import { compile } from "../../../src/compile.ts";
import type { LaneBackend } from "../../../src/graph/kernel.ts";
import type { Graph } from "../../../src/graph/nodes.ts";
import { backtest } from "../../../src/run/backtest.ts";
import type { BacktestOutcome } from "../../../src/run/outcome.ts";
import type { BarColumns } from "../bars.ts";
import { programArbitrary } from "./random-programs.ts";
import { rowsArbitrary, sourcesOf } from "./worlds.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 150);

/** Kernels that ask the host at every row, in both phases. */
const sleepless: LaneBackend = (work, observed, capacity) => {
  const backend = interpretedLanes(work, observed, capacity);
  return (options) => {
    const kernel = backend(options);
    return {
      ...kernel,
      run: (row, phase, to) => {
        if (row >= to) return 2 * to;
        if (phase === 1) kernel.run(row, 1, row + 1);
        return 2 * row + phase;
      },
    };
  };
};

function graphOf(source: string): Graph | undefined {
  return compile(source, { name: "random.strat", readModule: moduleReader("random.strat") }).value;
}

async function run(graph: Graph, symbols: readonly BarColumns[], backend: LaneBackend, capacity: number): Promise<BacktestOutcome> {
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const result = await backtest({ graph, parameters, backend, sources: sourcesOf(symbols), cash: "100000", capacity });
  if (!result.ok) throw new Error(result.failure.message);
  return { ...result.outcome, wakes: 0 };
}

test("a walk that is woken at every row comes to the same, on both backends and for any capacity", {
  timeout: 30_000 + 100 * RUNS,
}, async () => {
  const worlds = fc.tuple(rowsArbitrary, rowsArbitrary, rowsArbitrary);
  await fc.assert(
    fc.asyncProperty(programArbitrary, worlds, fc.constantFrom(1, 2, 5, 13, 40), async (source, symbols, capacity) => {
      const graph = graphOf(source);
      fc.pre(graph !== undefined);
      const expected = await run(graph, symbols, sleepless, 200);
      expect(await run(graph, symbols, interpretedLanes, capacity)).toEqual(expected);
      expect(await run(graph, symbols, wasmLanes, capacity)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});

/** The strategy of one symbol and one clock that a program becomes; what it says of others is about itself. */
function alone(source: string, context: string): string {
  return source
    .replace(/^trade .*$/m, "trade [S0]")
    .replace(/^context .*$/m, context)
    .replace(/^(clock (hour|day)|on (hour|day)) .*\n/gm, "")
    .replace(/ on (hour|day) \{/g, " {")
    .replaceAll(/(day|hour)\.(up|close)/g, (_, __, name) => (name === "up" ? "(close > open)" : "close"))
    .replaceAll("S2.", "");
}

test("one symbol on one clock comes to the same beside a symbol that nobody reads", { timeout: 30_000 + 100 * RUNS }, async () => {
  await fc.assert(
    fc.asyncProperty(programArbitrary, rowsArbitrary, fc.constantFrom(1, 5, 40), async (source, rows, capacity) => {
      const [sole, accompanied] = [graphOf(alone(source, "")), graphOf(alone(source, "context [S2]"))];
      fc.pre(sole !== undefined && accompanied !== undefined && rows.time.length > 0);
      const expected = await run(sole, [rows], interpretedLanes, capacity);
      const { hash, startRow, bars } = expected;
      expect({ ...(await run(accompanied, [rows, rows], interpretedLanes, capacity)), hash, startRow, bars }).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});
