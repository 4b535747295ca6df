/** Bars as columns: the form in which market data reaches the kernel, the venue and the report. */
import type { CorporateAction } from "./actions.ts";

/** What a row of the market gives. Prices are in currency per share; session fields as in semantics 1.5 (durations in microseconds). */
export const INPUT_FIELDS = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "session_bar",
  "session_elapsed",
  "session_remaining",
  "session_weekday",
  "session_day_of_month",
  "session_days_left_in_month",
] as const;

export type InputField = (typeof INPUT_FIELDS)[number];

/**
 * `rows` bars in time order. Every column has at least `rows` values. `open high low close` hold integer ticks of the dataset's quantum;
 * `volume` shares; session fields as in semantics 1.5. A session column is there if the graph reads it.
 */
export interface BarChunk {
  readonly rows: number;
  /** End of each bar, UTC microseconds. */
  readonly time: Float64Array;
  readonly columns: Readonly<Partial<Record<InputField, Float64Array>>> & {
    readonly open: Float64Array;
    readonly high: Float64Array;
    readonly low: Float64Array;
    readonly close: Float64Array;
  };
}

/** What is known of a dataset before its rows are read. */
export interface DatasetInfo {
  readonly symbol: string;
  readonly rows: number;
  /** Nominal width of a bar in microseconds; 86,400,000,000 for one bar a session. */
  readonly width: number;
  readonly priceDecimals: number;
  /** End of the first and the last bar, UTC microseconds. */
  readonly from: number;
  readonly to: number;
  /** SHA-256 over the rows in normal form. */
  readonly hash: string;
}

/** A source of bars: what replay files, the store and, live, the aggregator give. */
export interface BarSource {
  readonly info: DatasetInfo;
  /** What happened to the symbol's shares, in order (market/actions.ts); none where it is not said. The rows are as traded. */
  readonly actions?: readonly CorporateAction[];
  /** Chunks in time order, at most `capacity` rows each; `time` and the raw columns only. A chunk's arrays may be reused for the next. */
  chunks(capacity: number): AsyncIterable<BarChunk>;
}
