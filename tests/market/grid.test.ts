/** The grid of slower clocks against an enumeration of all instants, session by session. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { always, type Calendar, DAY, HOUR, MINUTE, nyse } from "../../src/market/calendars.ts";
import { gridOf, type SpanKind } from "../../src/market/grid.ts";
import { MONTH, WEEK } from "../../src/market/widths.ts";
import { dayNumber } from "../../src/values/civil-date.ts";

const FIRST = dayNumber(2011, 12, 20);
const LAST = dayNumber(2020, 1, 10);

interface Span {
  readonly day: number;
  readonly begin: number;
  readonly end: number;
}

function spans(calendar: Calendar, kind: SpanKind): readonly Span[] {
  const found: Span[] = [];
  for (let day = FIRST; day <= LAST; day++) {
    if (!calendar.isSession(day)) continue;
    const [begin, end] =
      kind === "regular" ? [calendar.open(day), calendar.close(day)] : [calendar.midnight(day), calendar.midnight(day + 1)];
    found.push({ day, begin, end });
  }
  return found;
}

/** Every instant of the grid, by the words of the page. */
function enumerated(calendar: Calendar, width: number, kind: SpanKind): readonly number[] {
  const all = spans(calendar, kind);
  if (width === DAY) return all.map(({ end }) => end);
  if (width === WEEK || width === MONTH) {
    const last = new Map<string | number, number>();
    for (const { day, end } of all) last.set(width === WEEK ? mondayOf(day) : new Date(day * 86_400_000).toISOString().slice(0, 7), end);
    return [...last.values()];
  }
  return all.flatMap(({ begin, end }) => {
    const instants: number[] = [];
    for (let instant = begin + width; instant < end; instant += width) instants.push(instant);
    return [...instants, end];
  });
}

function mondayOf(day: number): number {
  let monday = day;
  while (new Date(monday * 86_400_000).getUTCDay() !== 1) monday--;
  return monday;
}

const WIDTHS = [5 * MINUTE, 13 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 390 * MINUTE, DAY, WEEK, MONTH];
const CASES = [nyse, always].flatMap((calendar) =>
  (["regular", "date"] as const).flatMap((kind) => WIDTHS.map((width) => [calendar.name, kind, width / MINUTE, calendar] as const)),
);

describe.each(CASES)("%s, %s, %i minutes", (_name, kind, minutes, calendar) => {
  const width = minutes * MINUTE;
  const grid = gridOf(calendar, width, kind);
  const instants = enumerated(calendar, width, kind);

  test("goes from instant to instant as the enumeration does", () => {
    const from = instants.findIndex((instant) => instant > dayNumber(2012, 1, 1) * DAY);
    const steps = instants.slice(from, -6).map((instant, at) => grid(instant + 1) === instants[from + at + 1] && grid(instant) === instant);
    expect(steps.indexOf(false)).toBe(-1);
  });

  test("finds the first instant at or after any time", () => {
    const time = fc.integer({ min: dayNumber(2012, 1, 1) * 1440, max: dayNumber(2019, 12, 20) * 1440 });
    fc.assert(
      fc.property(time, fc.integer({ min: -1, max: 1 }), (minute, offset) => {
        const at = minute * MINUTE + offset;
        expect(grid(at)).toBe(instants.find((instant) => instant >= at));
      }),
      { numRuns: 60 },
    );
  });
});

describe("days that are not like others", () => {
  const utc = (year: number, month: number, day: number, hours: number): number => dayNumber(year, month, day) * DAY + hours * HOUR;

  test("the hours of an early close end with it", () => {
    const hours = gridOf(nyse, HOUR, "regular");
    const open = utc(2018, 11, 23, 14.5);
    expect([open, open + HOUR + 1, open + 3 * HOUR, open + 3 * HOUR + 1].map(hours)).toEqual([
      open + HOUR,
      open + 2 * HOUR,
      open + 3 * HOUR,
      utc(2018, 11, 23, 18),
    ]);
    expect(hours(utc(2018, 11, 23, 18) + 1)).toBe(utc(2018, 11, 26, 15.5));
  });

  test("the week of Good Friday ends on Thursday, a month that ends on a Sunday on its last Friday", () => {
    expect(gridOf(nyse, WEEK, "regular")(utc(2019, 4, 16, 12))).toBe(utc(2019, 4, 18, 20));
    expect(gridOf(nyse, MONTH, "regular")(utc(2019, 3, 5, 12))).toBe(utc(2019, 3, 29, 20));
    expect(gridOf(nyse, MONTH, "date")(utc(2019, 3, 30, 12))).toBe(utc(2019, 5, 1, 4));
  });

  test("a week or month that the calendar does not cover whole has no end", () => {
    expect(gridOf(nyse, WEEK, "regular")(utc(2030, 12, 27, 21))).toBe(utc(2030, 12, 27, 21));
    expect(gridOf(nyse, WEEK, "regular")(utc(2030, 12, 30, 20))).toBe(Number.POSITIVE_INFINITY);
    expect(gridOf(nyse, DAY, "regular")(utc(2030, 12, 31, 21) + 1)).toBe(Number.POSITIVE_INFINITY);
    expect(gridOf(nyse, HOUR, "date")(utc(2031, 1, 1, 5) + 1)).toBe(Number.POSITIVE_INFINITY);
  });
});
