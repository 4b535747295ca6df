/** Turns the printed times of a table into bar ends in UTC microseconds, in place (semantics 1.1 and 1.3). */
import { type Calendar, DAY, fromNewYork, outsideCalendar } from "../market/calendars.ts";
import type { Conventions } from "./conventions.ts";
import { civilText } from "./instants.ts";
import { type DataProblem, type FindingLog, problem, record } from "./problems.ts";
import { dropRows, fileOf, type RowTable } from "./rows.ts";

/** Converts every row; rows whose local time does not exist or exists twice are recorded and left out. */
export function convertToEnds(table: RowTable, conventions: Conventions, width: number, calendar: Calendar, log: FindingLog): void {
  const { time, rows } = table;
  switch (conventions.kind) {
    case "sessions":
      for (let row = 0; row < rows; row++) time[row] = calendar.close(conventions.date(time[row] ?? 0));
      return;
    case "intraday":
      if (conventions.zone === "exchange") fromNewYorkTimes(table, log);
      if (conventions.stamp === "start") for (let row = 0; row < table.rows; row++) time[row] = (time[row] ?? 0) + width;
      return;
  }
}

/** The problem of a sorted table that reaches beyond the calendar's dates, else null. */
export function outsideTable(table: RowTable, calendar: Calendar): DataProblem | null {
  for (const row of table.rows === 0 ? [] : [0, table.rows - 1]) {
    const outside = outsideCalendar(calendar, table.time[row] ?? 0);
    if (outside === null) continue;
    return problem("D107", fileOf(table, row), table.line[row] ?? 0, outside.message);
  }
  return null;
}

/** New York times to instants. */
function fromNewYorkTimes(table: RowTable, log: FindingLog): void {
  const dropped = new Uint8Array(table.rows);
  const instantOf = newYorkInstants();
  for (let row = 0; row < table.rows; row++) {
    const printed = table.time[row] ?? 0;
    const found = instantOf(printed);
    if (typeof found === "number") table.time[row] = found;
    else {
      record(log, found, fileOf(table, row), table.line[row] ?? 0, () => `${civilText(printed)} in New York`);
      dropped[row] = 1;
    }
  }
  dropRows(table, dropped);
}

/** Converts New York times, in microseconds of their clock, one after the other; what clocks skipped or showed twice is a problem of its row. On all but two days of a year the lag is one for the whole day. */
export function newYorkInstants(): (printed: number) => number | "D213" | "D214" {
  let day = Number.NaN;
  let lag: number | null = null;
  return (printed) => {
    if (Math.floor(printed / DAY) !== day) {
      day = Math.floor(printed / DAY);
      lag = lagOfDay(day);
    }
    if (lag !== null) return printed + lag;
    const wall = fromNewYork(day, printed - day * DAY);
    if (wall.kind === "instant") return wall.instant;
    return wall.kind === "nonexistent" ? "D213" : "D214";
  };
}

/** The lag of a whole day, or null on a day when clocks change. */
function lagOfDay(day: number): number | null {
  const first = fromNewYork(day, 0);
  const last = fromNewYork(day, DAY - 1);
  if (first.kind !== "instant" || last.kind !== "instant") return null;
  return last.instant - first.instant === DAY - 1 ? first.instant - day * DAY : null;
}
