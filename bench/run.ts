/**
 * `npm run bench [-- --data FILE] [--rows N] [--rounds N] [--json]`: workloads S1 and S2 through the whole engine, warm; as the command a user starts, cold;
 * and as one fused pass in C. Parties take turns, medians count; runs in which the engine is still being compiled, and the first three of each of its turns
 * (the processes before it have taken caches and pages), are discarded; each turn then counts nine runs of the engine and nine of C. FILE (or STRATC_BENCH_DATA) is a CSV or Parquet file of one-minute bars; without one a seeded walk stands in.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Answer, buildLimit, coldRun, limitRun, type Workload, warmRun, workload } from "./measure.ts";
import { benchSeries, type Series } from "./series.ts";

const { values: flags } = parseArgs({
  options: {
    data: { type: "string" },
    rows: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "7" },
    json: { type: "boolean", default: false },
  },
});

interface Result {
  readonly workload: string;
  readonly round_trips: number;
  readonly net_profit: number;
  readonly warm_bars_per_second: number;
  readonly cold_seconds: number;
  readonly cached_seconds: number;
  readonly memory_mib: number;
  readonly c_bars_per_second: number | null;
  readonly c_answer: Answer | null;
  readonly share_of_c: number | null;
}

/** Runs of the engine before those that count: until then it is still being compiled. */
const WARM_UP_ROUNDS = 50;
/** Runs of a turn that count, of the engine and of C. */
const RUNS_A_TURN = 9;
/** Runs of the engine at the beginning of a turn that do not count: other processes have just taken the caches, and pages that nobody used. */
const DISCARDED_A_TURN = 3;

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** All rounds of all workloads, interleaved. */
async function measure(series: Series, workloads: readonly Workload[], rounds: number, folder: string): Promise<Result[]> {
  const limit = buildLimit(folder);
  const store = join(folder, "store");
  const taken = workloads.map(() => ({
    warm: [] as number[],
    cold: [] as number[],
    cached: [] as number[],
    memory: [] as number[],
    c: [] as number[],
  }));
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const one of workloads) await warmRun(one, series);
  const answers: { own: Answer; c: Answer | null }[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, one] of workloads.entries()) {
      const times = taken[index];
      if (times === undefined) throw new Error("a workload without times");
      for (let run = 0; run < DISCARDED_A_TURN; run++) await warmRun(one, series);
      let own: Answer | null = null;
      for (let run = 0; run < RUNS_A_TURN; run++) {
        const warm = await warmRun(one, series);
        times.warm.push(warm.seconds);
        own = warm.answer;
      }
      if (own === null) throw new Error("a turn without a run");
      const cold = coldRun(one, series, undefined);
      const cached = coldRun(one, series, store);
      let c: Answer | null = null;
      for (let run = 0; limit !== null && run < RUNS_A_TURN; run++) {
        const fused = limitRun(limit, one, series.raw, series.bars.info.rows);
        times.c.push(fused.seconds);
        c = fused.answer;
      }
      times.cold.push(cold.seconds);
      times.cached.push(cached.seconds);
      times.memory.push(cold.memoryMiB);
      answers[index] = { own, c };
    }
  }
  const { rows } = series.bars.info;
  return workloads.map((one, index) => {
    const times = taken[index];
    const answer = answers[index];
    if (times === undefined || answer === undefined) throw new Error("a workload without a round");
    const c = limit === null ? null : rows / median(times.c);
    const warm = rows / median(times.warm);
    return {
      workload: one.name,
      round_trips: answer.own.roundTrips,
      net_profit: answer.own.netProfit,
      warm_bars_per_second: warm,
      cold_seconds: median(times.cold),
      cached_seconds: median(times.cached.slice(1)),
      memory_mib: median(times.memory),
      c_bars_per_second: c,
      c_answer: answer.c,
      share_of_c: c === null ? null : warm / c,
    };
  });
}

function table(results: readonly Result[], rows: number): string {
  const millions = (rate: number | null): string => (rate === null ? "–" : `${(rate / 1e6).toFixed(1)} M`);
  const lines = [
    ["workload", "engine bars/s", "C bars/s", "of C", "cold s", "cached s", "peak MiB", "round trips", "net profit", "C says"],
  ];
  for (const r of results) {
    const share = r.share_of_c === null ? "–" : `${Math.round(r.share_of_c * 100)} %`;
    const c = r.c_answer === null ? "–" : `${r.c_answer.roundTrips} / ${r.c_answer.netProfit.toFixed(2)}`;
    const speeds = [millions(r.warm_bars_per_second), millions(r.c_bars_per_second), share];
    const whole = [r.cold_seconds.toFixed(2), r.cached_seconds.toFixed(2), r.memory_mib.toFixed(0)];
    lines.push([r.workload, ...speeds, ...whole, String(r.round_trips), r.net_profit.toFixed(2), c]);
  }
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) => line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ")).join("\n");
  const counted = `medians of ${flags.rounds} rounds taken in turns, the engine's ${RUNS_A_TURN} a turn after ${WARM_UP_ROUNDS} discarded ones to warm up and ${DISCARDED_A_TURN} more in each turn`;
  return `${rows} bars, ${counted}\n${text}\n`;
}

const folder = mkdtempSync(join(tmpdir(), "stratc-bench-"));
try {
  const file = flags.data ?? process.env.STRATC_BENCH_DATA;
  if (file !== undefined && !existsSync(file)) throw new Error(`there is no file ${file}`);
  const series = await benchSeries(file, Number(flags.rows), folder);
  const results = await measure(series, [workload("s1"), workload("s2")], Number(flags.rounds), folder);
  const { rows, hash } = series.bars.info;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ rows, data_hash: hash, rounds: Number(flags.rounds), warm_up_rounds: WARM_UP_ROUNDS, results }, null, 2)}\n`
      : table(results, rows),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
