/**
 * `npm run bench:peers [-- --data FILE] [--rows N] [--rounds N] [--folder DIR] [--peers NAMES] [--json]`: other tools on the workloads of `npm run bench`, beside the engine
 * and the fused pass in C of the same run. Installs them (Python's venv and pip, npm) in a folder of its own, in DIR for keeps. Parties take turns; a round is one process of
 * each, which runs the workload twice; medians of the second runs count. Slow ones are given fewer bars, and their answers stand beside the true ones of so many.
 */
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Answer, buildLimit, coldRun, limitRun, type Workload, warmRun, workload } from "./measure.ts";
import { benchSeries, type Series } from "./series.ts";

const SCRIPTS = fileURLToPath(new URL("peers/", import.meta.url));
const PINETS = "pinets@0.9.34";

/** One process of a party over a workload. */
interface Run {
  readonly rows: number;
  readonly first_seconds: number;
  readonly warm_seconds: number;
  readonly round_trips: number;
  readonly net_profit: number;
  readonly memory_mib: number;
}

interface Peer {
  readonly name: string;
  /** At most so many bars. */
  readonly rows: number;
  readonly language: "python" | "node";
}

const PEERS: readonly Peer[] = [
  { name: "vectorbt", rows: Number.POSITIVE_INFINITY, language: "python" },
  { name: "pinets", rows: 200_000, language: "node" },
  { name: "backtesting", rows: 200_000, language: "python" },
  { name: "backtrader", rows: 50_000, language: "python" },
];

const { values: flags } = parseArgs({
  options: {
    data: { type: "string" },
    rows: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    folder: { type: "string" },
    peers: { type: "string", default: PEERS.map(({ name }) => name).join(",") },
    json: { type: "boolean", default: false },
  },
});

interface Row extends Run {
  readonly workload: string;
  readonly party: string;
  readonly bars_per_second: number;
  /** The engine's rate over this one's. */
  readonly engine_is: number;
  /** What the same trades come to in exact arithmetic: the fused pass over the same rows; null where there is no compiler. */
  readonly truth: Answer | null;
}

function chosenPeers(names: string): readonly Peer[] {
  return names.split(",").map((name) => {
    const peer = PEERS.find((each) => each.name === name);
    if (peer === undefined) throw new Error(`there is no peer ${name}: choose of ${PEERS.map((each) => each.name).join(", ")}`);
    return peer;
  });
}

/** Says how to start each script, once what it needs is installed in `folder`. */
function install(folder: string, peers: readonly Peer[]): (peer: Peer) => readonly [string, readonly string[]] {
  const python = join(folder, "venv", "bin", "python");
  const quiet: ExecFileSyncOptions = { stdio: ["ignore", "ignore", "inherit"], cwd: folder };
  if (peers.some(({ language }) => language === "python") && !existsSync(python)) {
    execFileSync("python3", ["-m", "venv", "venv"], quiet);
    execFileSync(python, ["-m", "pip", "install", "--quiet", "--requirement", join(SCRIPTS, "requirements.txt")], quiet);
  }
  if (peers.some(({ language }) => language === "node") && !existsSync(join(folder, "node_modules"))) {
    writeFileSync(join(folder, "package.json"), "{}");
    execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", PINETS], quiet);
  }
  return ({ name, language }) =>
    language === "python" ? [python, [join(SCRIPTS, `${name}_peer.py`)]] : [process.execPath, [join(SCRIPTS, `${name}_peer.ts`), folder]];
}

/** The first `rows` bars as the raw file that all parties read. */
function rawOf({ raw, bars }: Series, rows: number, folder: string): string {
  if (rows === bars.info.rows) return raw;
  const file = join(folder, `bars_${rows}.f64`);
  if (existsSync(file)) return file;
  const all = new Float64Array(new Uint8Array(readFileSync(raw)).buffer);
  const some = new Float64Array(6 * rows);
  for (let column = 0; column < 6; column++) some.set(all.subarray(column * bars.info.rows, column * bars.info.rows + rows), column * rows);
  writeFileSync(file, new Uint8Array(some.buffer));
  return file;
}

