/** Rows of quotes, trades or book changes as columns, as a file gives them; prices in 10^-9 of the currency, exact. */
import type { EventKind } from "../../market/bars.ts";

/** Decimals of raw prices. */
export const RAW_DECIMALS = 9;

/** What a row has beside its time; of trades and book changes `ask` and `askSize` are not used, of quotes `side` and `flags`. */
export interface RawEvents {
  readonly kind: EventKind;
  readonly file: string;
  rows: number;
  /** Microseconds: of UTC where `utc`, else of the clock the file was written by. */
  time: Float64Array;
  readonly utc: boolean;
  /** Line of each row, counted from 1. */
  line: Uint32Array;
  /** The bid, or the price. A quote of 0 with a size of 0 says nothing of its side. */
  price: Float64Array;
  size: Float64Array;
  ask: Float64Array;
  askSize: Float64Array;
  /** Of a trade its condition flags; of a book change the bits of `BOOK_FLAG`. */
  flags: Uint32Array;
  readonly notes: readonly string[];
}

/** A change of the asks; the first row of a snapshot; an update was missed before this row; the first row of an update. */
export const BOOK_FLAG = { ask: 1, snapshot: 2, gap: 4, first: 8 } as const;

/** No rows, with room for `capacity`. */
export function rawEvents(kind: EventKind, file: string, capacity: number): RawEvents & { utc: boolean; notes: string[] } {
  const column = (): Float64Array => new Float64Array(capacity);
  const isQuotes = kind === "quotes";
  return {
    kind,
    file,
    rows: 0,
    time: column(),
    utc: true,
    line: new Uint32Array(capacity),
    price: column(),
    size: column(),
    ask: isQuotes ? column() : new Float64Array(0),
    askSize: isQuotes ? column() : new Float64Array(0),
    flags: new Uint32Array(isQuotes ? 0 : capacity),
    notes: [],
  };
}
