/** Instants: the times at which a row of any symbol ends or a clock ticks (semantics 11.2), put together from sorted columns of times. */

/** Times without repeats, ascending: the first `count` of `times`. */
export interface Union {
  times: Float64Array;
  count: number;
  spare: Float64Array;
}

/** No times, with room for `limit`. */
export function emptyUnion(limit: number): Union {
  return { times: new Float64Array(limit), count: 0, spare: new Float64Array(limit) };
}

export function timesOf({ times, count }: Union): Float64Array {
  return times.subarray(0, count);
}

/** Adds rows `from`..`to - 1` of a column of times; of all, the first that there is room for stay. Where symbols tick together nothing moves. */
export function unite(union: Union, column: Float64Array, from: number, to: number): void {
  const { times, count, spare } = union;
  let [at, row] = [0, from];
  while (at < count && row < to && times[at] === column[row]) {
    at++;
    row++;
  }
  if (row === to || at === times.length) return;
  spare.set(times.subarray(0, at));
  let merged = at;
  while (merged < spare.length && (at < count || row < to)) {
    const known = at < count ? (times[at] ?? Number.NaN) : Number.POSITIVE_INFINITY;
    const added = row < to ? (column[row] ?? Number.NaN) : Number.POSITIVE_INFINITY;
    if (known <= added) at++;
    if (added <= known) row++;
    spare[merged++] = Math.min(known, added);
  }
  union.times = spare;
  union.spare = times;
  union.count = merged;
}

/** The times, and those of `columns` that are not among them. */
export function withTicks(times: Float64Array, columns: readonly Float64Array[]): Float64Array {
  const missing = new Set<number>();
  for (const column of columns) {
    for (const time of column) if (!includes(times, time)) missing.add(time);
  }
  return missing.size === 0 ? times : Float64Array.of(...times, ...missing).sort();
}

function includes(times: Float64Array, time: number): boolean {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Number.NaN) < time) low = middle + 1;
    else high = middle;
  }
  return times[low] === time;
}

/** Where rows stand among the instants. */
export interface Alignment {
  /** The instant of each row, by its index. */
  readonly instantOf: Int32Array;
  /** The last row at or before each instant; −1 before the first. */
  readonly lastRow: Int32Array;
}

/** Finds the rows of a lane, whose times are all among the instants. */
export function align(instants: Float64Array, time: Float64Array, rows: number): Alignment {
  const instantOf = new Int32Array(rows);
  const lastRow = new Int32Array(instants.length);
  let row = 0;
  for (let at = 0; at < instants.length; at++) {
    if (row < rows && time[row] === instants[at]) instantOf[row++] = at;
    lastRow[at] = row - 1;
  }
  if (row < rows) throw new Error(`row ${row} is at no instant`);
  return { instantOf, lastRow };
}

/** The row of a lane at an instant; −1 where it has none. */
export function rowAt({ instantOf, lastRow }: Alignment, at: number): number {
  const row = lastRow[at] ?? -1;
  return row >= 0 && instantOf[row] === at ? row : -1;
}

/** The first of rows `from`..`to` that ends after `end`, or `to`. */
export function firstAfter(time: Float64Array, end: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? Number.NaN) <= end) low = middle + 1;
    else high = middle;
  }
  return low;
}
