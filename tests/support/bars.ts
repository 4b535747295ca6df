/** Bars from a few columns: prices are in ticks, what is not given is the close, 0 or a count. */
import type { BarChunk, InputField } from "../../src/market/bars.ts";

export function barsOf(given: Readonly<Partial<Record<InputField, readonly number[]>>> & { readonly close: readonly number[] }): BarChunk {
  const rows = given.close.length;
  const column = (field: InputField, other: (row: number) => number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => given[field]?.[row] ?? other(row));
  const close = (row: number): number => given.close[row]!;
  return {
    rows,
    time: Float64Array.from({ length: rows }, (_, row) => (row + 1) * 60_000_000),
    columns: {
      open: column("open", close),
      high: column("high", close),
      low: column("low", close),
      close: column("close", close),
      volume: column("volume", () => 0),
      session_bar: column("session_bar", (row) => row + 1),
      session_elapsed: column("session_elapsed", () => 0),
      session_remaining: column("session_remaining", () => 0),
      session_weekday: column("session_weekday", () => 1),
      session_day_of_month: column("session_day_of_month", () => 1),
      session_days_left_in_month: column("session_days_left_in_month", () => 0),
    },
  };
}
