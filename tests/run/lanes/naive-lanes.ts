/** The rows of every lane by plain words: all rows at once, ticks as groups of rows between instants of the grid. Shares nothing with src/run/lanes. */
import type { Clock } from "../../../src/graph/nodes.ts";
import { nyse } from "../../../src/market/calendars.ts";
import { gridOf } from "../../../src/market/grid.ts";
import type { BarColumns } from "../bars.ts";

export interface NaiveRow {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Rows of the first clock: the first, and the one after the last. */
  readonly first: number;
  readonly end: number;
}

/** The end of the data: no tick comes after it. */
export function lastTime(symbols: readonly BarColumns[]): number {
  return Math.max(...symbols.map(({ time }) => time.at(-1) ?? 0));
}

export function naiveLane(columns: BarColumns, clock: Clock, dataEnd: number): readonly NaiveRow[] {
  const rows: NaiveRow[] = [...columns.time].map((time, at) => ({
    time,
    open: columns.open[at]!,
    high: columns.high[at]!,
    low: columns.low[at]!,
    close: columns.close[at]!,
    volume: columns.volume?.[at] ?? 0,
    first: at,
    end: at + 1,
  }));
  if (clock.of === null) return rows;
  const grid = gridOf(nyse, clock.width, "regular");
  const groups = Map.groupBy(rows, ({ time }) => grid(time));
  return [...groups]
    .filter(([time]) => time <= dataEnd)
    .map(([time, members]) => ({
      time,
      open: members[0]!.open,
      high: Math.max(...members.map(({ high }) => high)),
      low: Math.min(...members.map(({ low }) => low)),
      close: members.at(-1)!.close,
      volume: members.reduce((sum, { volume }) => sum + volume, 0),
      first: members[0]!.first,
      end: members.at(-1)!.end,
    }));
}

/** The rows of the universe: a row at every time at which one of the symbols has one. */
export function universeColumns(symbols: readonly BarColumns[]): BarColumns {
  const time = Float64Array.from([...new Set(symbols.flatMap((columns) => [...columns.time]))]).sort();
  const none = new Float64Array(time.length);
  return { time, open: none, high: none, low: none, close: none };
}
