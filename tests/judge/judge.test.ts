/**
 * The engine against the judge: a naive Python backtester written from docs/semantics.md without a look at src/. Every record must be the same,
 * in the same order: orders, reasons of rejections, fills, fees, cash to the last digit, halts, the end.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { openActions } from "../../src/adapters/files/actions.ts";
import { type OpenOptions, openBars } from "../../src/adapters/files/open.ts";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import type { LaneBackend } from "../../src/graph/kernel.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { RunRecord } from "../../src/run/outcome.ts";
import { compileFile } from "../support/compile-file.ts";
import { describeWithSharedData, sharedPath } from "../support/shared-data.ts";
import { expectSame, type Feature, features } from "./compare.ts";

interface Case {
  readonly strategy: string;
  /** Below the shared data; "@repository/…" below the repository. */
  readonly file: string;
  readonly format: string;
  readonly open: OpenOptions;
  /** The table of splits and dividends, below the shared data. */
  readonly actions?: string;
  /** What the run must contain for the comparison to mean something. */
  readonly exercises: readonly Feature[];
}

/** What each of those over a stock that paid dividends and split must come to, beside these. */
const APPLE_EXERCISES = {
  apple_shares: ["entry", "add", "stop", "target", "exit", "rescale"],
  apple_target: ["hold", "borrow"],
  apple_total: ["entry", "stop", "exit"],
} as const;

const repository = resolve(import.meta.dirname, "../..");
const minutes = { calendar: "nyse", zone: "exchange", stamp: "end" } as const;
const eqker = (symbol: string, exercises: Case["exercises"], strategy = "us_minutes"): Case => ({
  strategy,
  file: `eqker/${symbol}_1min.csv.gz`,
  format: "eqker",
  open: minutes,
  exercises,
});

const CASES: readonly Case[] = [
  {
    strategy: "sp500_daily",
    file: "@repository/node_modules/vega-datasets/data/sp500-2000.csv",
    format: "sp500",
    open: { calendar: "nyse" },
    exercises: ["fill", "halt", "rejected", "flatten"],
  },
  {
    strategy: "spy_minutes",
    file: "pyalgotrade/nt-spy-minute-2011.csv.gz",
    format: "spy2011",
    open: { calendar: "nyse", zone: "utc", stamp: "end" },
    exercises: ["fill", "halt", "rejected", "flatten"],
  },
  {
    strategy: "goog_daily",
    file: "backtesting.py/GOOG.csv",
    format: "goog",
    open: { calendar: "nyse" },
    exercises: ["fill", "halt", "rejected"],
  },
  {
    strategy: "eurusd_hourly",
    file: "backtesting.py/EURUSD.csv",
    format: "eurusd",
    open: { calendar: "always", zone: "utc", stamp: "start" },
    exercises: ["fill", "halt", "rejected", "stop", "cancel", "expire"],
  },
  {
    strategy: "ibm_hourly",
    file: "lean/equity/usa/hour/ibm.zip",
    format: "lean-hour",
    open: { calendar: "nyse", zone: "exchange", stamp: "start", priceScale: 10_000 },
    exercises: ["fill", "halt", "rejected", "flatten"],
  },
  eqker("AAPL", ["fill", "stop", "cancel"]),
  eqker("MSFT", ["fill", "cancel"]),
  eqker("AMZN", ["fill", "stop", "flatten"]),
  eqker("SBUX", ["fill", "stop", "halt", "flatten", "rejected"]),
  {
    strategy: "spy_breakout",
    file: "pyalgotrade/nt-spy-minute-2011.csv.gz",
    format: "spy2011",
    open: { calendar: "nyse", zone: "utc", stamp: "end" },
    exercises: ["entry", "add", "stop", "target", "exit", "cancel", "expire", "halt"],
  },
  eqker("AAPL", ["entry", "stop", "target", "exit", "cancel", "expire"], "us_scale_out"),
  eqker("MSFT", ["entry", "stop", "target", "exit", "cancel", "expire"], "us_scale_out"),
  {
    strategy: "goog_pyramid",
    file: "backtesting.py/GOOG.csv",
    format: "goog",
    open: { calendar: "nyse" },
    exercises: ["entry", "add", "stop", "exit", "cancel", "expire", "halt", "rejected"],
  },
  {
    strategy: "eurusd_bracket",
    file: "backtesting.py/EURUSD.csv",
    format: "eurusd",
    open: { calendar: "always", zone: "utc", stamp: "start" },
    exercises: ["entry", "add", "stop", "target", "exit", "cancel", "expire"],
  },
  ...(["apple_shares", "apple_target", "apple_total"] as const).map(
    (strategy): Case => ({
      strategy,
      file: "lean/equity/usa/daily/aapl.zip",
      format: "lean-day",
      open: { calendar: "nyse", priceScale: 10_000 },
      actions: "lean/equity/usa/factor_files/aapl.csv",
      exercises: ["split", "dividend", ...APPLE_EXERCISES[strategy]],
    }),
  ),
];

function pathOf(file: string): string {
  return file.startsWith("@repository/") ? join(repository, file.slice("@repository/".length)) : sharedPath(file);
}

function judged(example: Case): RunRecord[] {
  const folder = mkdtempSync(join(tmpdir(), "stratc-judge-"));
  const output = join(folder, "records.jsonl");
  try {
    const script = join(import.meta.dirname, "judge.py");
    execFileSync("python3", [script, example.strategy, "--data", pathOf(example.file), "--format", example.format, "-o", output]);
    return readFileSync(output, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RunRecord);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function actionsOf(file: string) {
  const table = await openActions(sharedPath(file), "nyse");
  if (!table.ok) throw new Error(JSON.stringify(table.problems));
  return [...table.value.values()].flat();
}

async function ours(example: Case, backend: LaneBackend): Promise<readonly RunRecord[]> {
  const graph = compileFile(join(import.meta.dirname, "strategies", `${example.strategy}.strat`));
  const opened = await openBars(pathOf(example.file), { symbol: graph.symbols[0]!.name, ...example.open });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems.slice(0, 3)));
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const actions = example.actions === undefined ? [] : await actionsOf(example.actions);
  const result = await backtest({ graph, parameters, backend, sources: [{ ...opened.source, actions }], cash: "100000" });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records;
}

function judgeCase(example: Case): void {
  const title = `${example.strategy} on ${example.file.replace(/^.*\//, "")}`;
  it(`agrees with the engine on ${title}`, async () => {
    const expected = judged(example);
    for (const feature of example.exercises) expect(features(expected)).toContain(feature);
    expectSame(await ours(example, wasmLanes), expected);
    if (expected.length < 1_000) expectSame(await ours(example, interpretedLanes), expected);
  });
}

it("passes its own hand-computed cases", () => {
  execFileSync("python3", [join(import.meta.dirname, "judge.py"), "--self-test"]);
});

for (const example of CASES) {
  if (existsSync(pathOf(example.file))) judgeCase(example);
  else describeWithSharedData("the judge", [example.file], () => judgeCase(example));
}
