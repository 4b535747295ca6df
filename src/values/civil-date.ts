/**
 * Dates of the Gregorian calendar as integers: days since 1970-01-01. No time zone, no Date object.
 * Formulas: a year is counted from 1 March, so that the leap day is its last (the classic days-from-civil derivation).
 */
export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

const DAYS_PER_ERA = 146_097;
const DAYS_BEFORE_EPOCH = 719_468;

/** Days since 1970-01-01 of a date; months and days beyond their range carry over. */
export function dayNumber(year: number, month: number, day: number): number {
  const fromMarch = month - 3;
  const shiftedYear = year + Math.floor(fromMarch / 12);
  const shiftedMonth = fromMarch - 12 * Math.floor(fromMarch / 12);
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * shiftedMonth + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_BEFORE_EPOCH;
}

/** The date of a day number. */
export function civilDate(dayNumberSinceEpoch: number): CivilDate {
  const shifted = dayNumberSinceEpoch + DAYS_BEFORE_EPOCH;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** 1 (Monday) to 7 (Sunday). */
export function weekday(dayNumberSinceEpoch: number): number {
  const fromMonday = dayNumberSinceEpoch + 3;
  return fromMonday - 7 * Math.floor(fromMonday / 7) + 1;
}

/** Days in a month, 28 to 31. */
export function monthLength(year: number, month: number): number {
  return dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);
}

/** "2013-10-07". */
export function dateText(dayNumberSinceEpoch: number): string {
  const { year, month, day } = civilDate(dayNumberSinceEpoch);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
