/** Why a backtest could not be finished: what is wrong with the data or the account, not with the program. Each carries plain words for the user. */
import { KernelHalt } from "../graph/kernel.ts";
import type { Graph, NodeId } from "../graph/nodes.ts";
import { reachable } from "../graph/traverse.ts";
import type { OutsideCalendar } from "../market/calendars.ts";
import { FeeDateUncovered } from "../market/fees.ts";
import { MoneyOutOfRange } from "../values/money.ts";

export type BacktestFailure =
  /** No row of the dataset is left after `from`, `to` and regular hours. */
  | { readonly kind: "no_rows"; readonly message: string }
  /** The dataset's bars are not of the clock's width; both in microseconds. */
  | { readonly kind: "width_mismatch"; readonly clock: number; readonly dataset: number; readonly message: string }
  | OutsideCalendar
  /** The fee table has no row for a fill's date ("2009-03-02"). */
  | { readonly kind: "fee_date_uncovered"; readonly date: string; readonly message: string }
  /** The strategy's arithmetic left the numbers (semantics 6.6, 6.7) at `row`, in the value the file calls `name`; null for a part of one. */
  | {
      readonly kind: "kernel_halt";
      readonly reason: "not_finite" | "sum_out_of_range";
      readonly name: string | null;
      readonly row: number;
      readonly message: string;
    }
  /** An amount of money outside what the scale can hold exactly. */
  | { readonly kind: "money_out_of_range"; readonly message: string }
  /** Starting cash that is not a positive amount with at most the money scale's decimals. */
  | { readonly kind: "invalid_cash"; readonly cash: string; readonly message: string }
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

/** The failure that an error thrown in a run stands for; null where it is a mistake of the program. */
export function failureOf(error: unknown, graph: Graph): BacktestFailure | null {
  if (error instanceof RunFailure) return error.failure;
  if (error instanceof KernelHalt) return kernelFailure(error, graph);
  if (error instanceof FeeDateUncovered) {
    const message = `${error.message}: choose other fees in simulate, or dates that the table covers (docs/semantics.md, section 8)`;
    return { kind: "fee_date_uncovered", date: error.date, message };
  }
  if (error instanceof MoneyOutOfRange)
    return { kind: "money_out_of_range", message: `the account left exact arithmetic: ${error.message}` };
  return null;
}

function kernelFailure({ reason, node, row }: KernelHalt, graph: Graph): BacktestFailure {
  const name = nameAround(graph, node);
  const place = name === null ? "an expression of a rule" : `\`${name}\``;
  const what = reason === "not_finite" ? "is no finite number" : "is a sum beyond 2^54";
  return { kind: "kernel_halt", reason, name, row, message: `${place} ${what} on row ${row}` };
}

/** What the file calls the node, or else the first named value that it is a part of. */
function nameAround(graph: Graph, node: NodeId): string | null {
  const named = Object.entries(graph.names).sort(([, a], [, b]) => a.node - b.node);
  const found = named.find(([, value]) => value.node === node) ?? named.find(([, value]) => reachable(graph, [value.node]).includes(node));
  return found === undefined ? null : found[0];
}
