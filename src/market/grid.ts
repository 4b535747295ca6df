/**
 * The grid of a slower clock (semantics 10.2): the instants at which it can tick, from the calendar alone. Widths below a day divide each session's
 * span from its begin on, and the span's end is always an instant (an early close, or a last bar that is shorter); longer ones tick at the end of
 * a session: each, or the last of its ISO week or month.
 */
import { civilDate, monthLength, weekday } from "../values/civil-date.ts";
import { type Calendar, DAY } from "./calendars.ts";
import { MONTH, WEEK } from "./widths.ts";

/** What of a session a grid covers: its regular hours, or its whole date. */
export type SpanKind = "regular" | "date";

/** The first instant of a grid at or after a time within the calendar, UTC microseconds; infinite where the calendar ends before it. */
export type Grid = (time: number) => number;

/** The grid of a clock of this nominal width (microseconds; `DAY`, `WEEK` and `MONTH` by the calendar). */
export function gridOf(calendar: Calendar, width: number, span: SpanKind): Grid {
  switch (width) {
    case DAY:
      return (time) => periodEnd(calendar, span, dayOf, time);
    case WEEK:
      return (time) => periodEnd(calendar, span, weekOf, time);
    case MONTH:
      return (time) => periodEnd(calendar, span, monthOf, time);
    default:
      return (time) => partEnd(calendar, span, width, time);
  }
}

function spanBegin(calendar: Calendar, span: SpanKind, day: number): number {
  return span === "regular" ? calendar.open(day) : calendar.midnight(day);
}

function spanEnd(calendar: Calendar, span: SpanKind, day: number): number {
  return span === "regular" ? calendar.close(day) : calendar.midnight(day + 1);
}

function partEnd(calendar: Calendar, span: SpanKind, width: number, time: number): number {
  const day = sessionEndingAtOrAfter(calendar, span, time);
  if (day === null) return Number.POSITIVE_INFINITY;
  const begin = spanBegin(calendar, span, day);
  const parts = Math.max(1, Math.ceil((time - begin) / width));
  return Math.min(begin + parts * width, spanEnd(calendar, span, day));
}

/** The first session whose span ends at or after a time; null beyond the calendar. */
function sessionEndingAtOrAfter(calendar: Calendar, span: SpanKind, time: number): number | null {
  const first = Math.max(calendar.dateOf(time - 1), calendar.firstDay);
  for (let day = first; day <= calendar.lastDay; day++) {
    if (calendar.isSession(day) && time <= spanEnd(calendar, span, day)) return day;
  }
  return null;
}

/** The dates of a period, first and last. */
interface Period {
  readonly first: number;
  readonly last: number;
}

function dayOf(day: number): Period {
  return { first: day, last: day };
}

function weekOf(day: number): Period {
  const first = day - weekday(day) + 1;
  return { first, last: first + 6 };
}

function monthOf(day: number): Period {
  const { year, month, day: ofMonth } = civilDate(day);
  const first = day - ofMonth + 1;
  return { first, last: first + monthLength(year, month) - 1 };
}

/** The end of the last session of the first period that ends at or after a time. Of a period that the calendar does not cover whole, the end is not known. */
function periodEnd(calendar: Calendar, span: SpanKind, periodOf: (day: number) => Period, time: number): number {
  let period = periodOf(calendar.dateOf(time - 1));
  while (period.last <= calendar.lastDay) {
    const last = lastSession(calendar, period);
    if (last !== null && time <= spanEnd(calendar, span, last)) return spanEnd(calendar, span, last);
    period = periodOf(period.last + 1);
  }
  return Number.POSITIVE_INFINITY;
}

function lastSession(calendar: Calendar, { first, last }: Period): number | null {
  for (let day = last; day >= first; day--) if (calendar.isSession(day)) return day;
  return null;
}
