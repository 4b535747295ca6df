import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BarChunk } from "../../src/market/bars.ts";
import { always, DAY, HOUR, MINUTE, nyse } from "../../src/market/calendars.ts";
import { BEFORE_FIRST_SESSION, regularRows, type SessionField, type SessionRows, sessionRows } from "../../src/market/sessions.ts";
import { civilDate, dayNumber, weekday } from "../../src/values/civil-date.ts";

const FIELDS: readonly SessionField[] = [
  "session_bar",
  "session_elapsed",
  "session_remaining",
  "session_weekday",
  "session_day_of_month",
  "session_days_left_in_month",
];

/** 15 February 2019, a Friday: open at 14:30, close at 21:00 UTC. */
const FRIDAY = dayNumber(2019, 2, 15) * DAY;

function sessions(ends: readonly number[], fields = FIELDS): SessionRows {
  const result = sessionRows(nyse, Float64Array.from(ends), ends.length, fields, BEFORE_FIRST_SESSION);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

function chunkOf(ends: readonly number[]): BarChunk {
  const time = Float64Array.from(ends);
  const column = time.map((_, row) => row);
  return { rows: ends.length, time, columns: { open: column, high: column, low: column, close: column, volume: column } };
}

function regular(ends: readonly number[], width: number): readonly number[] {
  const result = regularRows(nyse, width, chunkOf(ends));
  if (!result.ok) throw new Error(result.problem.message);
  expect(result.value.columns.volume?.length).toBe(result.value.rows);
  return [...result.value.time];
}

describe("session rows", () => {
  test("a bar that ends at New York's midnight belongs to the day before", () => {
    const midnight = FRIDAY + 29 * HOUR;
    const rows = sessions([midnight - MINUTE, midnight, midnight + MINUTE]);
    expect(rows.starts).toEqual([0, 2]);
    expect([...(rows.columns.session_bar ?? [])]).toEqual([1, 2, 1]);
    expect([...(rows.columns.session_day_of_month ?? [])]).toEqual([15, 15, 16]);
    expect([...(rows.columns.session_weekday ?? [])]).toEqual([5, 5, 6]);
  });

  test("elapsed and remaining are measured from the open and to the close, and may be negative", () => {
    const rows = sessions([FRIDAY + 14 * HOUR, FRIDAY + 14.5 * HOUR + MINUTE, FRIDAY + 21 * HOUR, FRIDAY + 22 * HOUR]);
    expect([...(rows.columns.session_elapsed ?? [])]).toEqual([-30 * MINUTE, MINUTE, 6.5 * HOUR, 7.5 * HOUR]);
    expect([...(rows.columns.session_remaining ?? [])]).toEqual([7 * HOUR, 389 * MINUTE + 0 * HOUR, 0, -HOUR]);
  });

  test("an early close counts", () => {
    const blackFriday = dayNumber(2018, 11, 23) * DAY;
    expect([...(sessions([blackFriday + 17 * HOUR]).columns.session_remaining ?? [])]).toEqual([HOUR]);
  });

  test("a date outside the table is a problem, not a guess", () => {
    const result = sessionRows(nyse, Float64Array.of(FRIDAY, dayNumber(2031, 1, 2) * DAY), 2, [], BEFORE_FIRST_SESSION);
    expect(result).toMatchObject({ ok: false, problem: { kind: "outside_calendar", calendar: "nyse" } });
  });

  test("with always, sessions are UTC days", () => {
    const result = sessionRows(
      always,
      Float64Array.of(FRIDAY, FRIDAY + MINUTE),
      2,
      ["session_elapsed", "session_remaining"],
      BEFORE_FIRST_SESSION,
    );
    expect(result.ok && result.value.starts).toEqual([0, 1]);
    expect(result.ok && [...(result.value.columns.session_elapsed ?? [])]).toEqual([DAY, MINUTE]);
    expect(result.ok && [...(result.value.columns.session_remaining ?? [])]).toEqual([0, DAY - MINUTE]);
  });

  const ends = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 300 }).map((steps) => {
    let end = FRIDAY - 20 * DAY;
    return steps.map((step) => {
      end += step * MINUTE;
      return end;
    });
  });

  test("in chunks of any size the columns are the same as in one", () => {
    fc.assert(
      fc.property(ends, fc.integer({ min: 1, max: 40 }), (time, size) => {
        const whole = sessions(time);
        let state = BEFORE_FIRST_SESSION;
        const starts: number[] = [];
        for (let from = 0; from < time.length; from += size) {
          const part = Float64Array.from(time.slice(from, from + size));
          const result = sessionRows(nyse, part, part.length, FIELDS, state);
          if (!result.ok) throw new Error(result.problem.message);
          state = result.value.state;
          starts.push(...result.value.starts.map((row) => row + from));
          for (const field of FIELDS)
            expect([...(result.value.columns[field] ?? [])]).toEqual([...(whole.columns[field] ?? [])].slice(from, from + size));
        }
        expect(starts).toEqual(whole.starts);
        expect(state).toEqual(whole.state);
      }),
      { numRuns: 50 },
    );
  });

  test("every row agrees with the calendar asked row by row", () => {
    fc.assert(
      fc.property(ends, (time) => {
        const { columns } = sessions(time);
        for (const [row, end] of time.entries()) {
          const day = nyse.dateOf(end - 1);
          expect(columns.session_elapsed?.[row]).toBe(end - nyse.open(day));
          expect(columns.session_weekday?.[row]).toBe(weekday(day));
          expect(columns.session_day_of_month?.[row]).toBe(civilDate(day).day);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("regular rows", () => {
  test("keep the bars that lie inside open to close", () => {
    const open = FRIDAY + 14.5 * HOUR;
    const close = FRIDAY + 21 * HOUR;
    expect(regular([open, open + MINUTE, open + 2 * MINUTE, close, close + MINUTE], MINUTE)).toEqual([
      open + MINUTE,
      open + 2 * MINUTE,
      close,
    ]);
  });

  test("drop a bar that begins before the open though it ends inside", () => {
    const open = FRIDAY + 14.5 * HOUR;
    expect(regular([open + HOUR / 2, open + 1.5 * HOUR], HOUR)).toEqual([open + 1.5 * HOUR]);
  });

  test("drop dates that are no sessions, and keep the order of several", () => {
    const noon = [FRIDAY, FRIDAY + DAY, FRIDAY + 3 * DAY, FRIDAY + 4 * DAY].map((day) => day + 17 * HOUR);
    expect(regular(noon, MINUTE)).toEqual([noon[0], noon[3]]);
  });

  test("a bar of a day is its session's", () => {
    expect(regular([FRIDAY + 21 * HOUR, FRIDAY + DAY + 21 * HOUR], DAY)).toEqual([FRIDAY + 21 * HOUR]);
  });

  test("a chunk that is regular throughout is not copied", () => {
    const chunk = chunkOf([FRIDAY + 15 * HOUR, FRIDAY + 16 * HOUR]);
    const result = regularRows(nyse, MINUTE, chunk);
    expect(result.ok && result.value.time.buffer).toBe(chunk.time.buffer);
  });
});
