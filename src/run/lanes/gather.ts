/** The first clock's rows of a slower clock's tick, put together to one value (semantics 10.5). */
import { KernelHalt } from "../../graph/kernel.ts";
import type { GatherFunction, NodeId } from "../../graph/nodes.ts";
import { fromWide, isWithinLimit, toWide, type Wide } from "../../values/wide.ts";
import type { LaneColumn } from "./columns.ts";
import type { LaneRows } from "./lane-rows.ts";

/** The tick under way. */
export interface GatherState {
  readonly node: NodeId;
  readonly fn: GatherFunction;
  /** Whether the tick has a row, and whether the value was ready on the first. */
  isOpen: boolean;
  isReady: boolean;
  /** Rows of it so far. */
  rows: number;
  /** The first, the last, the extreme, or how many are true. */
  value: number;
  sum: Wide;
  /** The first tick with a value, counted over the run. */
  readyRow: number;
}

export function gatherState(node: NodeId, fn: GatherFunction): GatherState {
  return { node, fn, isOpen: false, isReady: false, rows: 0, value: 0, sum: 0n, readyRow: Number.POSITIVE_INFINITY };
}

/**
 * For each tick of `reader` the value over its rows, NaN before the first tick on all of whose rows the source is ready. Throws `KernelHalt` where a
 * sum leaves its range, with the tick's row.
 */
export function gather(state: GatherState, reader: LaneRows, source: LaneColumn, out: Float64Array): void {
  const { tickRows } = reader;
  if (tickRows === null) throw new Error("a gather on the first clock");
  const { firstRow } = source.rows;
  let from = firstRow;
  for (let tick = 0; tick < reader.bars.rows; tick++) {
    const end = tickRows.end[tick] ?? Number.NaN;
    include(state, source, from, end, reader.firstRow + tick);
    from = Math.max(from, end);
    out[tick] = tickValue(state);
    if (state.isReady) state.readyRow = Math.min(state.readyRow, reader.firstRow + tick);
    state.isOpen = false;
  }
  include(state, source, from, firstRow + source.rows.bars.rows, reader.firstRow + reader.bars.rows);
}

/** Takes rows `from`..`to - 1` of the run into tick `tick`. */
function include(state: GatherState, source: LaneColumn, from: number, to: number, tick: number): void {
  if (from >= to) return;
  if (!state.isOpen) open(state, from >= source.readyRow);
  if (state.isReady) combine(state, source.values.subarray(from - source.rows.firstRow, to - source.rows.firstRow), tick);
  state.rows += to - from;
}

function open(state: GatherState, isReady: boolean): void {
  state.isOpen = true;
  state.isReady = isReady;
  state.rows = 0;
  state.value = 0;
  state.sum = 0n;
}

function combine(state: GatherState, values: Float64Array, tick: number): void {
  const isFirst = state.rows === 0;
  switch (state.fn) {
    case "first":
      if (isFirst) state.value = values[0] ?? Number.NaN;
      return;
    case "last":
      state.value = values[values.length - 1] ?? Number.NaN;
      return;
    case "count":
      for (const value of values) if (value === 1) state.value += 1;
      return;
    case "highest":
      if (isFirst) state.value = Number.NEGATIVE_INFINITY;
      for (const value of values) state.value = Math.max(state.value, value);
      return;
    case "lowest":
      if (isFirst) state.value = Number.POSITIVE_INFINITY;
      for (const value of values) state.value = Math.min(state.value, value);
      return;
    case "sum":
    case "mean":
      for (const value of values) addTo(state, toWide(value), tick);
      return;
  }
}

function addTo(state: GatherState, part: Wide, tick: number): void {
  state.sum += part;
  if (!isWithinLimit(part) || !isWithinLimit(state.sum)) throw new KernelHalt("sum_out_of_range", state.node, tick);
}

function tickValue(state: GatherState): number {
  if (!state.isReady) return Number.NaN;
  switch (state.fn) {
    case "first":
    case "last":
    case "count":
    case "highest":
    case "lowest":
      return state.value;
    case "sum":
      return fromWide(state.sum);
    case "mean":
      return fromWide(state.sum) / state.rows;
  }
}
