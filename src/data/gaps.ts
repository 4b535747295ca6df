/** Missing bars and bars where none are expected: data sets without gaps are rare, and a gap is no mistake, so that they are told and nothing more. */
import { type Calendar, DAY } from "../market/calendars.ts";
import { sessionRuns } from "../market/sessions.ts";
import { dateText } from "../values/civil-date.ts";
import { widthText } from "./conventions.ts";
import { utcText } from "./instants.ts";
import { type ProblemCode, titleOf } from "./problems.ts";
import type { RowTable } from "./rows.ts";

/** How often something occurs, where first, and where most of it. */
interface Tally {
  count: number;
  /** The row after which, or on which, it is found first. */
  first: number;
  largest: number;
  /** Words for the place of the largest. */
  where: string;
}

/** What is missing inside sessions, which sessions are, and which rows lie on other dates; a line each, none where nothing is. */
export function describeGaps(table: RowTable, width: number, calendar: Calendar): readonly string[] {
  const [bars, sessions, closed] = [emptyTally(), emptyTally(), emptyTally()];
  const { time, rows } = table;
  let before: number | null = null;
  for (const { day, from, to } of sessionRuns(calendar, time, rows)) {
    if (width !== DAY) countGaps(bars, time, from, to, width);
    if (before !== null) tally(sessions, sessionsBetween(calendar, before, day), from - 1, `after ${dateText(before)}`);
    if (!calendar.isSession(day)) tally(closed, to - from, from, `on ${dateText(day)}`);
    before = day;
  }
  return [
    ...found(table, "D218", bars, `the largest ${widthText(bars.largest)} ${bars.where}`),
    ...found(table, "D219", sessions, `the most together ${sessions.largest} ${sessions.where}`),
    ...found(table, "D220", closed, `the most ${closed.where}`),
  ];
}

function emptyTally(): Tally {
  return { count: 0, first: 0, largest: 0, where: "" };
}

/** The line of a kind, if there is any: the first place by file and line. */
function found(table: RowTable, code: ProblemCode, { count, first }: Tally, largest: string): readonly string[] {
  if (count === 0) return [];
  const file = table.files[table.source[first] ?? 0] ?? "";
  return [`${file}:${table.line[first]}: ${titleOf(code)}: ${count}, the first here, ${largest} (information only) [${code}]`];
}

function countGaps(gaps: Tally, time: Float64Array, from: number, to: number, width: number): void {
  for (let row = from + 1; row < to; row++) {
    const missing = (time[row] ?? 0) - (time[row - 1] ?? 0) - width;
    if (missing <= 0) continue;
    if (gaps.count++ === 0) gaps.first = row - 1;
    if (missing <= gaps.largest) continue;
    gaps.largest = missing;
    gaps.where = `after ${utcText(time[row - 1] ?? 0)}`;
  }
}

function sessionsBetween(calendar: Calendar, before: number, after: number): number {
  let count = 0;
  for (let day = before + 1; day < after; day++) if (calendar.isSession(day)) count++;
  return count;
}

/** Adds `amount` at a row. */
function tally(total: Tally, amount: number, row: number, where: string): void {
  if (total.count === 0) total.first = row;
  total.count += amount;
  if (amount <= total.largest) return;
  total.largest = amount;
  total.where = where;
}
