/** A row as the market sees it. */
import type { BarChunk } from "../market/bars.ts";
import { type Instant, type Price, ticks } from "../values/quantity.ts";

/** Its prices stay in their columns: rows that matter lie far apart there, so only what is needed is read. */
export interface Bar {
  /** Its number in the run. */
  readonly row: number;
  /** Where it stands among all rows, and where what follows it does: `row` and `row + 1`, of finer bars inside a row (5.8) parts of the way. */
  readonly place: number;
  readonly next: number;
  /** Its place in the columns. */
  readonly index: number;
  /** Where it begins, by the clock's width, and its end. */
  readonly begin: Instant;
  readonly time: Instant;
  readonly columns: BarChunk["columns"];
  /** Whether it is the first of its session. */
  readonly beginsSession: boolean;
  /** Whether it is the first of its session whose end reaches the session's close. Known where some order asks for it. */
  readonly endsSession: boolean;
}

/** Its value in one of its columns of prices. */
export function priceOf({ index }: Bar, column: Float64Array): Price {
  return ticks(column[index] ?? Number.NaN);
}
