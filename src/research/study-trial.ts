/** What a study keeps of each trial: little, so that many fit into memory. Everything follows from the equity at the sessions' closes (semantics 7, 16.5). */
import type { Objective } from "../graph/study.ts";
import { calendarNamed } from "../market/calendars.ts";
import { sessionReturns, sessionsPerYear, sharpe, sortino } from "../report/metrics.ts";
import type { BacktestOutcome } from "../run/outcome.ts";
import { instant } from "../values/quantity.ts";
import { type BlockSums, blockStart } from "./statistics/cscv.ts";
import { growthOf } from "./statistics/resampling.ts";
import { type Moments, momentsOf } from "./statistics/sharpe.ts";
import { type StudyWindow, type WindowPlan, windowsOf } from "./windows.ts";

/** What is asked of every trial. */
export interface StudyQuestion extends WindowPlan {
  readonly objective: Objective;
  /** Blocks of the cross-validation. */
  readonly blocks: number;
}

export interface StudyFigures {
  /** The objective over each window's training sessions; null where it has none. */
  readonly trained: readonly (number | null)[];
  /** Of the returns of all sessions. */
  readonly moments: Moments;
  readonly blocks: BlockSums;
}

/** A trial's course: what is looked at of the few that are chosen. */
export interface TrialCourse {
  /** Of each session its date (a day number) and the equity at its close. */
  readonly dates: readonly number[];
  readonly equity: readonly number[];
  /** Of each round trip, in currency, in the order of their ends. */
  readonly profits: readonly number[];
}

type CalendarName = "nyse" | "always";

export function courseOf(outcome: BacktestOutcome, calendarName: CalendarName): TrialCourse {
  const calendar = calendarNamed(calendarName);
  const { time, equity } = outcome.sessionEquity;
  const dates = time.map((end) => calendar.dateOf(instant(end - 1)));
  return { dates, equity, profits: outcome.roundTrips.map(({ profit }) => Number(profit)) };
}

/** Return of each session by its place; the first has none and is 0. */
export function returnsOf(equity: readonly number[]): readonly number[] {
  return [0, ...sessionReturns(equity)];
}

/** Reads what a study keeps of each trial of one search: their sessions are the same. */
export function studyReader(question: StudyQuestion, calendar: CalendarName): (outcome: BacktestOutcome) => StudyFigures {
  const perYear = sessionsPerYear(calendar);
  let windows: readonly StudyWindow[] | null = null;
  return (outcome) => {
    const returns = returnsOf(outcome.sessionEquity.equity);
    windows ??= windowsOf(courseOf(outcome, calendar).dates, question);
    return {
      trained: windows.map(({ train: [from, to] }) => objectiveOver(returns.slice(from, to), question.objective, perYear)),
      moments: momentsOf(returns.slice(1)),
      blocks: blockSums(returns.slice(1), question.blocks),
    };
  };
}

/** The objective over some returns: net profit counts as their compound return, drawdown is that at their closes. */
export function objectiveOver(returns: readonly number[], objective: Objective, perYear: number): number | null {
  switch (objective) {
    case "sharpe":
      return sharpe(returns, perYear);
    case "sortino":
      return sortino(returns, perYear);
    case "net_profit":
      return growthOf(returns);
    case "return_over_drawdown": {
      const fall = drawdownOver(returns);
      return fall === 0 ? null : growthOf(returns) / fall;
    }
  }
}

/** The largest fall of the compounded returns below their highest so far. */
export function drawdownOver(returns: readonly number[]): number {
  let [level, peak, largest] = [1, 1, 0];
  for (const value of returns) {
    level *= 1 + value;
    peak = Math.max(peak, level);
    largest = Math.max(largest, 1 - level / peak);
  }
  return largest;
}

function blockSums(returns: readonly number[], blocks: number): BlockSums {
  const [sums, squares] = [new Float64Array(blocks), new Float64Array(blocks)];
  for (let block = 0; block < blocks; block++) {
    for (let at = blockStart(returns.length, blocks, block); at < blockStart(returns.length, blocks, block + 1); at++) {
      const value = returns[at] ?? 0;
      sums[block] = (sums[block] ?? 0) + value;
      squares[block] = (squares[block] ?? 0) + value * value;
    }
  }
  return { sums, squares };
}

/** Returns in each block. */
export function blockCounts(returns: number, blocks: number): readonly number[] {
  return Array.from({ length: blocks }, (_, block) => blockStart(returns, blocks, block + 1) - blockStart(returns, blocks, block));
}
