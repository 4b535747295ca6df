/**
 * Times as data files print them, read from bytes into microseconds without making strings. A file has one format, found on its first rows.
 */

import { DAY, HOUR, MINUTE, SECOND } from "../market/calendars.ts";
import { dayNumber, monthLength } from "../values/civil-date.ts";
import { powerOfTen } from "../values/wide.ts";

export type TimeFormat =
  /** 2013-10-07, 2013/10/07 or 2013.10.07, with or without a time of day and an offset. */
  | { readonly kind: "year_first" }
  /** 20131007, 20131007 093000, 20131007 09:30, 20131007T093000Z. */
  | { readonly kind: "compact" }
  /** 10/7/2013 and, with `dayFirst`, 7.10.2013. */
  | { readonly kind: "year_last"; readonly dayFirst: boolean }
  /** Since 1970-01-01 UTC. */
  | { readonly kind: "epoch"; readonly unit: EpochUnit }
  /** Milliseconds since midnight of a date that the file's name gives. */
  | { readonly kind: "millisecond_of_day"; readonly day: number };

export type EpochUnit = "s" | "ms" | "us" | "ns";

/** Where `readTime` leaves its time. */
export interface PrintedTime {
  /** Microseconds since 1970: of the clock the file was written by, or of UTC where `utc`. */
  micros: number;
  utc: boolean;
}

/** A reading position, moved along by the parts of a time. */
interface Cursor {
  at: number;
  readonly to: number;
}

const ZERO = 48;
const SPACE = 32;
const COLON = 58;
const POINT = 46;
const COMMA = 44;
const PLUS = 43;
const MINUS = 45;
const SLASH = 47;
const LETTER_T = 84;
const LETTER_Z = 90;

/** Reads `bytes[from..to)` into `out`; false if it is no time in this format. */
export function readTime(format: TimeFormat, bytes: Uint8Array, from: number, to: number, out: PrintedTime): boolean {
  const cursor = { at: from, to };
  out.utc = false;
  switch (format.kind) {
    case "year_first":
      return readYearFirst(bytes, cursor, out) && readRest(bytes, cursor, out);
    case "compact":
      return readCompact(bytes, cursor, out) && readRest(bytes, cursor, out);
    case "year_last":
      return readYearLast(bytes, cursor, format.dayFirst, out) && readRest(bytes, cursor, out);
    case "epoch":
      return readEpoch(bytes, cursor, format.unit, out);
    case "millisecond_of_day": {
      const milliseconds = readDigits(bytes, cursor, 8);
      out.micros = format.day * DAY + milliseconds * 1_000;
      return cursor.at === to && milliseconds >= 0 && milliseconds * 1_000 < DAY;
    }
  }
}

/** Reads a time of day alone ("09:30", "093000", "930") and adds it to `out`; for files with date and time in two columns. */
export function addTimeOfDay(bytes: Uint8Array, from: number, to: number, out: PrintedTime): boolean {
  const cursor = { at: from, to };
  return readTimeOfDay(bytes, cursor, out) && readZone(bytes, cursor, out) && cursor.at === to;
}

