/** Bars as columns: the form in which market data reaches the kernel, the venue and the report. */
import type { CorporateAction } from "./actions.ts";

/** What a row of the market gives. Prices are in currency per share, `dividend_factor` as in semantics 13.11; session fields as in semantics 1.5 (durations in microseconds). */
export const INPUT_FIELDS = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "dividend_factor",
  "session_bar",
  "session_elapsed",
  "session_remaining",
  "session_weekday",
  "session_day_of_month",
  "session_days_left_in_month",
] as const;

/** What an event gives of the quote it makes or leaves (semantics 12.3): prices in currency, sizes in shares. */
export const QUOTE_FIELDS = ["bid", "ask", "bid_size", "ask_size", "mid", "spread", "tick_size"] as const;

export type QuoteField = (typeof QUOTE_FIELDS)[number];

/** What an event gives of the whole book (semantics 12.8): the imbalance of so many levels, the depth within such a ratio of the mid. */
export type BookField = `book_imbalance_${number}` | `book_depth_${number}`;

export type InputField = (typeof INPUT_FIELDS)[number] | QuoteField | BookField;

/** `BookField`s as a pattern, for schemas. */
export const BOOK_FIELD_PATTERN = "^book_(imbalance_([1-9]|[1-4][0-9]|50)|depth_0\\.[0-9]+)$";

const BOOK_FIELD = new RegExp(BOOK_FIELD_PATTERN);

export function isBookField(field: string): field is BookField {
  return BOOK_FIELD.test(field);
}

/** What the rows of a dataset, or of a first clock, may be beside bars. */
export type EventKind = "quotes" | "trades" | "book";

/** The nominal width of an event in microseconds: no two end together (semantics 12.1). */
export const EVENT_WIDTH = 1;

/**
 * `rows` bars in time order. Every column has at least `rows` values. `open high low close` hold integer ticks of the dataset's quantum;
 * `volume` shares; session fields as in semantics 1.5. A session column, or the factor of dividends, is there if the graph reads it. Of quotes and the book `low` (and `open`) is the
 * ask, `high` the bid: what buys and sells meet (semantics 12.6); `close` is the mid, rounded down; the fields of quotes are in currency.
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

/** The rows that `take` picks of every column: `rows` of them. */
export function chunkOf({ time, columns }: BarChunk, rows: number, take: (column: Float64Array) => Float64Array): BarChunk {
  const { open, high, low, close, ...others } = columns;
  const rest: Record<string, Float64Array> = {};
  for (const [name, column] of Object.entries(others)) if (column !== undefined) rest[name] = take(column);
  return { rows, time: take(time), columns: { ...rest, open: take(open), high: take(high), low: take(low), close: take(close) } };
}

/** What is known of a dataset before its rows are read. */
export interface DatasetInfo {
  readonly symbol: string;
  readonly rows: number;
  /** What its rows are, where they are no bars (semantics 12). */
  readonly events?: EventKind;
  /** Nominal width of a bar in microseconds; 86,400,000,000 for one bar a session, `EVENT_WIDTH` for an event. */
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
  /**
   * Chunks in time order, at most `capacity` rows each; `time` and the raw columns only, and those of `fields` that events bring. A chunk's arrays may be
   * reused for the next.
   */
  chunks(capacity: number, fields?: ReadonlySet<InputField>): AsyncIterable<BarChunk>;
}
