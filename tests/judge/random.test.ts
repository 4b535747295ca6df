/**
 * Random strategies over random bars: the engine, with both backends, against the judge, record by record. `STRATC_RUNS` sets the number of cases,
 * `STRATC_SEED` the first seed; with `STRATC_COVERAGE` what occurred is printed, with `STRATC_ALL` every disagreement. `random_case.py --show SEED` shows a case.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openActions } from "../../src/adapters/files/actions.ts";
import { type OpenOptions, openBars } from "../../src/adapters/files/open.ts";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import { renderDiagnostic } from "../../src/diagnostics/render.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { backtest } from "../../src/run/backtest.ts";
import { firstDifference, occurrences } from "./compare.ts";
import { type Drawn, examine, rightlyRefused } from "./seeds.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 120);
const FIRST = Number(process.env.STRATC_SEED ?? 0);

/** One line of random_case.py. */
interface Case extends Drawn {
  readonly csv: string;
  /** The table of splits and dividends; empty where there are none. */
  readonly actions: string;
  readonly open: OpenOptions;
  readonly cash: string;
  readonly parameters: readonly number[];
  /** What the case was written to exercise. */
  readonly features: readonly string[];
  /** Why the judge could not finish the run. */
  readonly failure: string | null;
}

/**
 * The graph of a case; null where the compiler refuses it because none of a rule's orders could pass: that is not the engine's to judge, but the
 * judge must not have let one pass.
 */
function graphOf(example: Case): Graph | null {
  const { strategy, seed } = example;
  const name = `seed-${seed}.strat`;
  const { value, diagnostics } = compile(strategy, { name, readModule: moduleReader(name) });
  if (value !== undefined) return value;
  const errors = diagnostics
    .filter(({ severity }) => severity === "error")
    .map((error) => renderDiagnostic(error, strategy, { color: false }));
  if (!rightlyRefused(errors.join("\n\n"), example)) throw new Error(errors.join("\n\n"));
  return null;
}

async function barsOf(example: Case, folder: string): Promise<BarSource> {
  const path = join(folder, "bars.csv");
  writeFileSync(path, example.csv);
  const opened = await openBars(path, { ...example.open, symbol: "T", cache: false });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  if (example.actions === "") return opened.source;
  const table = join(folder, "actions.csv");
  writeFileSync(table, example.actions);
  const actions = await openActions(table, example.open.calendar ?? "nyse");
  if (!actions.ok) throw new Error(JSON.stringify(actions.problems));
  return { ...opened.source, actions: actions.value.get("") ?? [] };
}

/** What is wrong with a case; undefined where engine and judge agree. */
async function disagreement(example: Case, folder: string): Promise<unknown> {
  try {
    const graph = graphOf(example);
    if (graph === null) return undefined;
    const bars = await barsOf(example, folder);
    for (const backend of [wasmLanes, interpretedLanes]) {
      const result = await backtest({ graph, parameters: example.parameters, backend, sources: [bars], cash: example.cash });
      if (result.ok !== (example.failure === null)) return { judge: example.failure, engine: result.ok ? null : result.failure.message };
      const difference = result.ok ? firstDifference(result.outcome.records, example.records) : undefined;
      if (difference !== undefined) return difference;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

/** What occurred in a case, named for the table of coverage. */
function covered({ records, features }: Case): readonly string[] {
  const orders = new Map(records.flatMap((record) => (record.event === "order" ? [[record.id, record] as const] : [])));
  const fillsOfRows = new Map<number, number>();
  const detailed = records.flatMap((record) => {
    if (record.event === "halt") return [`halt ${record.limit} ${record.action}`];
    if (record.event === "order") return record.reasons.map((reason) => `reason ${reason} of ${record.kind}`);
    if (!("order" in record)) return [];
    const order = orders.get(record.order);
    if (record.event === "fill") fillsOfRows.set(record.row, (fillsOfRows.get(record.row) ?? 0) + 1);
    return [`${record.event} of ${order?.kind} ${order?.type}`];
  });
  const crowded = [...fillsOfRows.values()].filter((fills) => fills > 1).map((fills) => `${fills} fills on one row`);
  return [...occurrences(records), ...detailed, ...crowded, ...features];
}

const examination = { script: "random_case.py", disagreement, covered };

it("agrees on a target of cash that is less than what another rule holds", async () => {
  await examine({ ...examination, first: 1591, runs: 1 });
});

it(`agrees with the engine on ${RUNS} random strategies from seed ${FIRST}`, { timeout: 30_000 + RUNS * 1_000 }, async () => {
  const coverage = await examine({ ...examination, first: FIRST, runs: RUNS });
  for (const feature of ["entry", "add", "exit", "stop", "target", "hold", "flatten", "halt", "rejected", "cancel", "expire"])
    expect(coverage.get(feature) ?? 0, feature).toBeGreaterThan(0);
});
