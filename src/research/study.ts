/**
 * A study: what of a search's best result would have been there had nobody looked (semantics 16.5 to 16.9). Each window of the walk-forward chooses on the past and
 * lives on with its choice; what that brings, and how much was tried, decide the verdict.
 */
import { sessionsPerYear, sharpe } from "../report/metrics.ts";
import { type Plateau, plateauOf, type Ranked } from "./ranking.ts";
import type { Combination, SearchSpace } from "./space.ts";
import { type Overfitting, overfitting } from "./statistics/cscv.ts";
import { bootstrap, growthOf, largestDrawdown, reordered, type Spread } from "./statistics/resampling.ts";
import { expectedMaximum, type Moments, momentsOf, probabilisticSharpe } from "./statistics/sharpe.ts";
import {
  blockCounts,
  drawdownOver,
  objectiveOver,
  returnsOf,
  type StudyFigures,
  type StudyQuestion,
  type TrialCourse,
} from "./study-trial.ts";
import type { Trial } from "./trial.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { type StudyWindow, windowsOf } from "./windows.ts";

/** A trial that has not failed, with what a study keeps of it. */
export interface StudiedTrial {
  readonly trial: Trial;
  readonly figures: StudyFigures;
}

export interface StudyInput {
  readonly space: SearchSpace;
  readonly question: StudyQuestion;
  readonly calendar: "nyse" | "always";
  /** Starting cash in currency. */
  readonly cash: number;
  readonly seed: number;
  /** In the order of the search. */
  readonly studied: readonly StudiedTrial[];
  /** The trials that have an objective over all sessions, best first. */
  readonly ranking: readonly Ranked[];
  /** All trials of this strategy on this data that are known of, those of this study among them. */
  readonly trialsEver: number;
}

/** One window: what it chose, and what came of that before and after. */
export interface StudyStep {
  readonly window: StudyWindow;
  readonly trial: Trial;
  /** The objective where it was chosen, and where it was lived with. */
  readonly trained: number | null;
  readonly validated: number | null;
  readonly growth: number;
}

/** The stitched returns of all windows. */
export interface OutOfSample {
  readonly sessions: number;
  readonly moments: Moments;
  readonly sharpe: number | null;
  readonly growth: number;
  readonly drawdown: number;
  /** The probability that the true Sharpe ratio is above 0. */
  readonly probability: number | null;
  readonly bootstrap: { readonly block: number; readonly sharpe: Spread; readonly growth: Spread };
  readonly dates: readonly number[];
  readonly returns: readonly number[];
}

export interface Study {
  readonly steps: readonly StudyStep[];
  readonly outOfSample: OutOfSample;
  /** The best trial over all sessions, by Sharpe ratio; its ratio is annual, as is `expectedByLuck`, the best that luck alone would be expected to find. */
  readonly inSample: {
    readonly trial: Trial;
    readonly sharpe: number;
    readonly expectedByLuck: number;
    readonly deflated: number | null;
  };
  readonly trials: number;
  readonly trialsEver: number;
  readonly overfitting: Overfitting | null;
  readonly stability: { readonly choices: number; readonly plateau: Plateau | null; readonly best: number | null };
  /** Drawdown of the best trial's round trips as they came, and in other orders. */
  readonly tradeOrder: { readonly trades: number; readonly drawdown: number; readonly reordered: Spread };
  readonly verdict: Verdict;
}

/** What a study chooses before it looks at any course. */
export interface StudyChoices {
  /** By window. */
  readonly chosen: readonly StudiedTrial[];
  /** By Sharpe ratio over all sessions. */
  readonly best: StudiedTrial;
}

/** Null where there is nothing to choose from, or no window to choose in. Where no trial has the objective in a window the best of all stands in. */
export function choicesOf(studied: readonly StudiedTrial[]): StudyChoices | null {
  const best = bestOf(studied, ({ figures }) => figures.moments.sharpe);
  if (best === null || best.figures.trained.length === 0) return null;
  return { best, chosen: best.figures.trained.map((_, index) => bestOf(studied, ({ figures }) => figures.trained[index] ?? null) ?? best) };
}

/** The first of the highest; null where none has a value. */
function bestOf(studied: readonly StudiedTrial[], value: (one: StudiedTrial) => number | null): StudiedTrial | null {
  let best: { readonly one: StudiedTrial; readonly value: number } | null = null;
  for (const one of studied) {
    const own = value(one);
    if (own !== null && (best === null || own > best.value)) best = { one, value: own };
  }
  return best?.one ?? null;
}

/** Gives the course of a chosen trial. */
export type CourseOf = (combination: Combination) => TrialCourse;

/** The study of these choices; `courseOf` knows the course of each chosen trial, and that of the best. */
export function studyOf(input: StudyInput, choices: StudyChoices, courseOf: CourseOf): Study {
  const { studied, trialsEver, ranking, space, cash, seed } = input;
  const perYear = sessionsPerYear(input.calendar);
  const { best, chosen } = choices;
  const course = courseOf(best.trial.combination);
  const windows = windowsOf(course.dates, input.question);
  const steps = windows.map((window, index) => stepOf(input, window, index, chosen[index] ?? best, courseOf));
  const outOfSample = stitched(input, steps, courseOf);
  const luck = expectedMaximum(trialsEver, varianceOf(studied.map(({ figures }) => figures.moments.sharpe)));
  const { moments } = best.figures;
  const inSample = {
    trial: best.trial,
    sharpe: moments.sharpe * Math.sqrt(perYear),
    expectedByLuck: luck * Math.sqrt(perYear),
    deflated: probabilisticSharpe(moments, luck),
  };
  const { profits } = course;
  const overfit = overfitting(
    blockCounts(moments.count, input.question.blocks),
    studied.map(({ figures }) => figures.blocks),
  );
  const findings = { outOfSample, inSample, overfitting: overfit, trialsEver };
  return {
    ...findings,
    trials: studied.length,
    steps,
    stability: {
      choices: new Set(chosen).size,
      plateau: plateauOf(space, ranking),
      best: ranking[0]?.value ?? null,
    },
    tradeOrder: { trades: profits.length, drawdown: largestDrawdown(cash, profits), reordered: reordered(cash, profits, seed) },
    verdict: verdictOf(findings),
  };
}

function stepOf(
  { question, calendar }: StudyInput,
  window: StudyWindow,
  index: number,
  { trial, figures }: StudiedTrial,
  courseOf: CourseOf,
): StudyStep {
  const returns = returnsOf(courseOf(trial.combination).equity).slice(...window.validate);
  return {
    window,
    trial,
    trained: figures.trained[index] ?? null,
    validated: objectiveOver(returns, question.objective, sessionsPerYear(calendar)),
    growth: growthOf(returns),
  };
}

function stitched({ calendar, seed }: StudyInput, steps: readonly StudyStep[], courseOf: CourseOf): OutOfSample {
  const dates: number[] = [];
  const returns: number[] = [];
  for (const { window, trial } of steps) {
    const course = courseOf(trial.combination);
    dates.push(...course.dates.slice(...window.validate));
    returns.push(...returnsOf(course.equity).slice(...window.validate));
  }
  const moments = momentsOf(returns);
  return {
    sessions: returns.length,
    moments,
    sharpe: sharpe(returns, sessionsPerYear(calendar)),
    growth: growthOf(returns),
    drawdown: drawdownOver(returns),
    probability: probabilisticSharpe(moments, 0),
    bootstrap: bootstrap(returns, seed),
    dates,
    returns,
  };
}

/** Sample variance; 0 of fewer than two. */
function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1);
}
