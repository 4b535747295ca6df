/** The timeline of a graph of one symbol and one clock, whose rows are all the instants there are: no row is moved or copied. */
import { firstClock, inputFields } from "../../graph/traverse.ts";
import type { BarChunk } from "../../market/bars.ts";
import { calendarNamed } from "../../market/calendars.ts";
import { BEFORE_FIRST_SESSION, regularRows, type SessionState, sessionRows } from "../../market/sessions.ts";
import { isSessionField, period, type RowSelection, readsDividends, rowsBetween, succeed, withFactors } from "../rows.ts";
import type { LaneRows } from "./lane-rows.ts";
import type { TimeStretch } from "./placement.ts";
import { beginsAnew, firstChanged, passRows, pastRows, shareActions, takeActions } from "./share-actions.ts";

/** The clock's rows in stretches of at most `capacity`; none is empty. Throws `RunFailure` outside the calendar. */
export async function* soleTimeline({ graph, source, from, to, capacity }: RowSelection): AsyncGenerator<TimeStretch> {
  const calendar = calendarNamed(graph.calendar);
  const { regularOnly, width } = firstClock(graph);
  const read = inputFields(graph);
  const fields = [...read].filter(isSessionField);
  const each = Int32Array.from({ length: capacity }, (_, row) => row);
  const factors = readsDividends(graph);
  const shares = shareActions(source, graph);
  let session = BEFORE_FIRST_SESSION;
  let firstRow = 0;

  const stretchOf = (raw: BarChunk, row: number, before: SessionState) => {
    const ticking = factors ? withFactors(raw) : raw;
    const { state, starts, columns } = succeed(sessionRows(calendar, ticking.time, ticking.rows, fields, before));
    const bars = { ...ticking, columns: { ...ticking.columns, ...columns } };
    const sameRow = each.subarray(0, ticking.rows);
    const rows: LaneRows = { bars, firstRow: row, sessionStarts: starts, tickRows: null, instantOf: sameRow, lastRow: sameRow };
    const stretch: TimeStretch = {
      instants: ticking.time.subarray(0, ticking.rows),
      sessionStarts: starts,
      changes: [],
      lane: () => rows,
    };
    return { state, stretch };
  };

  /** All rows so far, in the shares of now. */
  const replay = (): readonly TimeStretch[] => {
    const chunks = pastRows(shares, capacity);
    let row = 0;
    let state = BEFORE_FIRST_SESSION;
    return chunks.map((chunk) => {
      const made = stretchOf(chunk, row, state);
      row += chunk.rows;
      state = made.state;
      return made.stretch;
    });
  };

  for await (const chunk of source.chunks(capacity, read)) {
    const inPeriod = period(chunk, from, to);
    const ticking = regularOnly ? succeed(regularRows(calendar, width, inPeriod)) : inPeriod;
    for (let begin = 0; begin < ticking.rows; ) {
      const isChanged = firstChanged(shares, ticking.time, begin, ticking.rows) === begin;
      const actions = isChanged ? takeActions(shares, ticking.time[begin] ?? Number.NaN) : [];
      const changes = isChanged ? [{ symbol: 0, actions, replay: beginsAnew(shares, actions) ? replay() : [] }] : [];
      const end = firstChanged(shares, ticking.time, begin, ticking.rows);
      const rows = rowsBetween(ticking, begin, end);
      passRows(shares, rows);
      const { state, stretch } = stretchOf(rows, firstRow, session);
      yield { ...stretch, changes };
      session = state;
      firstRow += rows.rows;
      begin = end;
    }
  }
}
