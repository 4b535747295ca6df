/** Ticks of a slower clock: one definition over all rows at once, and any way of cutting the rows. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BarChunk } from "../../src/market/bars.ts";
import { DAY, HOUR, MINUTE, nyse } from "../../src/market/calendars.ts";
import { type Grid, gridOf } from "../../src/market/grid.ts";
import { gatherTicks, noTicks, type Ticks, tickColumns } from "../../src/market/ticks.ts";
import { MONTH, WEEK } from "../../src/market/widths.ts";
import { dayNumber } from "../../src/values/civil-date.ts";

type Row = readonly [time: number, open: number, high: number, low: number, close: number, volume: number];

/** Rows of five minutes that come and go, from before Thanksgiving on. */
const rowsOf = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 100, max: 900 }), fc.nat(9), fc.nat(9), fc.nat(99)), {
    minLength: 1,
    maxLength: 120,
  })
  .map((steps): readonly Row[] => {
    let time = dayNumber(2018, 11, 20) * DAY;
    return steps.map(([step, price, up, down, volume]) => {
      time += step * 5 * MINUTE;
      return [time, price, price + up, price - down, price + up - down, volume];
    });
  });

function chunkOf(rows: readonly Row[]): BarChunk {
  const column = (at: number): Float64Array => Float64Array.from(rows, (row) => row[at] ?? 0);
  return {
    rows: rows.length,
    time: column(0),
    columns: { open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) },
  };
}

function ticksOf(grid: Grid, rows: readonly Row[]): readonly (readonly number[])[] {
  const groups = Map.groupBy(rows.entries(), ([, [time]]) => grid(time));
  const end = rows.at(-1)?.[0] ?? 0;
  return [...groups]
    .filter(([instant]) => instant <= end)
    .map(([instant, members]) => {
      const bars = members.map(([, row]) => row);
      const first = members[0]?.[0] ?? 0;
      return [
        instant,
        bars[0]?.[1] ?? 0,
        Math.max(...bars.map((row) => row[2])),
        Math.min(...bars.map((row) => row[3])),
        bars.at(-1)?.[4] ?? 0,
        bars.reduce((sum, row) => sum + row[5], 0),
        first,
        first + members.length,
      ];
    });
}

function listed(ticks: Ticks): readonly (readonly number[])[] {
  const { time, open, high, low, close, volume, firstRow, endRow } = ticks;
  return Array.from({ length: ticks.count }, (_, at) =>
    [time, open, high, low, close, volume, firstRow, endRow].map((column) => column[at] ?? Number.NaN),
  );
}

test.each([HOUR, DAY, WEEK, MONTH])("ticks of %i µs are those of the rows between instants, however the rows are cut", (width) => {
  const grid = gridOf(nyse, width, "date");
  fc.assert(
    fc.property(rowsOf, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (rows, cuts) => {
      const state = noTicks();
      const ticks = tickColumns();
      for (let from = 0, cut = 0; from < rows.length; cut++) {
        const to = from + (cuts[cut % cuts.length] ?? 1);
        const chunk = chunkOf(rows.slice(from, to));
        gatherTicks(state, grid, chunk, chunk.time[chunk.rows - 1] ?? 0, ticks);
        from = to;
      }
      expect(listed(ticks)).toEqual(ticksOf(grid, rows));
    }),
  );
});

test("a tick comes when time passes its instant, also without a row", () => {
  const grid = gridOf(nyse, DAY, "date");
  const [state, ticks] = [noTicks(), tickColumns()];
  const midnight = dayNumber(2018, 11, 20) * DAY + 5 * HOUR;
  gatherTicks(state, grid, chunkOf([[midnight - HOUR, 5, 6, 4, 5, 1]]), midnight - 1, ticks);
  expect(ticks.count).toBe(0);
  gatherTicks(state, grid, chunkOf([]), midnight, ticks);
  expect(listed(ticks)).toEqual([[midnight, 5, 6, 4, 5, 1, 0, 1]]);
});
