/**
 * Sessions over columns of bars (semantics 1.2 to 1.5). A session's rows are found by search, not row by row, and its values written as runs.
 * Rows may come in chunks: `SessionState` says how far the current session has got, so that a chunk of one row gives what the whole would.
 */
import { civilDate, weekday } from "../values/civil-date.ts";
import { type BarChunk, chunkOf, type InputField } from "./bars.ts";
import { type Calendar, DAY, type OutsideCalendar, outsideCalendar, sessionsLeftInMonth } from "./calendars.ts";

export type SessionField = Extract<InputField, `session_${string}`>;

/** The session of the last row seen, and how many ticks it has had; `day` is null before the first row. */
export interface SessionState {
  readonly day: number | null;
  readonly bars: number;
}

export const BEFORE_FIRST_SESSION: SessionState = { day: null, bars: 0 };

export interface SessionRows {
  /** Rows of this chunk whose session differs from the previous row's; the first row of a run among them. */
  readonly starts: readonly number[];
  /** The fields asked for, one value a row. */
  readonly columns: Readonly<Partial<Record<SessionField, Float64Array>>>;
  /** To be given with the next chunk. */
  readonly state: SessionState;
}

export type SessionResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: OutsideCalendar };

/** The rows of one date, `from` up to but without `to`. */
interface SessionRun {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Session starts and the session columns asked for, over the first `rows` ends in `time` (UTC microseconds, increasing), continuing from `state`.
 * Fails where a row lies outside the calendar's table.
 */
export function sessionRows(
  calendar: Calendar,
  time: Float64Array,
  rows: number,
  fields: readonly SessionField[],
  state: SessionState,
): SessionResult<SessionRows> {
  const problem = coverage(calendar, time, rows);
  if (problem !== null) return { ok: false, problem };
  const columns: Partial<Record<SessionField, Float64Array>> = {};
  for (const field of fields) columns[field] = new Float64Array(rows);
  const starts: number[] = [];
  let current = state;
  for (const run of sessionRuns(calendar, time, rows)) {
    const continued = run.day === current.day ? current.bars : 0;
    if (run.day !== current.day) starts.push(run.from);
    for (const field of fields) {
      const column = columns[field];
      if (column !== undefined) writeField(field, column, calendar, time, run, continued);
    }
    current = { day: run.day, bars: continued + run.to - run.from };
  }
  return { ok: true, value: { starts, columns, state: current } };
}

/**
 * The rows inside regular hours (semantics 1.4), as a chunk that shares the given one's arrays where it can.
 * `width` is the bars' nominal width in microseconds; at one day a bar is taken to begin at its session's open.
 */
export function regularRows(calendar: Calendar, width: number, chunk: BarChunk): SessionResult<BarChunk> {
  const problem = coverage(calendar, chunk.time, chunk.rows);
  if (problem !== null) return { ok: false, problem };
  const kept: SessionRun[] = [];
  for (const run of sessionRuns(calendar, chunk.time, chunk.rows)) {
    if (!calendar.isSession(run.day)) continue;
    const earliestEnd = width === DAY ? calendar.open(run.day) + 1 : calendar.open(run.day) + width;
    const from = firstAtOrAfter(chunk.time, earliestEnd, run.from, run.to);
    const to = firstAtOrAfter(chunk.time, calendar.close(run.day) + 1, from, run.to);
    if (to > from) kept.push({ day: run.day, from, to });
  }
  return { ok: true, value: takeRows(chunk, kept) };
}

/** The first problem of a chunk; times increase, so its first and last row decide. */
function coverage(calendar: Calendar, time: Float64Array, rows: number): OutsideCalendar | null {
  if (rows === 0) return null;
  return outsideCalendar(calendar, timeAt(time, 0)) ?? outsideCalendar(calendar, timeAt(time, rows - 1));
}

function timeAt(time: Float64Array, row: number): number {
  const value = time[row];
  if (value === undefined) throw new Error(`no row ${row} in ${time.length}`);
  return value;
}

/** Splits the rows by the date of each bar's last instant. */
export function* sessionRuns(calendar: Calendar, time: Float64Array, rows: number): Generator<SessionRun> {
  let from = 0;
  while (from < rows) {
    const day = calendar.dateOf(timeAt(time, from) - 1);
    const to = firstAtOrAfter(time, calendar.midnight(day + 1) + 1, from, rows);
    yield { day, from, to };
    from = to;
  }
}

/** The first row in `from`..`to` whose end is at or after `instant`, or `to`: steps that double, then bisection. */
function firstAtOrAfter(time: Float64Array, instant: number, from: number, to: number): number {
  let low = from;
  let step = 1;
  while (low + step <= to && timeAt(time, low + step - 1) < instant) {
    low += step;
    step *= 2;
  }
  let high = Math.min(to, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeAt(time, middle) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function writeField(
  field: SessionField,
  column: Float64Array,
  calendar: Calendar,
  time: Float64Array,
  run: SessionRun,
  continued: number,
): void {
  const { day, from, to } = run;
  switch (field) {
    case "session_bar":
      for (let row = from; row < to; row++) column[row] = continued + row - from + 1;
      return;
    case "session_elapsed": {
      const open = calendar.open(day);
      for (let row = from; row < to; row++) column[row] = timeAt(time, row) - open;
      return;
    }
    case "session_remaining": {
      const close = calendar.close(day);
      for (let row = from; row < to; row++) column[row] = close - timeAt(time, row);
      return;
    }
    case "session_weekday":
      column.fill(weekday(day), from, to);
      return;
    case "session_day_of_month":
      column.fill(civilDate(day).day, from, to);
      return;
    case "session_days_left_in_month":
      column.fill(sessionsLeftInMonth(calendar, day), from, to);
      return;
  }
}

/** The rows of the runs, in order; the same arrays, or views of them, where they are one stretch. */
function takeRows(chunk: BarChunk, runs: readonly SessionRun[]): BarChunk {
  const rows = runs.reduce((sum, run) => sum + run.to - run.from, 0);
  const first = runs[0]?.from ?? 0;
  const contiguous = (runs.at(-1)?.to ?? 0) - first === rows;
  const take = (column: Float64Array): Float64Array => {
    if (contiguous) return column.subarray(first, first + rows);
    const taken = new Float64Array(rows);
    let at = 0;
    for (const { from, to } of runs) {
      taken.set(column.subarray(from, to), at);
      at += to - from;
    }
    return taken;
  };
  return chunkOf(chunk, rows, take);
}
