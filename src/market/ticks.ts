/**
 * Rows put together to the ticks of a slower clock (semantics 10.3). Rows come in chunks of any size, down to one at a time as from a feed; the ticks
 * are the same: what is under way is kept from chunk to chunk, and a tick comes when time has passed its instant.
 */
import type { BarChunk } from "./bars.ts";
import type { Grid } from "./grid.ts";

/** The tick under way. */
export interface TickState {
  /** The instant at which it will come; infinite where no row waits for one. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** Its first row, and the first row not seen yet, counted over the run. */
  firstRow: number;
  nextRow: number;
}

/** Before the first row of a run. */
export function noTicks(): TickState {
  return { time: Number.POSITIVE_INFINITY, open: 0, high: 0, low: 0, close: 0, volume: 0, firstRow: 0, nextRow: 0 };
}

/** Ticks as columns, of which the first `count` values count; the columns grow as ticks come. */
export interface Ticks {
  count: number;
  time: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  /** The rows of each tick, counted over the run: the first, and the one after the last. */
  firstRow: Float64Array;
  endRow: Float64Array;
}

const COLUMNS = ["time", "open", "high", "low", "close", "volume", "firstRow", "endRow"] as const;
const SMALLEST_ROOM = 16;

/** No ticks, with room for some. */
export function tickColumns(): Ticks {
  const column = (): Float64Array => new Float64Array(SMALLEST_ROOM);
  return {
    count: 0,
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    firstRow: column(),
    endRow: column(),
  };
}

/**
 * Takes the rows that follow those before, none after `end`, and adds to `ticks` all that come at or before `end` (UTC microseconds). `grid` is the
 * same in every call; missing volumes count as 0.
 */
export function gatherTicks(state: TickState, grid: Grid, { rows, time, columns }: BarChunk, end: number, ticks: Ticks): void {
  const { open, high, low, close, volume } = columns;
  const first = state.nextRow;
  let row = 0;
  while (row < rows) {
    const rowEnd = time[row] ?? Number.NaN;
    if (rowEnd > state.time) complete(state, ticks, first + row);
    if (state.time === Number.POSITIVE_INFINITY) {
      state.time = grid(rowEnd);
      state.firstRow = first + row;
      state.open = open[row] ?? Number.NaN;
      state.high = Number.NEGATIVE_INFINITY;
      state.low = Number.POSITIVE_INFINITY;
      state.volume = 0;
    }
    const begin = row;
    while (row < rows && (time[row] ?? Number.NaN) <= state.time) row++;
    state.high = highest(high, begin, row, state.high);
    state.low = lowest(low, begin, row, state.low);
    if (volume !== undefined) state.volume = total(volume, begin, row, state.volume);
    state.close = close[row - 1] ?? Number.NaN;
  }
  state.nextRow = first + rows;
  if (state.time <= end) complete(state, ticks, state.nextRow);
}

/** Adds the tick under way, whose rows end before `endRow`. */
function complete(state: TickState, ticks: Ticks, endRow: number): void {
  const at = ticks.count;
  if (at === ticks.time.length) grow(ticks);
  ticks.time[at] = state.time;
  ticks.open[at] = state.open;
  ticks.high[at] = state.high;
  ticks.low[at] = state.low;
  ticks.close[at] = state.close;
  ticks.volume[at] = state.volume;
  ticks.firstRow[at] = state.firstRow;
  ticks.endRow[at] = endRow;
  ticks.count = at + 1;
  state.time = Number.POSITIVE_INFINITY;
}

function grow(ticks: Ticks): void {
  const room = 2 * ticks.time.length;
  for (const name of COLUMNS) {
    const larger = new Float64Array(room);
    larger.set(ticks[name]);
    ticks[name] = larger;
  }
}

function highest(column: Float64Array, from: number, to: number, start: number): number {
  let result = start;
  for (let row = from; row < to; row++) result = Math.max(result, column[row] ?? Number.NaN);
  return result;
}

function lowest(column: Float64Array, from: number, to: number, start: number): number {
  let result = start;
  for (let row = from; row < to; row++) result = Math.min(result, column[row] ?? Number.NaN);
  return result;
}

function total(column: Float64Array, from: number, to: number, start: number): number {
  let result = start;
  for (let row = from; row < to; row++) result += column[row] ?? 0;
  return result;
}
