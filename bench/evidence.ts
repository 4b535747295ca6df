/**
 * `npx node bench/evidence.ts [--seeds N] [--first S] [--json]` (100 seeds take about a quarter of an hour): how often a study is right. For each seed 1,000 lengths of a moving-average cross are tried on eight years of made-up days
 * twice: on a pure random walk, where there is nothing to find, and on one whose days after a certain cross drift upwards so that following it has a true
 * annual Sharpe ratio of 1.5.
 */
import { parseArgs } from "node:util";
import { wasmLanes } from "../src/backends/wasm/kernel.ts";
import { moduleReader } from "../src/cli/modules.ts";
import { compile } from "../src/compile.ts";
import type { Graph } from "../src/graph/nodes.ts";
import type { BarSource } from "../src/market/bars.ts";
import { evaluator } from "../src/research/evaluation.ts";
import { ranked } from "../src/research/ranking.ts";
import { gridSearch } from "../src/research/sampling.ts";
import { admission, type Combination, declaredDimension } from "../src/research/space.ts";
import { blocksFor } from "../src/research/statistics/cscv.ts";
import { choicesOf, type StudiedTrial, type Study, studyOf } from "../src/research/study.ts";
import { courseOf, type StudyQuestion, studyReader, type TrialCourse } from "../src/research/study-trial.ts";
import { figuresOf } from "../src/research/trial.ts";
import { prng } from "../src/values/prng.ts";

const { values: flags } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    first: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

const CASH = "1000000";
const SESSIONS = 8 * 252;
const DAY = 86_400_000_000;
/** Monday, 5 January 2015; days end at nine in the evening, UTC, on weekdays. */
const BEGIN = 16_440 * DAY;
const CLOSE = 21 * 3_600_000_000;
const DEVIATION = 0.01;
/** In cents: so far below the cash that whole shares make no difference. */
const FIRST_PRICE = 10_000;
/** The cross that is followed by a drift, and the drift in deviations of a day, chosen so that following it has an annual Sharpe ratio of 1.50. */
const TRUE_CROSS = { fast: 12, slow: 60 };
const DRIFT = 0.116;
const CALIBRATION_WALKS = 500;
const FIRST_CALIBRATION_SEED = 100_001;

const STRATEGY = `strategy cross
trade [WALK]
clock day = 1d
param fast = 12 in 2..41   step 1
param slow = 60 in 45..165 step 5
require fast < slow
risk { order_value <= 1_000_000_000usd  drawdown <= 99% else flatten until manual  day_loss <= 99% * equity else flatten until next_session }
rule up   { when sma(close, fast) > sma(close, slow)  enter long { size 90% * equity trim } }
rule down { when sma(close, fast) < sma(close, slow)  exit up }
`;

function graphOf(): Graph {
  const { value, diagnostics } = compile(STRATEGY, { name: "cross.strat", readModule: moduleReader("cross.strat") });
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return value;
}

/** Days of a walk in cents; with `drift`, those after the true cross rise by so many deviations on average. */
function walk(seed: number, drift: number, sessions: number): { readonly source: BarSource; readonly following: readonly number[] } {
  const random = prng(seed);
  const [time, open, close] = [new Float64Array(sessions), new Float64Array(sessions), new Float64Array(sessions)];
  const following: number[] = [];
  let last = FIRST_PRICE;
  const sums = { fast: 0, slow: 0 };
  for (let row = 0; row < sessions; row++) {
    const { fast, slow } = TRUE_CROSS;
    const holds = row >= slow && sums.fast * slow > sums.slow * fast;
    const change = DEVIATION * (random.normal() + (holds ? drift : 0));
    following.push(holds ? change : 0);
    time[row] = BEGIN + (row + 2 * Math.floor(row / 5)) * DAY + CLOSE;
    open[row] = last;
    last = Math.max(100, Math.round(last * (1 + change)));
    close[row] = last;
    for (const name of ["fast", "slow"] as const) {
      const length = TRUE_CROSS[name];
      sums[name] += last - (row >= length ? (close[row - length] ?? 0) : 0);
    }
  }
  const [high, low] = [
    open.map((value, row) => Math.max(value, close[row] ?? 0)),
    open.map((value, row) => Math.min(value, close[row] ?? 0)),
  ];
  const info = {
    symbol: "WALK",
    rows: sessions,
    width: DAY,
    priceDecimals: 2,
    from: time[0] ?? 0,
    to: time.at(-1) ?? 0,
    hash: `${seed} ${drift}`,
  };
  const source: BarSource = {
    info,
    async *chunks(capacity) {
      for (let from = 0; from < sessions; from += capacity) {
        const cut = (column: Float64Array): Float64Array => column.subarray(from, from + capacity);
        const columns = { open: cut(open), high: cut(high), low: cut(low), close: cut(close), volume: cut(new Float64Array(sessions)) };
        yield { rows: Math.min(capacity, sessions - from), time: cut(time), columns };
      }
    },
  };
  return { source, following };
}

