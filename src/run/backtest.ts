/** A backtest: one graph over the datasets of its symbols, through the same engine, gate and ledger that trade live. */

import type { Engine } from "../engine/state.ts";
import type { LaneBackend } from "../graph/kernel.ts";
import { isSole } from "../graph/lanes.ts";
import type { ModelRunner } from "../graph/model-runner.ts";
import type { ExactDecimal, Graph } from "../graph/nodes.ts";
import type { BarSource } from "../market/bars.ts";
import { instantText } from "../values/instant.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { instant } from "../values/quantity.ts";
import { type Purchase, purchaseIn } from "./buy-and-hold.ts";
import { type BacktestFailure, errorWithin, failureOf, RunFailure } from "./failure.ts";
import { withFinerRows } from "./finer-rows.ts";
import { identityOf, runHash } from "./identity.ts";
import { journalWriter, type RunJournal } from "./journal.ts";
import { finishLater } from "./lanes/loading.ts";
import type { TimeStretch } from "./lanes/placement.ts";
import { soleTimeline } from "./lanes/sole-timeline.ts";
import { timeline } from "./lanes/timeline.ts";
import { keptAnswers } from "./model-answers.ts";
import { openWalk, tradedMoney } from "./opening.ts";
import type { BacktestOutcome } from "./outcome.ts";
import { unitsOf } from "./records.ts";
import { summary } from "./summary.ts";
import { finish, walk } from "./walk.ts";
import type { Walk } from "./walk-state.ts";

export interface BacktestInput {
  readonly graph: Graph;
  /** One value for each parameter of the graph. */
  readonly parameters: readonly number[];
  readonly backend: LaneBackend;
  /** One for each symbol of the graph, in its order. */
  readonly sources: readonly BarSource[];
  /** By symbol, finer bars that say what came first inside a row (semantics 5.8); null where there are none. */
  readonly fills?: readonly (BarSource | null)[];
  /** Starting cash in currency, exact text. */
  readonly cash: ExactDecimal;
  /** First and last end of a bar that counts, both included, UTC microseconds. */
  readonly from?: number;
  readonly to?: number;
  /** Rows a chunk; 4096 unless given, of more than 256 symbols fewer. The outcome does not depend on it. */
  readonly capacity?: number;
  /** What runs the models of the graph that the kernel does not evaluate. */
  readonly models?: ModelRunner;
  /** Admits bars on which a model was trained (semantics 15.8). */
  readonly inSample?: boolean;
  /** Told every record as it is made; the caller closes it. */
  readonly journal?: RunJournal;
}

export type BacktestResult =
  | { readonly ok: true; readonly outcome: BacktestOutcome }
  | { readonly ok: false; readonly failure: BacktestFailure };

const ROWS_MAX = 4_096;
const ROWS_MIN = 1_024;
/** Rows of all symbols together that are in memory at once, as far as a chunk has more than `ROWS_MIN`. */
const ROWS_TOGETHER = 1_048_576;

function capacityFor({ symbols }: Graph): number {
  return Math.max(ROWS_MIN, Math.min(ROWS_MAX, Math.floor(ROWS_TOGETHER / symbols.length)));
}

/** Runs a strategy over datasets (semantics 2, 11). */
export async function backtest(input: BacktestInput): Promise<BacktestResult> {
  try {
    return { ok: true, outcome: await run(input) };
  } catch (error) {
    const failure = failureOf(error, input.graph);
    if (failure === null) throw error;
    return { ok: false, failure };
  }
}

async function run(input: BacktestInput): Promise<BacktestOutcome> {
  const running = beginBacktest(withKeptAnswers(input));
  const { engine } = running;
  const journal = input.journal === undefined ? null : journalWriter(input.journal, identityOf(input), unitsOf(engine));
  for await (const stretch of stretchesOf(input)) {
    try {
      await running.prepare?.(stretch);
      running.take(stretch);
    } catch (error) {
      throw errorWithin(error, stretch);
    }
    await journal?.write(engine.log);
  }
  const outcome = running.end();
  await journal?.write(engine.log);
  journal?.end(outcome.end);
  return outcome;
}

function withKeptAnswers(input: BacktestInput): BacktestInput {
  const { graph, models, journal } = input;
  return models === undefined || journal === undefined ? input : { ...input, models: keptAnswers(models, graph, journal) };
}

