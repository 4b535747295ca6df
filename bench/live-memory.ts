/**
 * `npm run bench:live-memory [-- --minutes 30 --speed 100x]`: the memory of a live run over the time of its life. Five symbols, minutes around the clock, orders at the
 * embedded broker, a journal with snapshots; the process's resident memory is read each ten seconds, and its median early and late in the run compared.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prng } from "../src/values/prng.ts";

const { values: flags } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, speed: { type: "string", default: "100x" } },
});

const SYMBOLS = ["ALFA", "BRAVO", "CHARLIE", "DELTA", "ECHO"];
const COMMAND = fileURLToPath(new URL("../bin/stratc.js", import.meta.url));
const SAMPLE_MILLISECONDS = 10_000;
const FIRST = Date.UTC(2024, 0, 2);

const STRATEGY = `strategy remembered
calendar always
trade [${SYMBOLS.join(", ")}]
clock bar = 1m
risk { order_value <= 20_000usd  position_value <= 20_000usd  gross_exposure <= 100_000usd  day_loss <= 50_000usd }
rule go { when ema(close, 20) > ema(close, 50) and close > close[3]  enter long { size 20shares  stop at fill * 99%  target at fill * 100.5% } }
rule leave { when close < lowest(close, 15)[1]  exit go }
`;

/** Minutes of a seeded walk on a cent grid. */
function walk(seed: number, rows: number): string {
  const random = prng(seed);
  const lines = ["timestamp,open,high,low,close,volume"];
  let close = 10_000;
  for (let row = 0; row < rows; row++) {
    const open = close;
    close = Math.max(1_000, open + random.below(21) - 10);
    const [high, low] = [Math.max(open, close) + random.below(4), Math.min(open, close) - random.below(4)];
    const prices = [open, high, low, close].map((price) => (price / 100).toFixed(2)).join(",");
    lines.push(`${new Date(FIRST + row * 60_000).toISOString()},${prices},${100 + random.below(1_000)}`);
  }
  return `${lines.join("\n")}\n`;
}

function residentMiB(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1_024;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "stratc-live-memory-"));
  const duration = Number(flags.minutes) * 60_000;
  const rows = Math.ceil((Number(flags.minutes) + 2) * Number(flags.speed.replace("x", "")));
  const file = join(folder, "remembered.strat");
  writeFileSync(file, STRATEGY);
  const data = SYMBOLS.flatMap((symbol, index) => {
    const path = join(folder, `${symbol}.csv`);
    writeFileSync(path, walk(index + 1, rows));
    return ["--data", `${symbol}=${path}`];
  });
  const options = ["--zone", "utc", "--no-cache", "--speed", flags.speed, "--journal", join(folder, "journal")];
  const child = spawn(process.execPath, [COMMAND, "run", file, "--paper", ...data, ...options], { stdio: ["ignore", "ignore", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const samples: { readonly minute: number; readonly mebibytes: number }[] = [];
  const started = performance.now();
  try {
    while (performance.now() - started < duration) {
      await pause(SAMPLE_MILLISECONDS);
      if (child.pid === undefined || child.exitCode !== null) throw new Error(`the run ended with ${child.exitCode}`);
      samples.push({ minute: (performance.now() - started) / 60_000, mebibytes: residentMiB(child.pid) });
    }
  } finally {
    child.kill("SIGINT");
    await exited;
    rmSync(folder, { recursive: true });
  }
  const part = (from: number, to: number): number =>
    median(
      samples.filter(({ minute }) => minute * 60_000 >= from * duration && minute * 60_000 < to * duration).map((one) => one.mebibytes),
    );
  const [early, late] = [part(1 / 6, 2 / 6), part(5 / 6, 2)];
  const largest = Math.max(...samples.map(({ mebibytes }) => mebibytes));
  const shown = (value: number): string => `${value.toFixed(1)} MiB`;
  console.log(
    `${flags.minutes} minutes at ${flags.speed}: resident ${shown(early)} early, ${shown(late)} late (${((late / early - 1) * 100).toFixed(1)} %), at most ${shown(largest)}`,
  );
}

await main();