const QUESTION: Omit<StudyQuestion, "blocks"> = {
  ...{ train: { count: 24, unit: "mo" }, validate: { count: 6, unit: "mo" }, anchored: true, purge: 0, embargo: 1, objective: "sharpe" },
};

async function studied(graph: Graph, source: BarSource, seed: number): Promise<Study> {
  const space = graph.parameters.map(declaredDimension);
  const combinations = gridSearch(space, admission(graph));
  const question: StudyQuestion = { ...QUESTION, blocks: blocksFor(combinations.length) };
  const evaluate = evaluator({ graph, varies: [true, true], backend: wasmLanes, sources: [source], cash: CASH });
  const read = studyReader(question, graph.calendar);
  const trials: StudiedTrial[] = [];
  for (let from = 0; from < combinations.length; from += 50) {
    const batch = combinations.slice(from, from + 50);
    for (const [index, result] of (await evaluate(batch)).entries()) {
      if (!result.ok) throw new Error(result.failure.message);
      const combination = batch[index] ?? [];
      const figures = figuresOf(result.outcome, CASH, graph.calendar);
      const trial = { number: from + index, combination, result: { ok: true, figures } } as const;
      trials.push({ trial, figures: read(result.outcome) });
    }
  }
  const ranking = ranked(
    trials.map(({ trial }) => trial),
    "sharpe",
  );
  const input = {
    space,
    question,
    calendar: graph.calendar,
    cash: Number(CASH),
    seed,
    studied: trials,
    ranking,
    trialsEver: trials.length,
  };
  const choices = choicesOf(trials);
  if (choices === null) throw new Error("no windows");
  const wanted = [...new Set([choices.best, ...choices.chosen])].map(({ trial }) => trial.combination);
  const courses = new Map<Combination, TrialCourse>();
  for (const [index, result] of (await evaluate(wanted)).entries()) {
    if (result.ok) courses.set(wanted[index] ?? [], courseOf(result.outcome, graph.calendar));
  }
  return studyOf(input, choices, (combination) => {
    const found = courses.get(combination);
    if (found === undefined) throw new Error("a trial without a course");
    return found;
  });
}

function lineOf(kind: string, seed: number, { verdict, outOfSample, inSample, overfitting, trials }: Study) {
  return {
    kind,
    seed,
    trials,
    verdict: verdict.kind,
    in_sample: inSample.sharpe,
    by_luck: inSample.expectedByLuck,
    deflated: inSample.deflated,
    out_of_sample: outOfSample.sharpe,
    probability: outOfSample.probability,
    overfitting: overfitting?.probability,
  };
}

/** The annual Sharpe ratio of following the true cross from open to close, over many walks. */
function trueSharpe(): number {
  const days = Array.from({ length: CALIBRATION_WALKS }, (_, index) =>
    walk(FIRST_CALIBRATION_SEED + index, DRIFT, SESSIONS).following.slice(TRUE_CROSS.slow),
  );
  const all = days.flat();
  const mean = all.reduce((sum, change) => sum + change, 0) / all.length;
  const variance = all.reduce((sum, change) => sum + (change - mean) * (change - mean), 0) / all.length;
  return (mean / Math.sqrt(variance)) * Math.sqrt(252);
}

const graph = graphOf();
const [first, seeds] = [Number(flags.first), Number(flags.seeds)];
const lines: ReturnType<typeof lineOf>[] = [];
for (let seed = first; seed < first + seeds; seed++) {
  for (const [kind, drift] of Object.entries({ noise: 0, edge: DRIFT })) {
    const line = lineOf(kind, seed, await studied(graph, walk(seed, drift, SESSIONS).source, seed));
    lines.push(line);
    if (!flags.json)
      console.log(`${kind.padEnd(5)} ${seed} ${line.verdict}: ${line.in_sample.toFixed(2)} seen, ${line.out_of_sample?.toFixed(2)} unseen`);
  }
}
const found = (kind: string): number => lines.filter((line) => line.kind === kind && line.verdict === "evidence").length;
const summary = { seeds, true_sharpe: trueSharpe(), evidence_on_noise: found("noise"), evidence_on_edge: found("edge") };
console.log(flags.json ? JSON.stringify({ ...summary, studies: lines }, null, 2) : JSON.stringify(summary));
