/** Paper trading on a replay is the backtest: the same orders, fills and ledger, bit for bit, for everything that ships and for several strategies at once. */
import { globSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { expect, it } from "vitest";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import { firstClock } from "../../src/graph/traverse.ts";
import { calendarNamed } from "../../src/market/calendars.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { RunRecord } from "../../src/run/outcome.ts";
import { prng } from "../../src/values/prng.ts";
import { readModule } from "../check/support.ts";
import { compileFile } from "../support/compile-file.ts";
import { sampleOf } from "./samples.ts";
import { consumedAgain, engineRecords, play, recordsIn, type Traded } from "./support.ts";

async function shipped(path: string): Promise<Traded> {
  const graph = compileFile(path);
  return { graph, sources: await sampleOf(graph) };
}

async function backtested({ graph, sources, cash = "100000" }: Traded, capacity?: number): Promise<readonly RunRecord[]> {
  const parameters = graph.parameters.map((parameter) => parameter.default);
  // What is compared is what both do on the same bars, those of a model's training too.
  const all = { graph, parameters, backend: wasmLanes, sources, cash, inSample: true };
  const result = await backtest({ ...all, ...(capacity === undefined ? {} : { capacity }) });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records;
}

/** Those on bars: that is what a live run takes. */
const strategies = globSync(resolve(import.meta.dirname, "../../strategies/*.strat"))
  .filter((path) => firstClock(compileFile(path)).events === undefined)
  .sort();

it.each(strategies.map((path) => [basename(path, ".strat"), path]))("%s", async (_, path) => {
  const traded = await shipped(path);
  const expected = await backtested(traded);
  const { ended, entries } = await play([traded]);
  expect(ended).toEqual({ kind: "ended", reason: "data_over" });
  expect(expected.some(({ event }) => event === "fill")).toBe(true);
  expect(engineRecords(entries, traded.graph.strategy)).toEqual(expected);
  expect(consumedAgain([traded], entries, () => false)).toEqual(recordsIn(entries));
  const random = prng(1);
  const length = entries.filter(({ entry }) => entry === "input").length;
  const saves = new Set(Array.from({ length: 6 }, () => random.below(length)));
  for (const backend of [wasmLanes, interpretedLanes])
    expect(consumedAgain([traded], entries, (index) => saves.has(index), backend)).toEqual(recordsIn(entries));
});

/** Of every symbol two splits, a week of sessions apart, and a dividend, half-way. */
function acted({ graph, sources }: Traded): Traded {
  const { dateOf } = calendarNamed(graph.calendar);
  const split = (day: number, shares: number, per: number) => ({ kind: "split", day, shares, per }) as const;
  return {
    graph,
    sources: sources.map((source, symbol) => {
      const day = dateOf((source.info.from + source.info.to) / 2) + symbol;
      return { ...source, actions: [split(day, 3, 2), { kind: "dividend", day, amount: "0.25" } as const, split(day + 7, 1, 3)] };
    }),
  };
}

function pathOf(name: string): string {
  return strategies.find((path) => basename(path) === `${name}.strat`)!;
}

async function expectSameAcross(traded: Traded): Promise<void> {
  const expected = await backtested(traded);
  expect(expected.filter(({ event }) => event === "split").length).toBeGreaterThan(0);
  const { entries } = await play([traded]);
  expect(engineRecords(entries, traded.graph.strategy)).toEqual(expected);
  const random = prng(2);
  const inputs = entries.flatMap((entry) => (entry.entry === "input" ? [entry.input] : []));
  const half = inputs.length / 2;
  const saves = new Set(Array.from({ length: 12 }, (_, index) => random.below(index < 8 ? half : inputs.length)));
  for (const backend of [wasmLanes, interpretedLanes])
    expect(consumedAgain([traded], entries, (index) => saves.has(index), backend)).toEqual(recordsIn(entries));
}

it.each(["sma_cross", "three_clocks", "rank_rotation", "pair_spread", "pullback_scale_out"])("%s, across splits", async (name) => {
  await expectSameAcross(acted(await shipped(pathOf(name))));
});

it("adjusted prices, across splits and a dividend", async () => {
  const text = readFileSync(pathOf("sma_cross"), "utf8").replaceAll(/(?<=sma\()close/g, "adjusted(close)");
  const { value: graph, diagnostics } = compile(text, { name: "sma_cross", readModule });
  if (graph === undefined) throw new Error(diagnostics[0]?.message);
  await expectSameAcross(acted({ graph, sources: await sampleOf(graph) }));
});

it("row by row a backtest comes to the same", async () => {
  const traded = await shipped(strategies.find((path) => path.endsWith("three_clocks.strat"))!);
  expect(await backtested(traded, 1)).toEqual(await backtested(traded));
});
