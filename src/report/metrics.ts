/**
 * The figures of a finished run, by the definitions of semantics section 7. Money comes in as exact text and is added exactly; ratios leave as
 * float64. A figure that does not exist (no loss to divide by, one session) is null, never 0 or Infinity.
 */
import { Decimal } from "decimal.js";
import type { BacktestOutcome, RoundTrip, SymbolOutcome } from "../run/outcome.ts";
import { formatDecimal, knownDecimal } from "../values/decimal.ts";

/** Exact for sums of any account a run can hold, and more digits than a float64 for the one root. */
const Exact = Decimal.clone({ precision: 60 });

const MICROSECONDS_PER_YEAR = 365.25 * 86_400_000_000;

export interface Metrics {
  /** Final equity minus starting cash, exact text. */
  readonly netProfit: string;
  readonly returnPercent: number;
  readonly buyAndHoldPercent: number | null;
  readonly cagrPercent: number | null;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly maxDrawdownPercent: number;
  readonly exposurePercent: number | null;
  readonly winRatePercent: number | null;
  readonly profitFactor: number | null;
  /** Currency per round trip, net of fees. */
  readonly averageProfit: number | null;
  readonly largestWin: string | null;
  readonly largestLoss: string | null;
  /** Rows from the opening fill's to the closing fill's. */
  readonly averageBarsHeld: number | null;
}

/** The figures of `outcome`, which started with `cash` (exact text, above 0) under sessions of `calendar`. */
export function metricsOf(outcome: BacktestOutcome, cash: string, calendar: "nyse" | "always"): Metrics {
  const [start, end] = [new Exact(cash), new Exact(outcome.end.final_equity)];
  return {
    ...accountMetrics(outcome, cash, calendar),
    buyAndHoldPercent: outcome.buyAndHold === null ? null : outcome.buyAndHold * 100,
    cagrPercent: cagrPercent(start, end, outcome.to - outcome.from),
    ...tripMetrics(outcome.roundTrips),
  };
}

/** Those that are quick to find. */
type AccountMetrics = Pick<Metrics, "netProfit" | "returnPercent" | "sharpe" | "sortino" | "maxDrawdownPercent" | "exposurePercent">;

export function accountMetrics(outcome: BacktestOutcome, cash: string, calendar: "nyse" | "always"): AccountMetrics {
  const start = new Exact(cash);
  const end = new Exact(outcome.end.final_equity);
  const returns = sessionReturns(outcome.sessionEquity.equity);
  const perYear = sessionsPerYear(calendar);
  return {
    netProfit: end.minus(start).toFixed(),
    returnPercent: end.minus(start).div(start).times(100).toNumber(),
    sharpe: sharpe(returns, perYear),
    sortino: sortino(returns, perYear),
    maxDrawdownPercent: outcome.maxDrawdown * 100,
    exposurePercent: outcome.instants === 0 ? null : (outcome.exposedInstants / outcome.instants) * 100,
  };
}

/** The share of a symbol's rows at whose close it was held; null without rows. */
export function exposurePercent({ bars, exposedRows }: SymbolOutcome): number | null {
  return bars === 0 ? null : (exposedRows / bars) * 100;
}

/** By which sessions' figures become a year's. */
export function sessionsPerYear(calendar: "nyse" | "always"): number {
  return calendar === "always" ? 365 : 252;
}

/** Relative changes between successive session closes. */
export function sessionReturns(equity: readonly number[]): number[] {
  const returns: number[] = [];
  let previous: number | undefined;
  for (const value of equity) {
    if (previous !== undefined && previous !== 0) returns.push(value / previous - 1);
    previous = value;
  }
  return returns;
}

/** Mean ÷ sample deviation × √sessions; risk-free 0. Null with fewer than two returns or without deviation. */
export function sharpe(returns: readonly number[], perYear: number): number | null {
  if (returns.length < 2) return null;
  const mean = average(returns);
  const deviation = Math.sqrt(returns.reduce((sum, r) => sum + (r - mean) * (r - mean), 0) / (returns.length - 1));
  return deviation === 0 ? null : (mean / deviation) * Math.sqrt(perYear);
}

/** Mean ÷ root mean square of the negative returns, over all returns, × √sessions. Null where no return is negative. */
export function sortino(returns: readonly number[], perYear: number): number | null {
  if (returns.length === 0) return null;
  const downside = Math.sqrt(returns.reduce((sum, r) => sum + (r < 0 ? r * r : 0), 0) / returns.length);
  return downside === 0 ? null : (average(returns) / downside) * Math.sqrt(perYear);
}

/** (end ÷ start)^(1 ÷ years) − 1, a year being 365.25 days. Null for a span of no time or an account at or below 0. */
function cagrPercent(start: Decimal, end: Decimal, microseconds: number): number | null {
  if (microseconds <= 0 || !end.isPositive() || end.isZero()) return null;
  const years = new Exact(microseconds).div(MICROSECONDS_PER_YEAR);
  const percent = new Exact(end).div(start).pow(new Exact(1).div(years)).minus(1).times(100).toNumber();
  return Number.isFinite(percent) ? percent : null;
}

type TripMetrics = Pick<Metrics, "winRatePercent" | "profitFactor" | "averageProfit" | "largestWin" | "largestLoss" | "averageBarsHeld">;

/** In whole units of the scale that all profits are written in: a run may have many thousands of trips. */
function tripMetrics(trips: readonly RoundTrip[]): TripMetrics {
  const profits = trips.map((trip) => knownDecimal(trip.profit));
  const decimals = profits[0]?.decimals ?? 0;
  if (profits.some((profit) => profit.decimals !== decimals)) throw new Error("profits of one run have one scale");
  let [won, lost, largestWin, largestLoss] = [0n, 0n, 0n, 0n];
  let wins = 0;
  for (const { coefficient } of profits) {
    if (coefficient > 0n) {
      wins += 1;
      won += coefficient;
      if (coefficient > largestWin) largestWin = coefficient;
    } else {
      lost -= coefficient;
      if (coefficient < largestLoss) largestLoss = coefficient;
    }
  }
  const none = trips.length === 0;
  const total = new Exact(formatDecimal(won - lost, decimals));
  const barsHeld = trips.reduce((sum, trip) => sum + trip.closeRow - trip.openRow, 0);
  return {
    winRatePercent: none ? null : (wins / trips.length) * 100,
    profitFactor: lost === 0n ? null : new Exact(won.toString()).div(lost.toString()).toNumber(),
    averageProfit: none ? null : total.div(trips.length).toNumber(),
    largestWin: largestWin === 0n ? null : formatDecimal(largestWin, decimals),
    largestLoss: largestLoss === 0n ? null : formatDecimal(largestLoss, decimals),
    averageBarsHeld: none ? null : barsHeld / trips.length,
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
