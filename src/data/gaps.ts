/** Missing bars, for information: data sets without gaps are rare, and a gap is no mistake. */
import { type Calendar, DAY } from "../market/calendars.ts";
import { sessionRuns } from "../market/sessions.ts";
import { widthText } from "./conventions.ts";
import { utcText } from "./instants.ts";

/** What is missing inside sessions, in words; null where nothing is. */
export function describeGaps(time: Float64Array, rows: number, width: number, calendar: Calendar): string | null {
  if (width === DAY) return describeMissingSessions(time, rows, calendar);
  let count = 0;
  let largest = { length: 0, row: 0 };
  for (const run of sessionRuns(calendar, time, rows)) {
    for (let row = run.from + 1; row < run.to; row++) {
      const missing = (time[row] ?? 0) - (time[row - 1] ?? 0) - width;
      if (missing <= 0) continue;
      count++;
      if (missing > largest.length) largest = { length: missing, row };
    }
  }
  if (count === 0) return null;
  const where = `after ${utcText(time[largest.row - 1] ?? 0)}`;
  return `${count} gap${count === 1 ? "" : "s"} inside sessions, the largest ${widthText(largest.length)} ${where} (information only)`;
}

function describeMissingSessions(time: Float64Array, rows: number, calendar: Calendar): string | null {
  let count = 0;
  let largest = { length: 0, row: 0 };
  for (let row = 1; row < rows; row++) {
    const from = calendar.dateOf((time[row - 1] ?? 0) - 1) + 1;
    const to = calendar.dateOf((time[row] ?? 0) - 1);
    let missing = 0;
    for (let day = from; day < to; day++) if (calendar.isSession(day)) missing++;
    count += missing;
    if (missing > largest.length) largest = { length: missing, row };
  }
  if (count === 0) return null;
  const where = `after ${utcText(time[largest.row - 1] ?? 0)}`;
  return `${count} session${count === 1 ? "" : "s"} without a row, the most together ${largest.length} ${where} (information only)`;
}
