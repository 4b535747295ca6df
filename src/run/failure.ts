/** Why a backtest could not be finished: what is wrong with the data or the account, not with the program. Each carries plain words for the user. */
import { KernelHalt } from "../graph/kernel.ts";
import type { ClockId, Graph, NodeId, SymbolId } from "../graph/nodes.ts";
import { reachable } from "../graph/traverse.ts";
import type { OutsideCalendar } from "../market/calendars.ts";
import { FeeDateUncovered } from "../market/fees.ts";
import { instantText } from "../values/instant.ts";
import { MoneyOutOfRange } from "../values/money.ts";
import { instant } from "../values/quantity.ts";
import type { TimeStretch } from "./lanes/placement.ts";

export type BacktestFailure =
  /** No row of the dataset is left after `from`, `to` and regular hours. */
  | { readonly kind: "no_rows"; readonly message: string }
  /** The dataset's bars are not of the clock's width; both in microseconds. */
  | { readonly kind: "width_mismatch"; readonly clock: number; readonly dataset: number; readonly message: string }
  | OutsideCalendar
  /** The fee table has no row for a fill's date ("2009-03-02"). */
  | { readonly kind: "fee_date_uncovered"; readonly date: string; readonly message: string }
  /**
   * The strategy's arithmetic left the numbers (semantics 6.6, 6.7) at `row` of a symbol on a clock, in the value the file calls `name`; null for a part of
   * one. `symbol` is null for what acts across the universe.
   */
  | {
      readonly kind: "kernel_halt";
      readonly reason: "not_finite" | "sum_out_of_range";
      readonly name: string | null;
      readonly symbol: string | null;
      readonly clock: string;
      readonly row: number;
      /** End of the row, ISO 8601 UTC; null where it is not known. */
      readonly time: string | null;
      readonly message: string;
    }
  /** An amount of money outside what the scale can hold exactly. */
  | { readonly kind: "money_out_of_range"; readonly message: string }
  /** A model was trained on bars that the run reads. */
  | { readonly kind: "in_sample"; readonly model: string; readonly message: string }
  /** A model that onnxruntime runs, where nothing runs it. */
  | { readonly kind: "model_not_run"; readonly model: string; readonly message: string }
  /** Starting cash that is not a positive amount with at most the money scale's decimals. */
  | { readonly kind: "invalid_cash"; readonly cash: string; readonly message: string }
  /** `volume_cap` with bars whose volume is 0 throughout (semantics 5.5). */
  | { readonly kind: "no_volume"; readonly symbol: string; readonly message: string }
  /** A dividend (its ex-date, "2014-05-08") for which no price before it can be adjusted (semantics 13.11). */
  | { readonly kind: "invalid_dividend"; readonly date: string; readonly message: string }
  /** Parameters that break a `require` of the file, or are not one number for each. */
  | { readonly kind: "invalid_parameters"; readonly message: string };

/** Carries a failure out of the run to `backtest`, which gives it back as a value. */
export class RunFailure extends Error {
  readonly failure: BacktestFailure;
  constructor(failure: BacktestFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A kernel's halt, and on whose rows it was. */
class LaneHalt extends Error {
  readonly halt: KernelHalt;
  readonly clock: ClockId;
  readonly symbol: SymbolId | null;
  /** End of the row, UTC microseconds. */
  readonly time: number | null;
  constructor(halt: KernelHalt, clock: ClockId, symbol: SymbolId | null, time: number | null = null) {
    super(halt.message);
    this.time = time;
    this.halt = halt;
    this.clock = clock;
    this.symbol = symbol;
  }
}

/** What to throw on where an error came from evaluating a lane: `symbol` is null for the universe. */
export function laneError(error: unknown, clock: ClockId, symbol: SymbolId | null): unknown {
  return error instanceof KernelHalt ? new LaneHalt(error, clock, symbol) : error;
}

/** What to throw on where an error came from a stretch of rows: a halt says when its row was. */
export function errorWithin(error: unknown, stretch: TimeStretch): unknown {
  const of = error instanceof KernelHalt ? { halt: error, clock: 0, symbol: 0 } : error instanceof LaneHalt ? error : null;
  if (of === null) return error;
  const { bars, firstRow } = stretch.lane(of.clock, of.symbol);
  return new LaneHalt(of.halt, of.clock, of.symbol, bars.time[of.halt.row - firstRow] ?? null);
}

/** The failure that an error thrown in a run stands for; null where it is a mistake of the program. */
export function failureOf(error: unknown, graph: Graph): BacktestFailure | null {
  if (error instanceof RunFailure) return error.failure;
  if (error instanceof LaneHalt) return kernelFailure(error, graph);
  if (error instanceof KernelHalt) return kernelFailure({ halt: error, clock: 0, symbol: 0, time: null }, graph);
  if (error instanceof FeeDateUncovered) {
    const message = `${error.message}: choose other fees in simulate, or dates that the table covers (docs/semantics.md, section 8)`;
    return { kind: "fee_date_uncovered", date: error.date, message };
  }
  if (error instanceof MoneyOutOfRange)
    return { kind: "money_out_of_range", message: `the account left exact arithmetic: ${error.message}` };
  return null;
}

function kernelFailure(
  { halt, clock, symbol, time: at }: Pick<LaneHalt, "halt" | "clock" | "symbol" | "time">,
  graph: Graph,
): BacktestFailure {
  const { reason, node, row } = halt;
  const name = nameAround(graph, node);
  const lane = { symbol: symbol === null ? null : (graph.symbols[symbol]?.name ?? ""), clock: graph.clocks[clock]?.name ?? "" };
  const value = name === null ? "an expression of a rule" : `\`${name}\``;
  const what = reason === "not_finite" ? "is no finite number" : "is a sum beyond 2^54";
  const time = at === null ? null : instantText(instant(at));
  const message = `${value} ${what} on row ${row}${placeOf(graph, lane)}${time === null ? "" : `, ${time}`}`;
  return { kind: "kernel_halt", reason, name, ...lane, row, time, message };
}

/** Whose row, where there is more than one symbol or clock. */
function placeOf({ symbols, clocks }: Graph, { symbol, clock }: { readonly symbol: string | null; readonly clock: string }): string {
  const of = symbols.length > 1 ? ` of ${symbol ?? "the universe"}` : "";
  return clocks.length > 1 ? `${of} on clock ${clock}` : of;
}

/** What the file calls the node, or else the first named value that it is a part of. */
function nameAround(graph: Graph, node: NodeId): string | null {
  const named = Object.entries(graph.names).sort(([, a], [, b]) => a.node - b.node);
  const found = named.find(([, value]) => value.node === node) ?? named.find(([, value]) => reachable(graph, [value.node]).includes(node));
  return found === undefined ? null : found[0];
}
