/**
 * `npm run bench:sweep -- [--data FILE] [--rows N] [--rounds N] [--json]`: workload S3, a cross over 10 × 10 lengths, by the worker threads of `stratc sweep`, on one and on two, each
 * combination through gate and ledger; and as a hundred fused passes in C. Parties take turns, medians count. Without FILE a seeded walk stands in.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { type Pool, shareRows, startPool } from "../src/adapters/threads/pool.ts";
import { inputFields } from "../src/graph/traverse.ts";
import { declaredDimension, grid } from "../src/research/space.ts";
import { buildLimit, CASH, limitRun, workload } from "./measure.ts";
import { benchSeries } from "./series.ts";

const { values: flags } = parseArgs({
  options: {
    data: { type: "string" },
    rows: { type: "string", default: "100000" },
    rounds: { type: "string", default: "7" },
    json: { type: "boolean", default: false },
  },
});

/** Sweeps before those that count: until then the engine is still being compiled. */
const WARM_UP_ROUNDS = 5;
const WORKERS = [1, 2];

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const folder = mkdtempSync(join(tmpdir(), "stratc-sweep-bench-"));
const pools: Pool[] = [];
try {
  const series = await benchSeries(flags.data, Number(flags.rows), folder);
  const s3 = workload("s3");
  const { graph } = s3;
  const combinations = [...grid(graph.parameters.map(declaredDimension))];
  const data = {
    graph,
    varies: [true, true],
    backend: "wasm",
    models: [],
    cash: CASH,
    bars: [await shareRows(series.bars, inputFields(graph))],
  } as const;
  const sweep = async (pool: Pool, workers: number) => {
    const size = combinations.length / (2 * workers);
    const tasks = Array.from({ length: 2 * workers }, (_, index) => ({
      ...{ combinations: combinations.slice(index * size, (index + 1) * size), question: null, course: false },
    }));
    const started = performance.now();
    let [trips, profit] = [0, 0];
    for await (const answers of pool.answers(tasks, new AbortController().signal)) {
      for (const { result } of answers) {
        if (!result.ok) throw new Error(result.failure.message);
        trips += result.figures.round_trips;
        profit += Number(result.figures.net_profit);
      }
    }
    return { rate: combinations.length / ((performance.now() - started) / 1_000), round_trips: trips, net_profit: profit };
  };
  const parties = WORKERS.map((workers) => ({ workers, pool: startPool(workers, data), rates: [] as number[] }));
  pools.push(...parties.map(({ pool }) => pool));
  const limit = buildLimit(folder);
  const limits: number[] = [];
  let answer = { round_trips: Number.NaN, net_profit: Number.NaN };
  for (let round = -WARM_UP_ROUNDS; round < Number(flags.rounds); round++) {
    for (const { workers, pool, rates } of parties) {
      const { rate, ...told } = await sweep(pool, workers);
      answer = told;
      if (round >= 0) rates.push(rate);
    }
    if (limit !== null && round >= 0) limits.push(combinations.length / limitRun(limit, s3, series.raw, series.bars.info.rows).seconds);
  }
  const result = {
    ...{ workload: "s3", rows: series.bars.info.rows, combinations: combinations.length, ...answer },
    combinations_per_second: Object.fromEntries(parties.map(({ workers, rates }) => [workers, median(rates)])),
    c_combinations_per_second: limit === null ? null : median(limits),
  };
  console.log(JSON.stringify(result, null, flags.json ? 2 : 0));
} finally {
  await Promise.all(pools.map((pool) => pool.close()));
  rmSync(folder, { recursive: true, force: true });
}
