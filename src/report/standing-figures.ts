/** How a strategy of a live run stands in figures, at any time: for metrics, never for decisions. */
import { equityNow } from "../engine/state.ts";
import { SLOT } from "../graph/kernel.ts";
import type { StrategyRun } from "../run/live/strategy.ts";
import { sessionReturns, sessionsPerYear, sharpe } from "./metrics.ts";

export interface StandingFigures {
  readonly strategy: string;
  /** In currency. */
  readonly equity: number;
  readonly profit: number;
  readonly maxDrawdown: number;
  readonly roundTrips: number;
  /** Null before the first round trip. */
  readonly winRate: number | null;
  readonly averageRowsHeld: number | null;
  /** Annualised; null with fewer than two sessions' returns, or without deviation. */
  readonly sharpe: number | null;
}

/** `cash` is what it began with, in currency. */
export function standingFigures({ name, graph, walk }: StrategyRun, cash: number): StandingFigures {
  const { engine, course, sessionEquity } = walk;
  const { money, ledger } = engine;
  const { trips } = ledger;
  const equity = money.toNumber(equityNow(engine));
  const wins = trips.filter(({ profit }) => money.compare(profit, money.zero) > 0).length;
  const rows = trips.reduce((sum, { openRow, closeRow }) => sum + closeRow - openRow, 0);
  return {
    strategy: name,
    equity,
    profit: equity - cash,
    maxDrawdown: course.slots[SLOT.maxDrawdown] ?? 0,
    roundTrips: trips.length,
    winRate: trips.length === 0 ? null : wins / trips.length,
    averageRowsHeld: trips.length === 0 ? null : rows / trips.length,
    sharpe: sharpe(sessionReturns(sessionEquity), sessionsPerYear(graph.calendar)),
  };
}
