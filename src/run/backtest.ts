/** A backtest: one graph over one dataset, through the same engine, gate and ledger that trade live. */

import { entryLimits } from "../engine/brakes.ts";
import { bookIn, createEngine } from "../engine/state.ts";
import { bounds } from "../graph/bounds.ts";
import { evaluateRun } from "../graph/evaluate.ts";
import type { Backend, Kernel } from "../graph/kernel.ts";
import { soleLane } from "../graph/lanes.ts";
import type { ExactDecimal, Graph } from "../graph/nodes.ts";
import { firstClock } from "../graph/traverse.ts";
import type { JournalSink } from "../journal/sink.ts";
import type { BarSource } from "../market/bars.ts";
import { type Calendar, calendarNamed } from "../market/calendars.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { moneyArithmetic } from "../values/money-arithmetic.ts";
import { instant, scaleOf, ticks } from "../values/quantity.ts";
import { simulatedVenue } from "../venue/venue.ts";
import type { Purchase } from "./buy-and-hold.ts";
import { observedNodes, ruleReader } from "./expressions.ts";
import { type BacktestFailure, failureOf, RunFailure } from "./failure.ts";
import { identityOf, runHash } from "./identity.ts";
import { journalWriter } from "./journal.ts";
import type { BacktestOutcome } from "./outcome.ts";
import { unitsOf } from "./records.ts";
import { type Stretch, stretches } from "./rows.ts";
import { summary } from "./summary.ts";
import { triggerWriter } from "./triggers.ts";
import { finish, startWalk, type Walk, walk } from "./walk.ts";

export interface BacktestInput {
  readonly graph: Graph;
  /** One value for each parameter of the graph. */
  readonly parameters: readonly number[];
  readonly backend: Backend;
  readonly bars: BarSource;
  /** Starting cash in currency, exact text. */
  readonly cash: ExactDecimal;
  /** First and last end of a bar that counts, both included, UTC microseconds. */
  readonly from?: number;
  readonly to?: number;
  /** Rows a chunk; 4096 unless given. The outcome does not depend on it. */
  readonly capacity?: number;
  /** Told every record as it is made; the caller closes it. */
  readonly journal?: JournalSink;
}

export type BacktestResult =
  | { readonly ok: true; readonly outcome: BacktestOutcome }
  | { readonly ok: false; readonly failure: BacktestFailure };

const CAPACITY = 4096;

/** Runs a strategy over a dataset (semantics 2). */
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
  const { graph, bars, capacity = CAPACITY, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = input;
  const money = moneyArithmetic(scaleOf(bars.info.priceDecimals, 0));
  const cash = startingCash(money, input.cash);
  const state = prepare(input, money, cash);
  const identity = identityOf(input);
  const journal = input.journal === undefined ? null : journalWriter(input.journal, identity, unitsOf(state.engine));
  let purchase: Purchase | null = null;
  for await (const stretch of stretches({ graph, source: bars, from, to, capacity })) {
    walk(state, stretch);
    purchase ??= purchaseIn(stretch, state.startRow + 1);
    journal?.write(state.engine.log);
  }
  if (state.rows === 0)
    throw new RunFailure({ kind: "no_rows", message: "no bar is left to trade on: check the dates, and regular hours" });
  finish(state);
  const outcome = summary({ state, cash, purchase, hash: runHash(identity) });
  journal?.write(state.engine.log);
  journal?.end(outcome.end);
  return outcome;
}

/** Everything that must be right before the first row. */
function prepare({ graph, parameters, backend, bars, capacity = CAPACITY }: BacktestInput, money: MoneyArithmetic, cash: Money): Walk {
  checkWidth(graph, bars);
  checkParameters(graph, parameters);
  const values = evaluateRun(graph, parameters);
  if (graph.requirements.some((node) => values[node] !== true)) {
    throw new RunFailure({ kind: "invalid_parameters", message: "these parameters break a `require` of the file" });
  }
  const { priceDecimals } = bars.info;
  const kernel: Kernel = backend({ ...soleLane(graph), parameters, priceDecimals, capacity, observed: observedNodes(graph, values) });
  const engine = createEngine(graph, cash, [{ money, limits: entryLimits(graph, values) }]);
  const book = bookIn(engine, 0);
  const venue = simulatedVenue(graph.simulate, money);
  const calendar = calendarNamed(graph.calendar);
  const startRow = bounds(graph, parameters).runStart;
  return startWalk({
    kernel,
    engine,
    book,
    venue,
    read: ruleReader(graph, book.symbol, values, kernel),
    writeTriggers: triggerWriter(kernel, engine, book, venue, startRow),
    dateOf: (time) => calendar.dateOf(time - 1),
    sessionClose: asksForClose(graph) ? sessionClose(calendar) : null,
    startRow,
  });
}

/** Whether some order of the file works at the close of a session. */
function asksForClose({ rules }: Graph): boolean {
  return rules.some((rule) => rule.kind !== "hold" && rule.kind !== "legs" && rule.order.tif.kind === "cls");
}

/** The regular close of the session that a row with this end belongs to. */
function sessionClose(calendar: Calendar): (time: number) => number {
  return (time) => calendar.close(calendar.dateOf(time - 1));
}

function startingCash(money: MoneyArithmetic, text: string): Money {
  const cash = money.parse(text);
  if (cash !== null && money.compare(cash, money.zero) > 0) return cash;
  const message = `cash must be a positive amount with at most ${money.scale.moneyDecimals} decimals, not ${text}`;
  throw new RunFailure({ kind: "invalid_cash", cash: text, message });
}

function checkWidth(graph: Graph, { info }: BarSource): void {
  const clock = firstClock(graph);
  if (clock.width === info.width) return;
  const seconds = (width: number): string => `${width / 1_000_000} s`;
  const message = `clock ${clock.name} takes bars of ${seconds(clock.width)}, the dataset has bars of ${seconds(info.width)}`;
  throw new RunFailure({ kind: "width_mismatch", clock: clock.width, dataset: info.width, message });
}

function checkParameters(graph: Graph, parameters: readonly number[]): void {
  if (parameters.length === graph.parameters.length && parameters.every(Number.isFinite)) return;
  const message = `the strategy has ${graph.parameters.length} parameters, ${parameters.length} values were given`;
  throw new RunFailure({ kind: "invalid_parameters", message });
}

/** The open of row `row` of the run; null where it is not in this stretch. */
function purchaseIn({ bars, firstRow }: Stretch, row: number): Purchase | null {
  const at = row - firstRow;
  const [open, time] = [bars.columns.open[at], bars.time[at]];
  return at < 0 || at >= bars.rows || open === undefined || time === undefined ? null : { open: ticks(open), time: instant(time) };
}
