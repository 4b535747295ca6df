/**
 * Finer bars inside the rows of a symbol (semantics 5.8): they say in which order a row came to its prices. They stand for a row only where they add up to
 * it exactly, so nothing fills that the row itself does not show.
 */
import type { Graph } from "../graph/nodes.ts";
import { firstClock } from "../graph/traverse.ts";
import type { BarChunk, BarSource } from "../market/bars.ts";
import { type Calendar, calendarNamed, DAY } from "../market/calendars.ts";
import { powerOfTen } from "../values/wide.ts";
import type { Bar } from "../venue/bar.ts";
import { firstAfter } from "./lanes/instants.ts";
import type { TimeStretch } from "./lanes/placement.ts";
import { allRows, remember, rowHistory } from "./lanes/row-history.ts";
import { rowsBetween } from "./rows.ts";

/** The finer bars of a symbol in a stretch. */
export interface FinerRows {
  readonly columns: BarChunk["columns"];
  /** For each row of the stretch its finer bars, from the first up to but without the last; none where the row stands for itself. */
  readonly first: Int32Array;
  readonly end: Int32Array;
  /** Rows that have some. */
  readonly covered: number;
}

/** A row as orders meet it: its finer bars in order, or itself. */
export function partsOf(bar: Bar, finer: FinerRows | null): readonly Bar[] {
  const first = finer?.first[bar.index] ?? 0;
  const parts = (finer?.end[bar.index] ?? 0) - first;
  if (finer === null || parts === 0) return [bar];
  return Array.from({ length: parts }, (_, part) => ({
    ...bar,
    place: bar.row + part / parts,
    next: bar.row + (part + 1) / parts,
    index: first + part,
    columns: finer.columns,
    beginsSession: bar.beginsSession && part === 0,
    endsSession: bar.endsSession && part === parts - 1,
  }));
}

interface FinerInput {
  readonly graph: Graph;
  readonly sources: readonly BarSource[];
  /** By symbol. */
  readonly fills: readonly (BarSource | null)[];
}

/** The stretches with the finer bars of their rows. */
export async function* withFinerRows(
  stretches: AsyncIterable<TimeStretch>,
  { graph, sources, fills }: FinerInput,
): AsyncGenerator<TimeStretch> {
  const facts = { calendar: calendarNamed(graph.calendar), width: firstClock(graph).width };
  const needsVolume = graph.simulate.volumeCap !== null;
  const readers = fills.map((source, symbol) =>
    source === null ? null : { source, reader: finerReader(source, sources[symbol]?.info.priceDecimals ?? 0) },
  );
  for await (const stretch of stretches) {
    const finer: (FinerRows | null)[] = [];
    for (const [symbol, opened] of readers.entries()) {
      const { bars } = stretch.lane(0, symbol);
      const last = bars.time[bars.rows - 1] ?? Number.NEGATIVE_INFINITY;
      finer.push(opened && rowsWithin(await opened.reader(last), bars, { ...facts, needsVolume, finerWidth: opened.source.info.width }));
    }
    yield { ...stretch, finer };
  }
}

const CHUNK_ROWS = 4_096;

/** Reads the finer bars that end at or before an instant and were not read before, in ticks of the rows. */
function finerReader(source: BarSource, decimals: number): (end: number) => Promise<BarChunk> {
  const chunks = source.chunks(CHUNK_ROWS)[Symbol.asyncIterator]();
  const up = powerOfTen(Math.max(0, decimals - source.info.priceDecimals));
  const down = powerOfTen(Math.max(0, source.info.priceDecimals - decimals));
  let rest: BarChunk | null = null;
  return async (end) => {
    const read = rowHistory();
    for (;;) {
      if (rest === null) {
        const next = await chunks.next();
        if (next.done === true) break;
        rest = next.value;
      }
      const count = firstAfter(rest.time, end, 0, rest.rows);
      remember(read, rowsBetween(rest, 0, count));
      rest = count === rest.rows ? null : rowsBetween(rest, count, rest.rows);
      if (rest !== null) break;
    }
    for (const price of PRICES) {
      const { values, count } = read.columns[price];
      for (let row = 0; row < count; row++) values[row] = ((values[row] ?? Number.NaN) * up) / down;
    }
    return allRows(read, Math.max(1, read.columns.time.count))[0] ?? NOTHING;
  };
}

const PRICES = ["open", "high", "low", "close"] as const;
const NONE = new Float64Array(0);
const NOTHING: BarChunk = { rows: 0, time: NONE, columns: { open: NONE, high: NONE, low: NONE, close: NONE } };

interface RowFacts {
  readonly calendar: Calendar;
  /** Of the rows and of the finer bars. */
  readonly width: number;
  readonly finerWidth: number;
  readonly needsVolume: boolean;
}

function rowsWithin(finer: BarChunk, rows: BarChunk, facts: RowFacts): FinerRows {
  const [first, end] = [new Int32Array(rows.rows), new Int32Array(rows.rows)];
  const isUseful = finer.columns.volume !== undefined || !facts.needsVolume;
  let [at, covered] = [0, 0];
  for (let row = 0; isUseful && row < rows.rows; row++) {
    const close = rows.time[row] ?? Number.NaN;
    const begin = beginOf(close, facts);
    while (at < finer.rows && (finer.time[at] ?? 0) - facts.finerWidth < begin) at++;
    const from = at;
    while (at < finer.rows && (finer.time[at] ?? 0) <= close) at++;
    if (!addsUp(finer.columns, from, at, rows.columns, row)) continue;
    first[row] = from;
    end[row] = at;
    covered += 1;
  }
  return { columns: finer.columns, first, end, covered };
}

/** Where a row begins that ends here: by its width, a row of a session with its session. */
function beginOf(end: number, { calendar, width }: RowFacts): number {
  if (width !== DAY) return end - width;
  const date = calendar.dateOf(end - 1);
  return calendar.isSession(date) ? calendar.open(date) : calendar.midnight(date);
}

/** Whether finer bars `from`..`to - 1` have the open, the extremes and the close of a row, and whole ticks. */
function addsUp({ open, high, low, close }: BarChunk["columns"], from: number, to: number, row: BarChunk["columns"], at: number): boolean {
  if (from === to || open[from] !== row.open[at] || close[to - 1] !== row.close[at]) return false;
  let [highest, lowest, isWhole] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, true];
  for (let part = from; part < to; part++) {
    highest = Math.max(highest, high[part] ?? Number.NaN);
    lowest = Math.min(lowest, low[part] ?? Number.NaN);
    isWhole &&= [open, high, low, close].every((prices) => Number.isInteger(prices[part]));
  }
  return isWhole && highest === row.high[at] && lowest === row.low[at];
}
