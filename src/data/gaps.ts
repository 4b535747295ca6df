/** Missing bars and bars where none are expected, for information: data sets without gaps are rare, and a gap is no mistake. */
import { type Calendar, DAY } from "../market/calendars.ts";
import { sessionRuns } from "../market/sessions.ts";
import { dateText } from "../values/civil-date.ts";
import { widthText } from "./conventions.ts";
import { utcText } from "./instants.ts";

/** How often something occurs, and where most of it. */
interface Tally {
  count: number;
  largest: number;
  /** Words for the place of the largest. */
  where: string;
}

/** What is missing inside sessions, which sessions are, and which rows lie on other dates; a line each, none where nothing is. */
export function describeGaps(time: Float64Array, rows: number, width: number, calendar: Calendar): readonly string[] {
  const bars: Tally = { count: 0, largest: 0, where: "" };
  const sessions: Tally = { count: 0, largest: 0, where: "" };
  const closed: Tally = { count: 0, largest: 0, where: "" };
  let before: number | null = null;
  for (const { day, from, to } of sessionRuns(calendar, time, rows)) {
    if (width !== DAY) countGaps(bars, time, from, to, width);
    if (before !== null) tally(sessions, sessionsBetween(calendar, before, day), `after ${dateText(before)}`);
    if (!calendar.isSession(day)) tally(closed, to - from, dateText(day));
    before = day;
  }
  const lines: string[] = [];
  if (bars.count > 0) lines.push(`${counted(bars, "gap")} inside sessions, the largest ${widthText(bars.largest)} ${bars.where}`);
  if (sessions.count > 0)
    lines.push(`${counted(sessions, "session")} without a row, the most together ${sessions.largest} ${sessions.where}`);
  if (closed.count > 0) lines.push(`${counted(closed, "row")} on dates that are no sessions, the most on ${closed.where}`);
  return lines.map((line) => `${line} (information only)`);
}

function countGaps(gaps: Tally, time: Float64Array, from: number, to: number, width: number): void {
  for (let row = from + 1; row < to; row++) {
    const missing = (time[row] ?? 0) - (time[row - 1] ?? 0) - width;
    if (missing <= 0) continue;
    gaps.count++;
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

/** Adds `amount` at a place. */
function tally(total: Tally, amount: number, where: string): void {
  total.count += amount;
  if (amount <= total.largest) return;
  total.largest = amount;
  total.where = where;
}

function counted({ count }: Tally, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
