import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  always,
  DAY,
  fromNewYork,
  HOUR,
  MINUTE,
  newYorkLag,
  nyse,
  outsideCalendar,
  sessionsLeftInMonth,
} from "../../src/market/calendars.ts";
import { civilDate, dateText, dayNumber, weekday } from "../../src/values/civil-date.ts";
import { sharedFile } from "../data/shared-data.ts";

describe("dates", () => {
  test("day numbers agree with the platform's calendar from 1900 to 2100", () => {
    for (let day = dayNumber(1900, 1, 1); day <= dayNumber(2100, 12, 31); day++) {
      const platform = new Date(day * 86_400_000);
      expect(dateText(day)).toBe(platform.toISOString().slice(0, 10));
      const { year, month, day: date } = civilDate(day);
      expect(dayNumber(year, month, date)).toBe(day);
      expect(weekday(day) % 7).toBe(platform.getUTCDay());
    }
  });
});

describe("New York", () => {
  test("the lag agrees with the platform's time zones every five hours from 1990 to 2030", () => {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", hour: "2-digit", hourCycle: "h23" });
    for (let hour = dayNumber(1990, 1, 1) * 24; hour < dayNumber(2031, 1, 1) * 24; hour += 5) {
      const local = hour - newYorkLag(hour * HOUR) / HOUR;
      expect(((local % 24) + 24) % 24).toBe(Number(format.format(new Date(hour * 3_600_000))));
    }
  });

  test("half past two does not exist when clocks go forward", () => {
    expect(fromNewYork(dayNumber(2019, 3, 10), 2 * HOUR + 30 * MINUTE)).toEqual({ kind: "nonexistent" });
    expect(fromNewYork(dayNumber(2019, 3, 10), 3 * HOUR)).toEqual({ kind: "instant", instant: dayNumber(2019, 3, 10) * DAY + 7 * HOUR });
  });

  test("half past one exists twice when clocks go back, and the first is taken", () => {
    const wall = fromNewYork(dayNumber(2019, 11, 3), HOUR + 30 * MINUTE);
    expect(wall).toEqual({ kind: "ambiguous", instant: dayNumber(2019, 11, 3) * DAY + 5 * HOUR + 30 * MINUTE });
    expect(fromNewYork(dayNumber(2019, 11, 3), 2 * HOUR).kind).toBe("instant");
  });
});

describe("the NYSE", () => {
  test("closes at one on the day after Thanksgiving, and has no session on Thanksgiving", () => {
    const thanksgiving = dayNumber(2018, 11, 22);
    expect(nyse.isSession(thanksgiving)).toBe(false);
    expect(nyse.close(thanksgiving) - thanksgiving * DAY).toBe(21 * HOUR);
    expect(nyse.isSession(thanksgiving + 1)).toBe(true);
    expect(nyse.close(thanksgiving + 1) - (thanksgiving + 1) * DAY).toBe(18 * HOUR);
  });

  test("was closed from 11 to 14 September 2001", () => {
    expect([10, 11, 12, 13, 14, 17].filter((day) => nyse.isSession(dayNumber(2001, 9, day)))).toEqual([10, 17]);
  });

  test("has a known number of sessions a year", () => {
    const sessions = (year: number) => {
      let count = 0;
      for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++) if (nyse.isSession(day)) count++;
      return count;
    };
    expect([1990, 2001, 2012, 2020, 2024].map(sessions)).toEqual([253, 248, 250, 253, 252]);
  });

  test("a date before its table is a problem that names the table", () => {
    expect(outsideCalendar(nyse, dayNumber(1989, 12, 29) * DAY + 21 * HOUR)?.message).toMatch(/1989-12-29 .* 1990-01-01 to 2030-12-31/);
    expect(outsideCalendar(nyse, dayNumber(2030, 12, 31) * DAY + 21 * HOUR)).toBeNull();
    expect(outsideCalendar(always, dayNumber(1950, 1, 3) * DAY)).toBeNull();
  });

  test("counts the sessions left in a month", () => {
    expect(sessionsLeftInMonth(nyse, dayNumber(2019, 2, 15))).toBe(8);
    expect(sessionsLeftInMonth(nyse, dayNumber(2019, 2, 28))).toBe(0);
    expect(sessionsLeftInMonth(always, dayNumber(2020, 2, 1))).toBe(28);
  });

  const hours = sharedFile("lean/market-hours-database.json.gz");
  test.skipIf(hours === null)("agrees with LEAN's market hours: every holiday and every early close from 1998 to 2028", () => {
    const known = lean(hours ?? "");
    for (let day = dayNumber(1998, 1, 1); day <= dayNumber(2028, 12, 31); day++) {
      const date = dateText(day);
      if (weekday(day) > 5 || KNOWN_DIFFERENCES.has(date)) continue;
      expect([date, nyse.isSession(day)]).toEqual([date, !known.holidays.has(date)]);
      const isEarly = nyse.close(day) - nyse.open(day) < 6.5 * HOUR;
      if (nyse.isSession(day)) expect([date, isEarly]).toEqual([date, known.early.has(date)]);
    }
  });
});

/** Early closes that the exchange had and LEAN's table leaves out. */
const KNOWN_DIFFERENCES = new Set(["1998-11-27", "1998-12-24", "1999-12-31"]);

function lean(path: string): { readonly holidays: ReadonlySet<string>; readonly early: ReadonlySet<string> } {
  expect(existsSync(path)).toBe(true);
  const database = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
    entries: Record<string, { holidays: string[]; earlyCloses: Record<string, string> }>;
  };
  const entry = database.entries["Equity-usa-[*]"];
  const iso = (text: string) => {
    const [month, day, year] = text.split("/").map(Number);
    return dateText(dayNumber(year ?? 0, month ?? 0, day ?? 0));
  };
  return { holidays: new Set(entry?.holidays.map(iso)), early: new Set(Object.keys(entry?.earlyCloses ?? {}).map(iso)) };
}
