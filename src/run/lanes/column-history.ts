/** A column that grows. */
export interface ColumnHistory {
  /** Of which the first `count` count. */
  values: Float64Array;
  count: number;
}

const SMALLEST_ROOM = 1_024;

/** No values yet. */
export function columnHistory(): ColumnHistory {
  return { values: new Float64Array(SMALLEST_ROOM), count: 0 };
}

/** Adds the first `rows` of `values`. */
export function append(history: ColumnHistory, values: Float64Array, rows: number): void {
  const { count } = history;
  if (count + rows > history.values.length) {
    const larger = new Float64Array(2 * (count + rows));
    larger.set(history.values.subarray(0, count));
    history.values = larger;
  }
  history.values.set(values.subarray(0, rows), count);
  history.count += rows;
}
