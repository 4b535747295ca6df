/** The timeline of a graph of one symbol and one clock, whose rows are all the instants there are: no row is moved or copied. */
import { firstClock, inputFields } from "../../graph/traverse.ts";
import { calendarNamed } from "../../market/calendars.ts";
import { BEFORE_FIRST_SESSION, regularRows, sessionRows } from "../../market/sessions.ts";
import { isSessionField, period, type RowSelection, succeed } from "../rows.ts";
import type { LaneRows } from "./lane-rows.ts";
import type { TimeStretch } from "./placement.ts";

/** The clock's rows in stretches of at most `capacity`; none is empty. Throws `RunFailure` outside the calendar. */
export async function* soleTimeline({ graph, source, from, to, capacity }: RowSelection): AsyncGenerator<TimeStretch> {
  const calendar = calendarNamed(graph.calendar);
  const { regularOnly, width } = firstClock(graph);
  const fields = [...inputFields(graph)].filter(isSessionField);
  const each = Int32Array.from({ length: capacity }, (_, row) => row);
  let session = BEFORE_FIRST_SESSION;
  let firstRow = 0;
  for await (const chunk of source.chunks(capacity)) {
    const inPeriod = period(chunk, from, to);
    const ticking = regularOnly ? succeed(regularRows(calendar, width, inPeriod)) : inPeriod;
    if (ticking.rows === 0) continue;
    const { state, starts, columns } = succeed(sessionRows(calendar, ticking.time, ticking.rows, fields, session));
    session = state;
    const bars = { ...ticking, columns: { ...ticking.columns, ...columns } };
    const instants = ticking.time.subarray(0, ticking.rows);
    const sameRow = each.subarray(0, ticking.rows);
    const rows: LaneRows = { bars, firstRow, sessionStarts: starts, tickRows: null, instantOf: sameRow, lastRow: sameRow };
    yield { instants, sessionStarts: starts, lane: () => rows };
    firstRow += ticking.rows;
  }
}
