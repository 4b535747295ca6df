/**
 * Session calendars (semantics 1.2 to 1.5): which date an instant belongs to, when that date's session opens and closes.
 * `nyse` is the New York Stock Exchange by table (1990 to 2030) with daylight saving time by rule; `always` takes each UTC day as a session.
 * Instants are UTC microseconds, dates are day numbers (values/civil-date.ts).
 */
import { civilDate, dateText, dayNumber, monthLength, weekday } from "../values/civil-date.ts";
import { XNYS_YEARS } from "./calendar-tables/xnys.ts";

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type CalendarName = "nyse" | "always";

export interface Calendar {
  readonly name: CalendarName;
  /** The dates it knows, first and last; for others its functions have no meaning. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** The local date of an instant. */
  dateOf(instant: number): number;
  /** The instant at which a local date begins. */
  midnight(day: number): number;
  isSession(day: number): boolean;
  /** Regular open and close of a date; for a date that is no session those of an ordinary one. */
  open(day: number): number;
  close(day: number): number;
}

/** A wall-clock time in New York that names one instant, two (when clocks go back) or none (when they go forward). */
export type WallTime = { readonly kind: "instant" | "ambiguous"; readonly instant: number } | { readonly kind: "nonexistent" };

const OPEN = 9 * HOUR + 30 * MINUTE;
const CLOSE = 16 * HOUR;
const STANDARD = 5 * HOUR;
const SUMMER = 4 * HOUR;

/**
 * The instants between which New York is four hours behind UTC. Uniform Time Act as amended in 1986 (first Sunday of April to last of October)
 * and by the Energy Policy Act of 2005 (from 2007: second Sunday of March to first of November); changes at 02:00 of the clock in force.
 */
function summerTime(year: number): { readonly begin: number; readonly end: number } {
  const since2007 = year >= 2007;
  const first = since2007 ? sundayOnOrAfter(dayNumber(year, 3, 8)) : sundayOnOrAfter(dayNumber(year, 4, 1));
  const last = since2007 ? sundayOnOrAfter(dayNumber(year, 11, 1)) : sundayOnOrAfter(dayNumber(year, 10, 25));
  return { begin: first * DAY + 2 * HOUR + STANDARD, end: last * DAY + 2 * HOUR + SUMMER };
}

function sundayOnOrAfter(day: number): number {
  return day + 7 - weekday(day);
}

/** How far New York is behind UTC at an instant, in microseconds. */
export function newYorkLag(instant: number): number {
  const { begin, end } = summerTime(civilDate(Math.floor((instant - STANDARD) / DAY)).year);
  return begin <= instant && instant < end ? SUMMER : STANDARD;
}

/** The instant at which clocks in New York show `timeOfDay` (microseconds since midnight, below a day) on a date; of two, the first. */
export function fromNewYork(day: number, timeOfDay: number): WallTime {
  const { begin, end } = summerTime(civilDate(day).year);
  const summer = day * DAY + timeOfDay + SUMMER;
  const standard = day * DAY + timeOfDay + STANDARD;
  const inSummer = begin <= summer && summer < end;
  const inStandard = standard < begin || standard >= end;
  if (inSummer) return { kind: inStandard ? "ambiguous" : "instant", instant: summer };
  return inStandard ? { kind: "instant", instant: standard } : { kind: "nonexistent" };
}

/** A New York time that is never skipped or repeated (changes are at 02:00 on Sundays). */
function certain(day: number, timeOfDay: number): number {
  const wall = fromNewYork(day, timeOfDay);
  if (wall.kind !== "instant") throw new Error(`no single instant at ${timeOfDay} on ${dateText(day)}`);
  return wall.instant;
}

function nyseCalendar(): Calendar {
  const closed = new Set<number>();
  const earlyClose = new Map<number, number>();
  for (const { year, closed: dates, early } of XNYS_YEARS) {
    for (const date of words(dates)) closed.add(dayNumber(year, number(date, 0), number(date, 3)));
    for (const date of words(early)) {
      earlyClose.set(dayNumber(year, number(date, 0), number(date, 3)), number(date, 6) * HOUR + number(date, 9) * MINUTE);
    }
  }
  return {
    name: "nyse",
    firstDay: dayNumber(XNYS_YEARS[0]?.year ?? 0, 1, 1),
    lastDay: dayNumber(XNYS_YEARS.at(-1)?.year ?? 0, 12, 31),
    dateOf: (instant) => Math.floor((instant - newYorkLag(instant)) / DAY),
    midnight: (day) => certain(day, 0),
    isSession: (day) => weekday(day) < 6 && !closed.has(day),
    open: (day) => certain(day, OPEN),
    close: (day) => certain(day, earlyClose.get(day) ?? CLOSE),
  };
}

function words(text: string): readonly string[] {
  return text === "" ? [] : text.split(" ");
}

/** The two digits at `at`. */
function number(text: string, at: number): number {
  return Number(text.slice(at, at + 2));
}

export const nyse: Calendar = nyseCalendar();

export const always: Calendar = {
  name: "always",
  firstDay: dayNumber(1, 1, 1),
  lastDay: dayNumber(9999, 12, 31),
  dateOf: (instant) => Math.floor(instant / DAY),
  midnight: (day) => day * DAY,
  isSession: () => true,
  open: (day) => day * DAY,
  close: (day) => (day + 1) * DAY,
};

export function calendarNamed(name: CalendarName): Calendar {
  switch (name) {
    case "nyse":
      return nyse;
    case "always":
      return always;
  }
}

/** Sessions after `day` in its month (semantics 1.5). */
export function sessionsLeftInMonth(calendar: Calendar, day: number): number {
  const date = civilDate(day);
  const last = day - date.day + monthLength(date.year, date.month);
  let count = 0;
  for (let later = day + 1; later <= last; later++) if (calendar.isSession(later)) count++;
  return count;
}

/** Says that an instant lies outside the dates a calendar knows. */
export interface OutsideCalendar {
  readonly kind: "outside_calendar";
  readonly calendar: CalendarName;
  /** End of the bar, UTC microseconds. */
  readonly time: number;
  /** Plain words for the user. */
  readonly message: string;
}

/** What is wrong where a bar's end lies outside the calendar's dates, else null. */
export function outsideCalendar(calendar: Calendar, end: number): OutsideCalendar | null {
  const day = calendar.dateOf(end - 1);
  if (day >= calendar.firstDay && day <= calendar.lastDay) return null;
  const span = `${dateText(calendar.firstDay)} to ${dateText(calendar.lastDay)}`;
  const message = `${dateText(day)} is outside the ${calendar.name} calendar, which knows ${span}`;
  return { kind: "outside_calendar", calendar: calendar.name, time: end, message };
}
