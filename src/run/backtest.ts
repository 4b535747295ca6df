/** A backtest: one graph over one dataset, through the same engine, gate and ledger that trade live. */
import type { Backend } from "../graph/kernel.ts";
import type { ExactDecimal, Graph } from "../graph/nodes.ts";
import type { JournalSink } from "../journal/sink.ts";
import type { BarSource } from "../market/bars.ts";
import type { BacktestFailure } from "./failure.ts";
import type { BacktestOutcome } from "./outcome.ts";

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
  readonly journal?: JournalSink;
  /** Told the rows consumed so far, once a chunk. */
  readonly onProgress?: (rows: number) => void;
}

export type BacktestResult =
  | { readonly ok: true; readonly outcome: BacktestOutcome }
  | { readonly ok: false; readonly failure: BacktestFailure };

/** Runs a strategy over a dataset (semantics 2). */
export async function backtest(input: BacktestInput): Promise<BacktestResult> {
  throw new Error(`${input.graph.strategy}: the engine is being built`);
}
