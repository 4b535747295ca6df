/**
 * The two workloads of bench/ on the million bars on which seven well-known tools disagree: the answers were worked out in whole cents, with
 * ties as ties. The bars are made by a generator outside the repository; STRATC_BENCH_DATA names the file.
 */
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { openBars } from "../../src/adapters/files/open.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { backtest } from "../../src/run/backtest.ts";
import { compileFile } from "../support/compile-file.ts";

const data = process.env.STRATC_BENCH_DATA;
const workloads = resolve(import.meta.dirname, "../../bench/strategies");

async function answer(name: string, capacity: number) {
  const graph = compileFile(join(workloads, `${name}.strat`));
  const opened = await openBars(resolve(data ?? ""), { symbol: graph.symbols[0]!.name, calendar: graph.calendar });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const result = await backtest({ graph, parameters, backend: wasmLanes, sources: [opened.source], cash: "100000", capacity });
  if (!result.ok) throw new Error(result.failure.message);
  return { trips: result.outcome.end.round_trips, equity: result.outcome.end.final_equity };
}

describe.skipIf(data === undefined && process.env.STRATC_REQUIRE_SHARED_DATA !== "1")(
  "the true answers (set STRATC_BENCH_DATA to bars_1m.parquet to run)",
  () => {
    for (const capacity of [4096, 1009]) {
      it(`S1 in chunks of ${capacity}: 19,370 round trips, +2,459`, async () => {
        expect(await answer("s1", capacity)).toEqual({ trips: 19_370, equity: "102459.00" });
      });
      it(`S2 in chunks of ${capacity}: 2,016 round trips, +451`, async () => {
        expect(await answer("s2", capacity)).toEqual({ trips: 2_016, equity: "100451.00" });
      });
    }
  },
);
