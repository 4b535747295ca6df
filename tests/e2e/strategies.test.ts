/**
 * Every strategy that ships, on the data that ships, to the last cent: what it decided and what was filled is pinned in tests/cases/strategies. A difference is either a
 * mistake or a change of meaning, which docs/semantics.md then says; `npx vitest run -u tests/e2e/strategies.test.ts` writes the files anew.
 */
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { basename, resolve } from "node:path";
import { expect, it } from "vitest";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { openAll } from "../../src/cli/datasets.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import { backtest } from "../../src/run/backtest.ts";
import { compileFile } from "../support/compile-file.ts";

/** By the first symbol of a strategy, the sample that has it. */
const SAMPLES: Readonly<Record<string, string>> = { SPX: "sp500", DEMO: "demo", ALFA: "days", BOOK: "book" };
const FLAGS = { zone: "detect", stamp: "detect", repair: false, store: "none", cache: false, cache_bytes_max: 0 } as const;
const silent = { write: () => {}, note: () => {}, colour: { output: false, notes: false }, interactive: false };

const files = globSync(resolve("strategies/*.strat")).toSorted();

/** A model is tried on what came after its training; what has none on everything. */
function afterTraining({ models }: Graph): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...models.map(({ trained }) => trained.to + 1));
}

it("there are many kinds", () => {
  expect(files.length).toBeGreaterThanOrEqual(14);
});

it.each(files.map((path) => [basename(path, ".strat"), path]))("%s", async (name, path) => {
  const graph = compileFile(path);
  const sources = await openAll(graph, [`sample:${SAMPLES[graph.symbols[0]!.name]}`], FLAGS, silent);
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const result = await backtest({ graph, parameters, backend: wasmLanes, sources, cash: "100000", from: afterTraining(graph) });
  if (!result.ok) throw new Error(result.failure.message);
  const { records, end } = result.outcome;
  const lines = records.map((record) => JSON.stringify(record));
  const golden = {
    records: lines.length,
    sha256: createHash("sha256").update(lines.join("\n")).digest("hex"),
    end,
    first: records.slice(0, 4),
    last: records.slice(-2),
  };
  await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(resolve(`tests/cases/strategies/${name}.json`));
});
