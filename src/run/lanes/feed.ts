/** The rows of one dataset that tick, a buffer of them ahead of where the run is. */
import type { BarChunk, BarSource } from "../../market/bars.ts";
import { type Calendar, calendarNamed } from "../../market/calendars.ts";
import { regularRows } from "../../market/sessions.ts";
import { period, type RowSelection, succeed } from "../rows.ts";
import { firstAfter } from "./instants.ts";

/** Rows `begin` up to `end` of the columns are still to come. */
export interface Feed {
  readonly selection: FeedSelection;
  readonly chunks: AsyncIterator<BarChunk>;
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Whether the dataset has volumes; known once rows have come. */
  hasVolume: boolean;
  begin: number;
  end: number;
  /** Whether the dataset has no more. */
  isOver: boolean;
  /** Number of the row at `begin`, counted over the run. */
  row: number;
}

interface FeedSelection extends Pick<RowSelection, "from" | "to" | "capacity"> {
  readonly calendar: Calendar;
  readonly regularOnly: boolean;
  readonly width: number;
}

/** The feed of one symbol before its first row. */
export function feedOf(source: BarSource, { graph, from, to, capacity }: Omit<RowSelection, "source">): Feed {
  const regularOnly = graph.clocks[0]?.regularOnly === true;
  const column = (): Float64Array => new Float64Array(2 * capacity);
  return {
    selection: { from, to, capacity, calendar: calendarNamed(graph.calendar), regularOnly, width: source.info.width },
    chunks: source.chunks(capacity)[Symbol.asyncIterator](),
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    hasVolume: true,
    begin: 0,
    end: 0,
    isOver: false,
    row: 0,
  };
}

/** Reads on until `capacity` rows wait, or all that are left. Throws `RunFailure` outside the calendar. */
export async function refill(feed: Feed): Promise<void> {
  const { capacity } = feed.selection;
  while (!feed.isOver && feed.end - feed.begin < capacity) {
    const next = await feed.chunks.next();
    if (next.done === true) feed.isOver = true;
    else append(feed, ticking(feed.selection, next.value));
  }
}

/** The rows of a chunk for which the clock ticks. */
function ticking({ from, to, calendar, regularOnly, width }: FeedSelection, chunk: BarChunk): BarChunk {
  const inPeriod = period(chunk, from, to);
  return regularOnly ? succeed(regularRows(calendar, width, inPeriod)) : inPeriod;
}

function append(feed: Feed, { rows, time, columns }: BarChunk): void {
  const { open, high, low, close, volume } = columns;
  if (feed.begin > 0) {
    for (const column of [feed.time, feed.open, feed.high, feed.low, feed.close, feed.volume]) column.copyWithin(0, feed.begin, feed.end);
    feed.end -= feed.begin;
    feed.begin = 0;
  }
  const add = (column: Float64Array, values: Float64Array): void => column.set(values.subarray(0, rows), feed.end);
  add(feed.time, time);
  add(feed.open, open);
  add(feed.high, high);
  add(feed.low, low);
  add(feed.close, close);
  if (volume === undefined) feed.hasVolume = false;
  else add(feed.volume, volume);
  feed.end += rows;
}

/** Takes the rows that end at or before `end`. The columns are good until the next `refill`. */
export function take(feed: Feed, end: number): BarChunk {
  const { begin } = feed;
  const until = firstAfter(feed.time, end, begin, feed.end);
  const cut = (column: Float64Array): Float64Array => column.subarray(begin, until);
  const prices = { open: cut(feed.open), high: cut(feed.high), low: cut(feed.low), close: cut(feed.close) };
  feed.begin = until;
  feed.row += until - begin;
  return {
    rows: until - begin,
    time: cut(feed.time),
    columns: feed.hasVolume ? { ...prices, volume: cut(feed.volume) } : prices,
  };
}
