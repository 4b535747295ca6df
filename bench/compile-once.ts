/** One process of bench/compile.ts, `FILE RUNS CACHE LIBRARY`: checks FILE for the first time and then RUNS times more, and prints how long it took. */
import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const [file = "", runs = "0", cache, library = ""] = process.argv.slice(2);
enableCompileCache(cache);
const { check } = await import("../src/compile.ts");
const source = readFileSync(file, "utf8");
const readModule = (module: string): string => readFileSync(join(library, `${module.slice("std.".length)}.strat`), "utf8");

function timed(): { readonly cpu: number; readonly clock: number } {
  const [before, started] = [process.cpuUsage(), performance.now()];
  const { value, diagnostics } = check(source, { name: file, readModule });
  const clock = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return { cpu: (user + system) / 1_000, clock };
}

const cold = timed();
const warm = Array.from({ length: Number(runs) }, () => timed().cpu);
const last = warm.slice(Math.floor(warm.length / 2)).toSorted((a, b) => a - b);
const warmest = last[Math.floor(last.length / 2)] ?? cold.cpu;
process.stdout.write(JSON.stringify({ cold_ms: cold.cpu, cold_clock_ms: cold.clock, warm_ms: warmest }));
