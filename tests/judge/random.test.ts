/**
 * Random strategies over random bars: the engine, with both backends, against the judge, record by record. `STRATC_RUNS` sets the number of cases,
 * `STRATC_SEED` the first seed; with `STRATC_COVERAGE` what occurred is printed, with `STRATC_ALL` every disagreement. `random_case.py --show SEED` shows a case.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
import type { RunRecord } from "../../src/run/outcome.ts";
import { firstDifference, occurrences } from "./compare.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 120);
const FIRST = Number(process.env.STRATC_SEED ?? 0);
const BATCH = 100;

/** One line of random_case.py. */
interface Case {
  readonly seed: number;
  readonly strategy: string;
  readonly csv: string;
  /** The table of splits and dividends; empty where there are none. */
  readonly actions: string;
  readonly open: OpenOptions;
  readonly cash: string;
  readonly parameters: readonly number[];
  /** What the case was written to exercise. */
  readonly features: readonly string[];
  readonly records: readonly RunRecord[];
  /** Why the judge could not finish the run. */
  readonly failure: string | null;
}

function casesFrom(first: number, count: number): readonly Case[] {
  const script = join(import.meta.dirname, "random_case.py");
  const lines = execFileSync("python3", [script, String(first), String(count)], { encoding: "utf8", maxBuffer: 2 ** 30 });
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}

/** Where a compiler's error says that every order of a rule would be rejected (E0602) or leave at once (E0603), the rule's name. */
function refusedRule(strategy: string, rendered: string): string | undefined {
  const line = Number(/^\s*(\d+) \|/m.exec(rendered)?.[1]);
  const before = strategy.split("\n").slice(0, line).join("\n");
  return [...before.matchAll(/^rule (\w+)/gm)].at(-1)?.[1];
}

/**
 * The graph of a case; null where the compiler refuses it because none of a rule's orders could pass: that is not the engine's to judge, but the
 * judge must not have let one pass; what a reversal closes is no order of its own.
 */
function graphOf({ strategy, seed, records }: Case): Graph | null {
  const name = `seed-${seed}.strat`;
  const { value, diagnostics } = compile(strategy, { name, readModule: moduleReader(name) });
  if (value !== undefined) return value;
  for (const error of diagnostics.filter((diagnostic) => diagnostic.severity === "error" && diagnostic.code !== "E0707")) {
    const text = renderDiagnostic(error, strategy, { color: false });
    const rule = refusedRule(strategy, text);
    const passes = records.some(
      (record) => record.event === "order" && record.rule === rule && record.kind !== "exit" && record.status === "approved",
    );
    if (!["E0602", "E0603"].includes(error.code) || passes) throw new Error(text);
  }
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

it(`agrees with the engine on ${RUNS} random strategies from seed ${FIRST}`, { timeout: 30_000 + RUNS * 1_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "stratc-judge-"));
  const coverage = new Map<string, number>();
  const disagreements: string[] = [];
  try {
    for (let first = FIRST; first < FIRST + RUNS; first += BATCH) {
      for (const example of casesFrom(first, Math.min(BATCH, FIRST + RUNS - first))) {
        const found = await disagreement(example, folder);
        if (found !== undefined) disagreements.push(`seed ${example.seed}\n${example.strategy}${JSON.stringify(found, null, 1)}`);
        for (const name of covered(example)) coverage.set(name, (coverage.get(name) ?? 0) + 1);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const table = [...coverage].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name}: ${count}`);
  if (process.env.STRATC_COVERAGE !== undefined) process.stdout.write(`${table.join("\n")}\n`);
  if (process.env.STRATC_ALL !== undefined) process.stdout.write(`${disagreements.join("\n\n=====\n")}\n`);
  expect(disagreements.slice(0, 3).join("\n\n"), `${disagreements.length} disagreements`).toBe("");
  for (const feature of ["entry", "add", "exit", "stop", "target", "hold", "flatten", "halt", "rejected", "cancel", "expire"])
    expect(coverage.get(feature) ?? 0, feature).toBeGreaterThan(0);
});
