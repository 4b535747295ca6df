/** Small worlds of several symbols and clocks for tests: rows that come, stop and lack, around Thanksgiving 2018. */
import fc from "fast-check";
import type { Clock, Graph } from "../../../src/graph/nodes.ts";
import type { BarSource } from "../../../src/market/bars.ts";
import { DAY, HOUR, MINUTE } from "../../../src/market/calendars.ts";
import { WEEK } from "../../../src/market/widths.ts";
import { dayNumber } from "../../../src/values/civil-date.ts";
import { type BarColumns, barSource } from "../bars.ts";

const WIDTH = 30 * MINUTE;
/** 20 November 2018, a Tuesday, at 09:30 in New York. Thursday has no session, Friday closes at 13:00. */
const BEGIN = dayNumber(2018, 11, 20) * DAY + 14.5 * HOUR;
const SESSIONS = [
  { offset: 0, bars: 13 },
  { offset: 1, bars: 13 },
  { offset: 3, bars: 7 },
  { offset: 6, bars: 13 },
  { offset: 7, bars: 13 },
];

const clock = (name: string, width: number, of: number | null): Clock => ({ name, width, of, regularOnly: of === null, shortLast: true });
export const CLOCKS: readonly Clock[] = [clock("bar", WIDTH, null), clock("hour", HOUR, 0), clock("day", DAY, 1), clock("week", WEEK, 0)];

/** All times at which a row may end. */
export const TIMES: readonly number[] = SESSIONS.flatMap(({ offset, bars }) =>
  Array.from({ length: bars }, (_, bar) => BEGIN + offset * DAY + (bar + 1) * WIDTH),
);

/** One symbol's rows: which of the times it has, and closes in ticks. */
export const rowsArbitrary: fc.Arbitrary<BarColumns> = fc
  .record({
    from: fc.nat(30),
    length: fc.integer({ min: 1, max: TIMES.length }),
    lacks: fc.array(fc.boolean(), { minLength: TIMES.length, maxLength: TIMES.length }),
    dense: fc.boolean(),
    closes: fc.array(fc.integer({ min: 97, max: 103 }), { minLength: TIMES.length, maxLength: TIMES.length }),
  })
  .map(({ from, length, lacks, dense, closes }) => {
    const at = [...TIMES.keys()].filter((at) => at >= from && at < from + length && (dense || lacks[at] !== true));
    const close = Float64Array.from(at, (index) => closes[index] ?? 100);
    return {
      time: Float64Array.from(at, (index) => TIMES[index] ?? 0),
      open: close.map((value, row) => value - (row % 3)),
      high: close.map((value) => value + 3),
      low: close.map((value) => value - 3),
      close,
      volume: close.map((value) => value * 10),
    };
  });

export function sourcesOf(symbols: readonly BarColumns[]): readonly BarSource[] {
  return symbols.map((columns, index) => barSource(columns, { width: WIDTH, priceDecimals: index % 2 }));
}

/** The parts of a graph that say which lanes there are. */
export function frameOf(symbols: number, traded: number): Pick<Graph, "calendar" | "symbols" | "groups" | "clocks"> {
  return {
    calendar: "nyse",
    symbols: Array.from({ length: symbols }, (_, index) => ({ name: `S${index}`, trades: index < traded })),
    groups: [{ name: "universe", symbols: Array.from({ length: traded }, (_, index) => index) }],
    clocks: CLOCKS,
  };
}