async function engineRun(one: Workload, series: Series): Promise<Run> {
  const { seconds, memoryMiB } = coldRun(one, series, undefined);
  await warmRun(one, series);
  const warm = await warmRun(one, series);
  const { roundTrips, netProfit } = warm.answer;
  const { rows } = series.bars.info;
  return {
    rows,
    first_seconds: seconds,
    warm_seconds: warm.seconds,
    round_trips: roundTrips,
    net_profit: netProfit,
    memory_mib: memoryMiB,
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** The medians of a party's runs, which all came to the same. */
function middle(runs: readonly Run[]): Run {
  const [first] = runs;
  if (first === undefined) throw new Error("a party without a run");
  const of = (figure: (run: Run) => number): number => median(runs.map(figure));
  return {
    ...first,
    first_seconds: of((run) => run.first_seconds),
    warm_seconds: of((run) => run.warm_seconds),
    memory_mib: of((run) => run.memory_mib),
  };
}

/** Runs of the engine before those that count: until then it is still being compiled. */
const WARM_UP_ROUNDS = 50;

async function measure(series: Series, peers: readonly Peer[], folder: string): Promise<readonly Row[]> {
  const start = install(folder, peers);
  const limit = buildLimit(folder);
  const workloads = [workload("s1"), workload("s2")];
  const all = series.bars.info.rows;
  const runs = new Map<string, Run[]>();
  const take = (one: Workload, party: string, run: Run): void => {
    const key = `${one.name} ${party}`;
    runs.set(key, [...(runs.get(key) ?? []), run]);
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const one of workloads) await warmRun(one, series);
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const one of workloads) {
      take(one, "stratc", await engineRun(one, series));
      for (const peer of peers) {
        const rows = Math.min(all, peer.rows);
        const [program, args] = start(peer);
        process.stderr.write(`round ${round + 1} of ${flags.rounds}: ${one.name} ${peer.name}\n`);
        const text = execFileSync(program, [...args, rawOf(series, rows, folder), String(rows), one.name], {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
        });
        take(one, peer.name, JSON.parse(text.trim().split("\n").at(-1) ?? "") as Run);
      }
    }
  }
  return workloads.flatMap((one) =>
    ["stratc", ...peers.map(({ name }) => name)].map((party) => {
      const run = middle(runs.get(`${one.name} ${party}`) ?? []);
      const own = middle(runs.get(`${one.name} stratc`) ?? []);
      const truth = limit === null ? null : limitRun(limit, one, rawOf(series, run.rows, folder), run.rows).answer;
      const rate = run.rows / run.warm_seconds;
      return { ...run, workload: one.name, party, bars_per_second: rate, engine_is: own.rows / own.warm_seconds / rate, truth };
    }),
  );
}

function table(rows: readonly Row[]): string {
  const head = ["workload", "party", "bars", "bars/s warm", "stratc is", "first s", "peak MiB", "round trips", "net profit", "true"];
  const lines = rows.map((row) => [
    row.workload,
    row.party,
    String(row.rows),
    Math.round(row.bars_per_second).toLocaleString("en"),
    `${row.engine_is.toFixed(row.engine_is < 10 ? 1 : 0)} x`,
    row.first_seconds.toFixed(2),
    row.memory_mib.toFixed(0),
    String(row.round_trips),
    row.net_profit.toFixed(2),
    row.truth === null ? "–" : `${row.truth.roundTrips} / ${row.truth.netProfit.toFixed(2)}`,
  ]);
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return `${all.map((line) => line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ")).join("\n")}\n`;
}

const peers = chosenPeers(flags.peers);
const folder = flags.folder ?? mkdtempSync(join(tmpdir(), "stratc-peers-"));
mkdirSync(folder, { recursive: true });
try {
  const file = flags.data ?? process.env.STRATC_BENCH_DATA;
  if (file !== undefined && !existsSync(file)) throw new Error(`there is no file ${file}`);
  const rows = await measure(await benchSeries(file, Number(flags.rows), folder), peers, folder);
  process.stdout.write(flags.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
} finally {
  if (flags.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
