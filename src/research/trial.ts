/** A trial: one combination, and what came of it. Its figures are those of a backtest with the same parameters, bit for bit. */
import type { Objective } from "../graph/study.ts";
import { accountMetrics } from "../report/metrics.ts";
import type { BacktestFailure } from "../run/failure.ts";
import type { BacktestOutcome } from "../run/outcome.ts";
import type { Combination } from "./space.ts";

/** What a trial keeps of its backtest: names and meanings are those of the report (docs/cli.md). */
export interface Figures {
  readonly orders: number;
  readonly rejected: number;
  readonly fills: number;
  readonly round_trips: number;
  /** Exact text, as are the next two. */
  readonly final_equity: string;
  readonly net_profit: string;
  readonly fees: string;
  readonly return_pct: number;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly max_drawdown_pct: number;
  readonly exposure_pct: number | null;
}

export type TrialResult = { readonly ok: true; readonly figures: Figures } | { readonly ok: false; readonly failure: BacktestFailure };

export interface Trial {
  /** Counted from 0, in the order of the search. */
  readonly number: number;
  readonly combination: Combination;
  readonly result: TrialResult;
}

export function figuresOf(outcome: BacktestOutcome, cash: string, calendar: "nyse" | "always"): Figures {
  const { end } = outcome;
  const metrics = accountMetrics(outcome, cash, calendar);
  return {
    orders: end.orders,
    rejected: end.rejected,
    fills: end.fills,
    round_trips: end.round_trips,
    final_equity: end.final_equity,
    net_profit: metrics.netProfit,
    fees: end.fees,
    return_pct: metrics.returnPercent,
    sharpe: metrics.sharpe,
    sortino: metrics.sortino,
    max_drawdown_pct: metrics.maxDrawdownPercent,
    exposure_pct: metrics.exposurePercent,
  };
}

/** The objective of a trial; null where it has none, which is worse than any. */
export function objectiveOf({ result }: Pick<Trial, "result">, objective: Objective): number | null {
  if (!result.ok) return null;
  const { figures } = result;
  switch (objective) {
    case "sharpe":
      return figures.sharpe;
    case "sortino":
      return figures.sortino;
    case "net_profit":
      return Number(figures.net_profit);
    case "return_over_drawdown":
      return figures.max_drawdown_pct === 0 ? null : figures.return_pct / figures.max_drawdown_pct;
  }
}
