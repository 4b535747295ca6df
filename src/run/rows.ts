/** From a dataset to the rows a clock ticks on: the period asked for, regular hours, and what sessions add (semantics 1). */

import type { Graph } from "../graph/nodes.ts";
import { firstClock, inputFields } from "../graph/traverse.ts";
import type { BarChunk, BarSource, InputField } from "../market/bars.ts";
import { calendarNamed } from "../market/calendars.ts";
import { BEFORE_FIRST_SESSION, regularRows, type SessionField, type SessionResult, sessionRows } from "../market/sessions.ts";
import { RunFailure } from "./failure.ts";

/** Some rows in a row. */
export interface Stretch {
  readonly bars: BarChunk;
  /** Number of its first row, counted over the run. */
  readonly firstRow: number;
  /** Rows of the stretch on which a session begins. */
  readonly sessionStarts: readonly number[];
}

export interface RowSelection {
  readonly graph: Graph;
  readonly source: BarSource;
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

/** The clock's rows in stretches of at most `capacity`; none is empty. Throws `RunFailure` outside the calendar. */
export async function* stretches({ graph, source, from, to, capacity }: RowSelection): AsyncGenerator<Stretch> {
  const calendar = calendarNamed(graph.calendar);
  const fields = [...inputFields(graph)].filter(isSessionField);
  let session = BEFORE_FIRST_SESSION;
  let firstRow = 0;
  for await (const chunk of source.chunks(capacity)) {
    const inPeriod = period(chunk, from, to);
    const ticking = firstClock(graph).regularOnly ? succeed(regularRows(calendar, firstClock(graph).width, inPeriod)) : inPeriod;
    if (ticking.rows === 0) continue;
    const sessions = succeed(sessionRows(calendar, ticking.time, ticking.rows, fields, session));
    session = sessions.state;
    const bars = { ...ticking, columns: { ...ticking.columns, ...sessions.columns } };
    yield { bars, firstRow, sessionStarts: sessions.starts };
    firstRow += ticking.rows;
  }
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
  if (first === 0 && end === chunk.rows) return chunk;
  const { open, high, low, close, volume } = chunk.columns;
  const cut = (column: Float64Array): Float64Array => column.subarray(first, end);
  const columns = {
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    ...(volume === undefined ? {} : { volume: cut(volume) }),
  };
  return { rows: end - first, time: cut(chunk.time), columns };
}
