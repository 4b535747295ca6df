/** Why a backtest could not be finished: what is wrong with the data or the account, not with the program. Each carries plain words for the user. */
import type { OutsideCalendar } from "../market/calendars.ts";

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
