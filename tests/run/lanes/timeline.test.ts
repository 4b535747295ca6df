import fc from "fast-check";
import { expect, test } from "vitest";
import type { Graph, Rule } from "../../../src/graph/nodes.ts";
import { DAY, MINUTE, nyse } from "../../../src/market/calendars.ts";
import { rowAt } from "../../../src/run/lanes/instants.ts";
import type { TimeStretch } from "../../../src/run/lanes/placement.ts";
import { timeline } from "../../../src/run/lanes/timeline.ts";
import { dayNumber } from "../../../src/values/civil-date.ts";
import { graphBuilder } from "../../support/graph-builder.ts";
import { type BarColumns, barsOf } from "../bars.ts";
import { lastTime, naiveLane, universeColumns } from "./naive-lanes.ts";
import { CLOCKS, frameOf, rowsArbitrary, sourcesOf, TIMES } from "./worlds.ts";

const PRICES = ["open", "high", "low", "close", "volume"] as const;
const TRADED = 2;

function graphOf(symbols: number): Graph {
  const build = graphBuilder();
  const legs: Rule = { kind: "legs", name: "pair", clock: 0, when: build.bool(true), legs: [], short: false, entries: null, within: 0 };
  build.binary("add", build.input("session_bar"), build.input("session_remaining"));
  return build.graph({ ...frameOf(symbols, TRADED), rules: [legs] });
}

async function collect(symbols: readonly BarColumns[], capacity: number, visit: (stretch: TimeStretch) => void): Promise<void> {
  const range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, capacity };
  for await (const stretch of timeline({ graph: graphOf(symbols.length), sources: sourcesOf(symbols), ...range })) visit(stretch);
}

test("every lane has its rows once and in order, for any capacity, each at its instant", async () => {
  const worlds = fc.array(rowsArbitrary, { minLength: TRADED, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(worlds, fc.constantFrom(1, 2, 3, 7, 20, 500), async (symbols, capacity) => {
      const lanes = [...symbols.keys(), null].flatMap((symbol) => CLOCKS.map((_, clock) => ({ symbol, clock, rows: [] as number[][] })));
      const instants: number[] = [];
      await collect(symbols, capacity, (stretch) => {
        expect(stretch.sessionStarts).toEqual(sessionStarts(stretch.instants, instants.at(-1)));
        instants.push(...stretch.instants);
        for (const { symbol, clock, rows } of lanes) {
          const lane = stretch.lane(clock, symbol);
          expect(lane.firstRow).toBe(rows.length);
          expect(lane.bars.rows).toBeLessThanOrEqual(capacity + 1);
          const atInstants = [...stretch.instants.keys()].map((at) => rowAt(lane, at)).filter((row) => row >= 0);
          expect(atInstants).toEqual([...Array(lane.bars.rows).keys()]);
          for (let row = 0; row < lane.bars.rows; row++) {
            expect(stretch.instants[lane.instantOf[row]!]).toBe(lane.bars.time[row]);
            const { first, end } = lane.tickRows ?? { first: [lane.firstRow + row], end: [lane.firstRow + row + 1] };
            const at = lane.tickRows === null ? 0 : row;
            const values = PRICES.map((field) => lane.bars.columns[field]?.[row] ?? 0);
            rows.push([lane.bars.time[row]!, ...values, first[at]!, end[at]!]);
          }
        }
      });
      const dataEnd = lastTime(symbols);
      const expected = lanes.map(({ symbol, clock }) => {
        const columns = symbol === null ? universeColumns(symbols.slice(0, TRADED)) : symbols[symbol]!;
        return naiveLane(columns, CLOCKS[clock]!, dataEnd).map((row) => [
          row.time,
          ...PRICES.map((field) => row[field]),
          row.first,
          row.end,
        ]);
      });
      expect(lanes.map(({ rows }) => rows)).toEqual(expected);
      expect(instants).toEqual([...new Set(expected.flat().map(([time]) => time!))].sort((a, b) => a - b));
    }),
  );
});

function sessionStarts(instants: Float64Array, before: number | undefined): readonly number[] {
  const dates = [...instants].map((time) => nyse.dateOf(time - 1));
  const last = before === undefined ? null : nyse.dateOf(before - 1);
  return [...dates.keys()].filter((at) => dates[at] !== (at === 0 ? last : dates[at - 1]));
}

const ALL: BarColumns = (() => {
  const close = Float64Array.from(TIMES, (_, row) => 100 + row);
  return { time: Float64Array.from(TIMES), open: close, high: close, low: close, close };
})();

test("sessions are counted on each lane's own ticks, up to the instant of the tick", async () => {
  const found: (readonly (number | undefined)[])[] = [];
  await collect([ALL, ALL], 5, (stretch) => {
    const { bars } = stretch.lane(1, 0);
    for (let row = 0; row < bars.rows; row++) found.push([bars.columns.session_bar?.[row], bars.columns.session_remaining?.[row]]);
  });
  expect(found.slice(5, 8)).toEqual([
    [6, 30 * MINUTE],
    [7, 0],
    [1, 330 * MINUTE],
  ]);
  expect(found.slice(14, 18)).toEqual([150, 90, 30, 0].map((left, at) => [at + 1, left * MINUTE]));
});

test("a tick that comes before a split, without a row, has its volume", async () => {
  const times = Float64Array.from(TIMES.filter((_, row) => row !== 12));
  const ones = times.map(() => 1);
  const rows = { time: times, open: ones, high: ones, low: ones, close: ones, volume: ones };
  const split = { kind: "split", day: dayNumber(2018, 11, 21), shares: 2, per: 1 } as const;
  const sources = sourcesOf([rows, rows]).map((source) => ({ ...source, actions: [split] }));
  const volumes: number[] = [];
  for await (const { lane } of timeline({ graph: graphOf(2), sources, from: 0, to: TIMES[25]!, capacity: 100 })) {
    const { bars } = lane(2, 0);
    for (let row = 0; row < bars.rows; row++) volumes.push(bars.columns.volume?.[row] ?? Number.NaN);
  }
  expect(volumes).toEqual([12, 13]);
});

async function timesIn(source: BarColumns, from: number, to: number): Promise<readonly number[]> {
  const times: number[] = [];
  const selection = { graph: graphOf(2), sources: sourcesOf([ALL, source]), from, to, capacity: 4 };
  for await (const { instants } of timeline(selection)) times.push(...instants);
  return times;
}

test("the period and regular hours cut the rows before they are put together", async () => {
  const evening = barsOf([[1, 1, 1, 1]], TIMES[12]!, 30 * MINUTE);
  expect(await timesIn(evening, TIMES[2]!, TIMES[14]!)).toEqual(TIMES.slice(2, 15));
});

test("a row outside the calendar ends the run by name", async () => {
  const beyond = barsOf([[1, 1, 1, 1]], dayNumber(2031, 3, 3) * DAY, 30 * MINUTE);
  await expect(timesIn(beyond, TIMES[0]!, Number.POSITIVE_INFINITY)).rejects.toMatchObject({ failure: { kind: "outside_calendar" } });
});
