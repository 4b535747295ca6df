/**
 * Strategies beside each other over the same sessions (semantics 16.10): a paired test of their returns, and how sure each one's Sharpe ratio is after all that was ever
 * tried of it.
 */
import { circularDraws, growthOf } from "./statistics/resampling.ts";
import { expectedMaximum, momentsOf, probabilisticSharpe } from "./statistics/sharpe.ts";

/** Capital that came or went in a session: the equity right before and after. */
export interface Flow {
  readonly date: number;
  readonly before: number;
  readonly after: number;
}

/** What a strategy's account did. */
export interface AccountCourse {
  readonly name: string;
  /** Of each session its date (a day number) and the equity at its close. */
  readonly dates: readonly number[];
  readonly equity: readonly number[];
  /** In the order of time. */
  readonly flows: readonly Flow[];
  /** All that was ever tried of the strategy on this data, this run included. */
  readonly trialsEver: number;
}

export interface Contender {
  readonly name: string;
  /** Of 1 of its capital. */
  readonly growth: number;
  /** Annualised. */
  readonly sharpe: number;
  readonly trialsEver: number;
  /** The probability that the true ratio is above what luck alone would find in so many trials; null with fewer than 3 returns. */
  readonly deflated: number | null;
}

export interface Pair {
  readonly first: string;
  readonly second: string;
  /** Second minus first, per session. */
  readonly difference: number;
  /** Between which it lies with the confidence that was asked for. */
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  /** How often a difference as large would come of chance alone. */
  readonly chance: number;
  readonly block: number;
  readonly finding: "better" | "worse" | "no_evidence" | "too_little_data";
}

export interface Comparison {
  /** With a return of every strategy, from the first on in which one of them is not 0. */
  readonly sessions: number;
  readonly contenders: readonly Contender[];
  /** Every other strategy against the first. */
  readonly pairs: readonly Pair[];
}

/** Below this nothing is said. */
const SESSIONS_MIN = 60;
/** The chance of one wrong finding among all pairs. */
const ERROR = 0.05;

/** `perYear` is how many sessions a year has. */
export function comparisonOf(courses: readonly AccountCourse[], perYear: number, seed: number): Comparison {
  const returns = pairedReturns(courses);
  const [first, ...others] = returns;
  const [name, ...names] = courses.map((course) => course.name);
  if (first === undefined || name === undefined || others.length === 0) throw new Error("a comparison of fewer than two strategies");
  return {
    sessions: first.length,
    contenders: courses.map((course, index) => contenderOf(course, returns[index] ?? [], perYear)),
    pairs: others.map((second, index) => ({
      first: name,
      second: names[index] ?? "",
      ...pairOf(first, second, ERROR / others.length, seed),
    })),
  };
}

/** The returns of 1 of each one's capital in the sessions that all have. */
function pairedReturns(courses: readonly AccountCourse[]): readonly (readonly number[])[] {
  const byDate = courses.map(unitReturns);
  const [first] = byDate;
  const dates = [...(first?.keys() ?? [])].filter((date) => byDate.every((returns) => returns.has(date)));
  const begin = dates.findIndex((date) => byDate.some((returns) => returns.get(date) !== 0));
  const common = begin < 0 ? [] : dates.slice(begin);
  return byDate.map((returns) => common.map((date) => returns.get(date) ?? 0));
}

/** By date; the first session has none. What comes or goes is neither gained nor lost. */
export function unitReturns({ dates, equity, flows }: AccountCourse): ReadonlyMap<number, number> {
  const returns = new Map<number, number>();
  for (let session = 1; session < dates.length; session++) {
    const date = dates[session] ?? Number.NaN;
    let [growth, base] = [1, equity[session - 1] ?? Number.NaN];
    for (const flow of flows.filter((one) => one.date === date)) [growth, base] = [growth * (flow.before / base), flow.after];
    returns.set(date, growth * ((equity[session] ?? Number.NaN) / base) - 1);
  }
  return returns;
}

/** Nobody knows how far apart the trials' ratios were, so they count as without skill: of n returns their variance is 1 ÷ (n − 1). */
function contenderOf({ name, trialsEver }: AccountCourse, returns: readonly number[], perYear: number): Contender {
  const moments = momentsOf(returns);
  const byLuck = expectedMaximum(trialsEver, 1 / (returns.length - 1));
  const sharpe = moments.sharpe * Math.sqrt(perYear);
  return { name, growth: growthOf(returns), sharpe, trialsEver, deflated: probabilisticSharpe(moments, byLuck) };
}

/** Block bootstrap of the differences: their mean's interval, and among draws about 0 the share that lies as far from it (two-sided). */
function pairOf(first: readonly number[], second: readonly number[], error: number, seed: number): Omit<Pair, "first" | "second"> {
  const differences = second.map((value, session) => value - (first[session] ?? 0));
  const difference = meanOf(differences);
  const { block, draws } = circularDraws(differences, seed);
  const means = Array.from(draws, meanOf).sort((a, b) => a - b);
  const at = (share: number): number => means[Math.floor(share * (means.length - 1) + 0.5)] ?? Number.NaN;
  const [low, high] = [at(error / 2), at(1 - error / 2)];
  const chance = means.filter((mean) => Math.abs(mean - difference) >= Math.abs(difference)).length / means.length;
  const isSure = chance < error;
  const finding = differences.length < SESSIONS_MIN ? "too_little_data" : !isSure ? "no_evidence" : difference > 0 ? "better" : "worse";
  return { difference, low, high, confidence: 1 - error, chance, block, finding };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A pair in plain English. */
export function pairSentences(
  { first, second, finding, difference, low, high, confidence, chance }: Pair,
  sessions: number,
): readonly string[] {
  const found = {
    better: `Evidence that ${second} is better than ${first}.`,
    worse: `Evidence that ${second} is worse than ${first}.`,
    no_evidence: `No evidence that ${second} and ${first} differ: what separates them may well be chance.`,
    too_little_data: `Too little data: ${sessions} sessions can be compared; at least ${SESSIONS_MIN} are needed.`,
  }[finding];
  if (finding === "too_little_data") return [found];
  const sure = `${(confidence * 100).toFixed(1)} %`;
  return [
    found,
    `Over ${sessions} sessions ${second} returned ${basisPoints(difference)} a session ${difference < 0 ? "less" : "more"} than ${first}; the true difference lies between ${signed(low)} and ${signed(high)} with ${sure} confidence. Were there none, chance alone would show as much in ${(chance * 100).toFixed(1)} % of cases.`,
  ];
}

function basisPoints(value: number): string {
  return `${(Math.abs(value) * 10_000).toFixed(2)} basis points`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${(Math.abs(value) * 10_000).toFixed(2)}`;
}
