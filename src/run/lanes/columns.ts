/** Columns that cross from lane to lane without being combined: another lane's last value, and the first rows after a slower clock's ticks. */
import type { LaneRows } from "./lane-rows.ts";

/** A node's values on one lane in the stretch at hand. */
export interface LaneColumn {
  readonly rows: LaneRows;
  /** One for each row, at least; NaN for none and before `readyRow`. */
  readonly values: Float64Array;
  /** The first row of the run with a value; infinite where that is not known yet. */
  readonly readyRow: number;
  /** What it was on the lane's last row before the stretch; NaN for none. */
  readonly before: number;
}

/** How a sample reads (semantics 10.4, 11.3): what there is at this instant, else last; or last strictly before it. */
export type SampleTime = "at" | "before";

/** For each row of `reader` the source's value there. */
export function sample(reader: LaneRows, source: LaneColumn, time: SampleTime, out: Float64Array): void {
  const back = time === "before" ? 1 : 0;
  const { values, before } = source;
  const { lastRow } = source.rows;
  const { instantOf } = reader;
  for (let row = 0; row < instantOf.length; row++) {
    const at = (instantOf[row] ?? 0) - back;
    const read = at < 0 ? -1 : (lastRow[at] ?? -1);
    out[row] = read < 0 ? before : (values[read] ?? Number.NaN);
  }
}

/** The first row of `reader`, counted over the run, on which a sample of the source is ready; infinite where the stretch does not reach it. */
export function sampleReadyRow({ firstRow, instantOf }: LaneRows, source: LaneColumn, time: SampleTime): number {
  const { rows, readyRow } = source;
  if (readyRow >= rows.firstRow + rows.bars.rows) return Number.POSITIVE_INFINITY;
  const readyAt = readyRow < rows.firstRow ? -1 : (rows.instantOf[readyRow - rows.firstRow] ?? 0);
  const earliest = time === "before" ? readyAt + 1 : readyAt;
  const row = instantOf.findIndex((at) => at >= earliest);
  return row < 0 ? Number.POSITIVE_INFINITY : firstRow + row;
}

/** How many ticks of the slower clock came before the last row seen; null before the first. */
export interface BeginState {
  ticks: number | null;
}

/** 1 on the first row after a tick of the slower clock, the row of the tick itself being of the old one, and on the first row of the run (semantics 10.6). */
export function begins({ instantOf }: LaneRows, slower: LaneRows, state: BeginState, out: Float64Array): void {
  for (let row = 0; row < instantOf.length; row++) {
    const at = (instantOf[row] ?? 0) - 1;
    const ticks = slower.firstRow + (at < 0 ? 0 : (slower.lastRow[at] ?? -1) + 1);
    out[row] = state.ticks === ticks ? 0 : 1;
    state.ticks = ticks;
  }
}