/** Up to `most` digits as a number, -1 if there is none. */
function readDigits(bytes: Uint8Array, cursor: Cursor, most: number): number {
  const end = Math.min(cursor.to, cursor.at + most);
  let value = -1;
  for (; cursor.at < end; cursor.at++) {
    const digit = (bytes[cursor.at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = (value < 0 ? 0 : value * 10) + digit;
  }
  return value;
}

function readYearFirst(bytes: Uint8Array, cursor: Cursor, out: PrintedTime): boolean {
  const start = cursor.at;
  const year = readDigits(bytes, cursor, 4);
  const separator = bytes[cursor.at];
  if (cursor.at - start !== 4 || (separator !== MINUS && separator !== SLASH && separator !== POINT)) return false;
  cursor.at++;
  const month = readDigits(bytes, cursor, 2);
  if (bytes[cursor.at++] !== separator) return false;
  return setDate(year, month, readDigits(bytes, cursor, 2), out);
}

function readCompact(bytes: Uint8Array, cursor: Cursor, out: PrintedTime): boolean {
  const start = cursor.at;
  const date = readDigits(bytes, cursor, 8);
  if (cursor.at - start !== 8) return false;
  return setDate(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100, out);
}

function readYearLast(bytes: Uint8Array, cursor: Cursor, dayFirst: boolean, out: PrintedTime): boolean {
  const first = readDigits(bytes, cursor, 2);
  const separator = bytes[cursor.at++];
  if (separator !== MINUS && separator !== SLASH && separator !== POINT) return false;
  const second = readDigits(bytes, cursor, 2);
  if (bytes[cursor.at++] !== separator) return false;
  const start = cursor.at;
  const printed = readDigits(bytes, cursor, 4);
  const length = cursor.at - start;
  if (length !== 4 && length !== 2) return false;
  const year = length === 4 ? printed : printed + (printed < 70 ? 2000 : 1900);
  return dayFirst ? setDate(year, second, first, out) : setDate(year, first, second, out);
}

function setDate(year: number, month: number, day: number, out: PrintedTime): boolean {
  if (year < 1800 || year > 2200 || month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return false;
  out.micros = dayNumber(year, month, day) * DAY;
  return true;
}

/** What may follow a date: nothing, or a time of day with or without an offset. */
function readRest(bytes: Uint8Array, cursor: Cursor, out: PrintedTime): boolean {
  if (cursor.at === cursor.to) return true;
  const separator = bytes[cursor.at];
  if (separator === SPACE || separator === LETTER_T) cursor.at++;
  return readTimeOfDay(bytes, cursor, out) && readZone(bytes, cursor, out) && cursor.at === cursor.to;
}

function readTimeOfDay(bytes: Uint8Array, cursor: Cursor, out: PrintedTime): boolean {
  const hour = readDigits(bytes, cursor, hasOneHourDigit(bytes, cursor) ? 1 : 2);
  const minute = readNext(bytes, cursor);
  const second = cursor.at < cursor.to ? readNext(bytes, cursor) : 0;
  if (hour === 24) return minute === 0 && second <= 0 && readMidnight(cursor, out);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second > 59) return false;
  out.micros += hour * HOUR + minute * MINUTE + Math.max(second, 0) * SECOND;
  return readFractionOfSecond(bytes, cursor, out) && readHalfDay(bytes, cursor, hour, out);
}

/** Whether the rest is a time without colons whose hour has lost its leading zero: "930", "93000". */
function hasOneHourDigit(bytes: Uint8Array, { at, to }: Cursor): boolean {
  if (to - at !== 3 && to - at !== 5) return false;
  for (let digit = at; digit < to; digit++) if ((bytes[digit] ?? 0) < ZERO || (bytes[digit] ?? 0) > ZERO + 9) return false;
  return true;
}

/** "24:00" is the end of its date (ISO 8601). */
function readMidnight(cursor: Cursor, out: PrintedTime): boolean {
  out.micros += DAY;
  return cursor.at === cursor.to;
}

/** The next two digits, behind a colon or not; -1 if there are none. */
function readNext(bytes: Uint8Array, cursor: Cursor): number {
  if (bytes[cursor.at] === COLON) cursor.at++;
  return readDigits(bytes, cursor, 2);
}

/** Digits behind a point; those beyond the microsecond are left out. */
function readFractionOfSecond(bytes: Uint8Array, cursor: Cursor, out: PrintedTime): boolean {
  if (cursor.at >= cursor.to || (bytes[cursor.at] !== POINT && bytes[cursor.at] !== COMMA)) return true;
  const start = ++cursor.at;
  const digits = readDigits(bytes, cursor, 6);
  if (digits < 0) return false;
  out.micros += digits * powerOfTen(6 - (cursor.at - start));
  readDigits(bytes, cursor, 12);
  return true;
}

/** "AM" or "PM". */
function readHalfDay(bytes: Uint8Array, cursor: Cursor, hour: number, out: PrintedTime): boolean {
  const at = bytes[cursor.at] === SPACE ? cursor.at + 1 : cursor.at;
  const letter = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0).toUpperCase();
  if (at + 2 > cursor.to || (letter !== "AM" && letter !== "PM")) return true;
  if (hour < 1 || hour > 12) return false;
  out.micros += ((hour % 12) + (letter === "PM" ? 12 : 0) - hour) * HOUR;
  cursor.at = at + 2;
  return true;
}

/** Hours behind UTC of the names that mean one offset. */
const ZONE_NAMES: Readonly<Record<string, number>> = { UTC: 0, GMT: 0, EST: 5, EDT: 4 };

/** "Z", "UTC", "EST", "+02:00", "-0500", "GMT+0100" or nothing. */
function readZone(bytes: Uint8Array, cursor: Cursor, out: PrintedTime): boolean {
  if (cursor.at < cursor.to && bytes[cursor.at] === SPACE) cursor.at++;
  if (cursor.at >= cursor.to) return true;
  out.utc = true;
  const first = bytes[cursor.at];
  if (first === PLUS || first === MINUS) return readOffset(bytes, cursor, out);
  if (first === LETTER_Z) {
    cursor.at++;
    return true;
  }
  const behind = ZONE_NAMES[String.fromCharCode(first ?? 0, bytes[cursor.at + 1] ?? 0, bytes[cursor.at + 2] ?? 0)];
  if (behind === undefined || cursor.at + 3 > cursor.to) return false;
  cursor.at += 3;
  out.micros += behind * HOUR;
  return cursor.at === cursor.to || (behind === 0 && readOffset(bytes, cursor, out));
}

function readOffset(bytes: Uint8Array, cursor: Cursor, out: PrintedTime): boolean {
  const sign = bytes[cursor.at++];
  if (sign !== PLUS && sign !== MINUS) return false;
  const hours = readDigits(bytes, cursor, 2);
  const minutes = cursor.at < cursor.to ? readNext(bytes, cursor) : 0;
  out.micros -= (sign === PLUS ? 1 : -1) * (hours * HOUR + minutes * MINUTE);
  return hours >= 0 && hours <= 14 && minutes >= 0 && minutes < 60;
}

/** Whole units, and for seconds and milliseconds a fraction; nanoseconds beyond the microsecond are left out. */
function readEpoch(bytes: Uint8Array, cursor: Cursor, unit: EpochUnit, out: PrintedTime): boolean {
  const digits = unit === "ns" ? cursor.to - cursor.at - 3 : 16;
  const value = digits > 0 ? readDigits(bytes, cursor, digits) : -1;
  if (unit === "ns") readDigits(bytes, cursor, 3);
  const scale = { s: SECOND, ms: 1_000, us: 1, ns: 1 }[unit];
  out.micros = value * scale;
  out.utc = true;
  if (value < 0 || out.micros > Number.MAX_SAFE_INTEGER) return false;
  return readEpochFraction(bytes, cursor, scale, out) && cursor.at === cursor.to;
}

function readEpochFraction(bytes: Uint8Array, cursor: Cursor, scale: number, out: PrintedTime): boolean {
  if (bytes[cursor.at] !== POINT || cursor.at >= cursor.to) return true;
  const start = ++cursor.at;
  const digits = readDigits(bytes, cursor, 6);
  out.micros += Math.floor((Math.max(digits, 0) * scale) / powerOfTen(cursor.at - start));
  readDigits(bytes, cursor, 12);
  return true;
}

/** The unit in which an epoch number of so many digits falls between 1973 and 2286. */
export function epochUnit(wholeDigits: number): EpochUnit | null {
  if (wholeDigits === 9 || wholeDigits === 10) return "s";
  if (wholeDigits === 12 || wholeDigits === 13) return "ms";
  if (wholeDigits === 15 || wholeDigits === 16) return "us";
  if (wholeDigits === 18 || wholeDigits === 19) return "ns";
  return null;
}
