/**
 * `npm run bench:compile [-- --rounds N] [--json]`: how long the checker takes for large files of several kinds. Cold is the first file of a process, as
 * `stratc check` pays it (bundled as the command is, its modules loaded, nothing optimized yet); warm is one of many, as an editor pays it. CPU time of all
 * threads, medians of rounds in turns, each in a process of its own; then whole commands by the clock, from start to end.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { largeFiles } from "./sources.ts";

const { values: flags } = parseArgs({ options: { rounds: { type: "string", default: "7" }, json: { type: "boolean", default: false } } });

const COMMAND = fileURLToPath(new URL("../bin/stratc.js", import.meta.url));
const ONCE = fileURLToPath(new URL("compile-once.ts", import.meta.url));
const LIBRARY = fileURLToPath(new URL("../stdlib", import.meta.url));
const SIZES = [1_000, 20_000];
const WARM_RUNS = 20;

interface Times {
  readonly cold_ms: number;
  readonly cold_clock_ms: number;
  readonly warm_ms: number;
}

interface Result extends Times {
  readonly kind: string;
  readonly lines: number;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function run(args: readonly string[]): { readonly seconds: number; readonly text: string } {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}${stdout}`);
  return { seconds: (performance.now() - started) / 1_000, text: stdout };
}

/** Medians for a file, each round in a process of its own. As with the command, V8's bytecode is kept between processes: the first one does not count. */
function measure(once: string, file: string, lines: number, rounds: number): Times {
  const cache = join(dirname(file), "bytecode");
  run([once, file, "0", cache, LIBRARY]);
  const warmRuns = String(lines > 1_000 ? 3 : WARM_RUNS);
  const taken = Array.from({ length: rounds }, () => JSON.parse(run([once, file, warmRuns, cache, LIBRARY]).text) as Times);
  const of = (key: keyof Times): number => median(taken.map((times) => times[key]));
  return { cold_ms: of("cold_ms"), cold_clock_ms: of("cold_clock_ms"), warm_ms: of("warm_ms") };
}

/** The program of one process, bundled as bin/build.js bundles the command. */
async function bundled(folder: string): Promise<string> {
  const options = { bundle: true, splitting: true, format: "esm", platform: "node", target: "node22.12" } as const;
  await build({
    ...options,
    entryPoints: [ONCE],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    minifySyntax: true,
    minifyWhitespace: true,
  });
  return join(folder, "compile-once.mjs");
}

/** Seconds by the clock of whole commands, medians. */
function commands(folder: string, rounds: number): Readonly<Record<string, number>> {
  const hundred = join(folder, "hundred.strat");
  writeFileSync(hundred, largeFiles(100).strategy ?? "");
  const asked = { "--version": ["--version"], "check, 100 lines": ["check", hundred] };
  return Object.fromEntries(
    Object.entries(asked).map(([name, args]) => {
      run([COMMAND, ...args]);
      return [name, median(Array.from({ length: rounds }, () => run([COMMAND, ...args]).seconds))];
    }),
  );
}

function table(results: readonly Result[], seconds: Readonly<Record<string, number>>): string {
  const rows = results.map((r) => [r.kind, String(r.lines), ...[r.cold_ms, r.cold_clock_ms, r.warm_ms].map((ms) => ms.toFixed(0))]);
  const all = [["kind", "lines", "cold CPU ms", "cold clock ms", "warm CPU ms"], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
  return `${[...lines, ...Object.entries(seconds).map(([name, time]) => `stratc ${name}: ${time.toFixed(2)} s`)].join("\n")}\n`;
}

const folder = mkdtempSync(join(tmpdir(), "stratc-bench-"));
try {
  const rounds = Number(flags.rounds);
  const results: Result[] = [];
  const once = await bundled(folder);
  for (const size of SIZES) {
    for (const [kind, text] of Object.entries(largeFiles(size))) {
      const file = join(folder, `${kind}.strat`);
      writeFileSync(file, text);
      results.push({ kind, lines: text.split("\n").length - 1, ...measure(once, file, size, rounds) });
    }
  }
  const seconds = commands(folder, rounds);
  process.stdout.write(flags.json ? `${JSON.stringify({ rounds, results, seconds }, null, 2)}\n` : table(results, seconds));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