/** A backtest that is handed its rows. All of it throws what `failureOf` knows. */
export interface RunningBacktest {
  readonly engine: Engine;
  /** Runs the models of the host over a stretch before it is taken; null where there are none. */
  readonly prepare: ((stretch: TimeStretch) => Promise<void>) | null;
  /** Stretches in their order, as `stretchesOf` gives them. */
  take(stretch: TimeStretch): void;
  /** After the last one. */
  end(): BacktestOutcome;
}

/** A backtest before its first row. */
export function beginBacktest(input: Omit<BacktestInput, "journal">): RunningBacktest {
  const { capacity = capacityFor(input.graph) } = input;
  const money = tradedMoney(input);
  const cash = startingCash(money[0], input.cash);
  const state = openWalk({ ...input, capacity }, money, cash);
  const purchases: (Purchase | null)[] = state.desks.map(() => null);
  return {
    engine: state.engine,
    prepare: preparation(state, input),
    take: (stretch) => {
      if (input.inSample !== true) refuseTraining(input.graph, stretch);
      walk(state, stretch);
      for (const [index, desk] of state.desks.entries()) purchases[index] ??= purchaseIn(desk);
    },
    end: () => {
      if (state.instants === 0) {
        throw new RunFailure({ kind: "no_rows", message: "no bar is left to trade on: check the dates, and regular hours" });
      }
      expectVolumes(state);
      finish(state);
      return summary({ state, cash, purchases, hash: () => runHash(identityOf(input)) });
    },
  };
}

/** Throws where the graph asks models of the host and nothing runs them. */
function preparation(
  { course: { prepare } }: Walk,
  { graph, models }: Pick<BacktestInput, "graph" | "models">,
): RunningBacktest["prepare"] {
  if (prepare === null) return null;
  if (models !== undefined) return (stretch) => finishLater(prepare(stretch), models);
  const name = graph.models.find(({ steps }) => steps === null)?.name ?? "";
  const message = `onnxruntime runs model ${name}, and there is none here: write \`native\` for \`onnx\``;
  throw new RunFailure({ kind: "model_not_run", model: name, message });
}

/** The rows of a backtest: what its datasets have between its dates. They depend on nothing of its parameters. */
export function stretchesOf({
  graph,
  sources,
  fills,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
  capacity = capacityFor(graph),
}: Pick<BacktestInput, "graph" | "sources" | "fills" | "from" | "to" | "capacity">): AsyncGenerator<TimeStretch> {
  const [source] = sources;
  if (sources.length !== graph.symbols.length || source === undefined) throw new Error("a dataset for each symbol was expected");
  const stretches = isSole(graph) ? soleTimeline({ graph, source, from, to, capacity }) : timeline({ graph, sources, from, to, capacity });
  return fills === undefined ? stretches : withFinerRows(stretches, { graph, sources, fills });
}

/** A test on what a model was trained on is none. */
function refuseTraining({ models }: Graph, { instants }: TimeStretch): void {
  for (const { name, trained } of models) {
    const seen = instants.findIndex((time) => time >= trained.from && time <= trained.to);
    if (seen < 0) continue;
    const [at, from, to] = [instants[seen] ?? 0, trained.from, trained.to].map((time) => instantText(instant(time)));
    const message = `the run reads the bar of ${at}, and model ${name} was trained on ${from} to ${to}: begin later (\`--from\`), or admit it (\`--in-sample\`)`;
    throw new RunFailure({ kind: "in_sample", model: name, message });
  }
}

function startingCash(money: MoneyArithmetic, text: string): Money {
  const cash = money.parse(text);
  if (cash !== null && money.compare(cash, money.zero) > 0) return cash;
  const message = `cash must be a positive amount with at most ${money.scale.moneyDecimals} decimals, not ${text}`;
  throw new RunFailure({ kind: "invalid_cash", cash: text, message });
}

/** Under a cap nothing fills in a dataset without volumes (semantics 5.5): that is no result. */
function expectVolumes({ engine: { graph }, desks }: Walk): void {
  const without = graph.simulate.volumeCap === null ? undefined : desks.find(({ last, hasVolume }) => last !== null && !hasVolume);
  if (without === undefined) return;
  const symbol = graph.symbols[without.book.symbol]?.name ?? "";
  const message = `the bars of ${symbol} have no volume, and \`volume_cap\` lets orders take a share of it: take it out, or give bars with volumes`;
  throw new RunFailure({ kind: "no_volume", symbol, message });
}
