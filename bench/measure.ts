/** The three measurements of a workload: the engine warm, the whole command cold, and the same work as one fused pass in C. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { wasmLanes } from "../src/backends/wasm/kernel.ts";
import { moduleReader } from "../src/cli/modules.ts";
import { compile } from "../src/compile.ts";
import type { Graph } from "../src/graph/nodes.ts";
import { backtest } from "../src/run/backtest.ts";
import type { Series } from "./series.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const COMMAND = fileURLToPath(new URL("../bin/stratc.js", import.meta.url));
/** Reports the process's own peak of memory (KiB) where the parent reads it. */
const REPORT_MEMORY = `data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,String(process.resourceUsage().maxRSS)))`;

export const CASH = "100000";

export interface Workload {
  readonly name: string;
  readonly file: string;
  readonly graph: Graph;
}

export interface Answer {
  readonly roundTrips: number;
  readonly netProfit: number;
}

export function workload(name: string): Workload {
  const file = join(HERE, "strategies", `${name}.strat`);
  const { value, diagnostics } = compile(readFileSync(file, "utf8"), { name: file, readModule: moduleReader(file) });
  if (value === undefined) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("; "));
  return { name, file, graph: value };
}

/** One backtest over bars in memory: gate, exact ledger, records and all. */
export async function warmRun({ graph }: Workload, { bars }: Series): Promise<{ seconds: number; answer: Answer }> {
  const started = performance.now();
  const result = await backtest({ graph, parameters: [], backend: wasmLanes, sources: [bars], cash: CASH });
  const seconds = (performance.now() - started) / 1_000;
  if (!result.ok) throw new Error(result.failure.message);
  const { end } = result.outcome;
  return { seconds, answer: { roundTrips: end.round_trips, netProfit: Number(end.final_equity) - Number(CASH) } };
}

/** The command as a user starts it, from nothing to its report. With a store the parsed columns may come from its cache. */
export function coldRun({ file }: Workload, { parquet }: Series, store: string | undefined): { seconds: number; memoryMiB: number } {
  const storage = store === undefined ? ["--no-cache"] : ["--store", store];
  const args = ["--import", REPORT_MEMORY, COMMAND, "backtest", file, "--data", parquet, "--cash", CASH, "--json", ...storage];
  const started = performance.now();
  const child = spawnSync(process.execPath, args, { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  const seconds = (performance.now() - started) / 1_000;
  if (child.status !== 0) throw new Error(`${file}: the command ended with ${child.status}: ${child.stderr}`);
  return { seconds, memoryMiB: Number(child.output[3]) / 1_024 };
}

/** Compiles the C program into `folder`; null where there is no compiler. */
export function buildLimit(folder: string): string | null {
  const program = join(folder, "limit");
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync("gcc", ["-O3", "-march=native", "-o", program, join(HERE, "limit.c"), "-lm"], { stdio: ["ignore", "ignore", "inherit"] });
    return program;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** One pass of the C program over the `rows` bars of a raw file. */
export function limitRun(program: string, { name }: Workload, raw: string, rows: number): { seconds: number; answer: Answer } {
  const text = execFileSync(program, [raw, String(rows), name], { encoding: "utf8" });
  const { seconds, round_trips, net_profit } = JSON.parse(text) as { seconds: number; round_trips: number; net_profit: number };
  return { seconds, answer: { roundTrips: round_trips, netProfit: net_profit } };
}
