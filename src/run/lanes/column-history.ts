/** The last values of a column, as many as may be asked for again. */
export interface ColumnHistory {
  readonly keep: number;
  /** Of which the first `count` count, oldest first; at least the last `keep` of all that came are among them. */
  values: Float64Array;
  count: number;
}

const SMALLEST_ROOM = 1_024;

/** An empty history that keeps `keep` values; infinite for all. */
export function columnHistory(keep: number): ColumnHistory {
  return { keep, values: new Float64Array(SMALLEST_ROOM), count: 0 };
}

/** Adds the first `rows` of `values`. */
export function append(history: ColumnHistory, values: Float64Array, rows: number): void {
  makeRoom(history, rows);
  history.values.set(values.subarray(0, rows), history.count);
  history.count += rows;
}

function makeRoom(history: ColumnHistory, rows: number): void {
  const { keep, values, count } = history;
  if (count + rows <= values.length) return;
  const kept = Math.min(keep, count);
  const room = Math.max(values.length, 2 * (kept + rows));
  const moved = new Float64Array(room);
  moved.set(values.subarray(count - kept, count));
  history.values = moved;
  history.count = kept;
}

/** A view of the last `rows` values. */
export function last({ values, count }: ColumnHistory, rows: number): Float64Array {
  if (rows > count) throw new Error(`${rows} of ${count} values were asked for`);
  return values.subarray(count - rows, count);
}
