/** Which rows of a dataset a run is about. */

import type { Graph } from "../graph/nodes.ts";
import { inputFields } from "../graph/traverse.ts";
import { type BarChunk, type BarSource, chunkOf, type InputField } from "../market/bars.ts";
import type { SessionField, SessionResult } from "../market/sessions.ts";
import { RunFailure } from "./failure.ts";

export interface RowSelection {
  readonly graph: Graph;
  readonly source: BarSource;
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

/** Whether features look back on prices adjusted for dividends (semantics 13.11). */
export function readsDividends(graph: Graph): boolean {
  return inputFields(graph).has("dividend_factor");
}

/** Bars each with its factor: 1, where none is there yet, as nothing has followed. */
export function withFactors(bars: BarChunk): BarChunk {
  if (bars.columns.dividend_factor !== undefined) return bars;
  return { ...bars, columns: { ...bars.columns, dividend_factor: new Float64Array(bars.rows).fill(1) } };
}

export function isSessionField(field: InputField): field is SessionField {
  return field.startsWith("session_");
}

/** The value, or the run fails. */
export function succeed<T>(result: SessionResult<T>): T {
  if (!result.ok) throw new RunFailure(result.problem);
  return result.value;
}

/** The rows that end in `from`..`to`; times increase, so they are one stretch. */
export function period(chunk: BarChunk, from: number, to: number): BarChunk {
  let first = 0;
  while (first < chunk.rows && (chunk.time[first] ?? 0) < from) first++;
  let end = chunk.rows;
  while (end > first && (chunk.time[end - 1] ?? 0) > to) end--;
  return rowsBetween(chunk, first, end);
}

/** Rows `first`..`end - 1` of raw columns, as views. */
export function rowsBetween(chunk: BarChunk, first: number, end: number): BarChunk {
  if (first === 0 && end === chunk.rows) return chunk;
  return chunkOf(chunk, end - first, (column) => column.subarray(first, end));
}
