/**
 * Several datasets on one line of time: stretches of it, and in each the rows of every lane. A stretch ends with a row, so every tick with an instant up
 * to its end is in it; a tick whose rows began in it and whose instant comes later is in the stretch of that instant, if the data goes on so far.
 */
import type { BarSource } from "../../market/bars.ts";
import type { RowSelection } from "../rows.ts";
import { type Feed, feedOf, refill, take } from "./feed.ts";
import { emptyUnion, timesOf, unite } from "./instants.ts";
import { placement, type TimeStretch } from "./placement.ts";

export interface TimelineSelection extends Omit<RowSelection, "source"> {
  /** One for each symbol of the graph, in its order, all of the first clock's width. */
  readonly sources: readonly BarSource[];
}

/** Stretches of at most `capacity` instants with rows; none is empty. Throws `RunFailure` outside the calendar. */
export async function* timeline({ sources, ...selection }: TimelineSelection): AsyncGenerator<TimeStretch> {
  const feeds = sources.map((source) => feedOf(source, selection));
  const { place } = placement(selection.graph);
  for (;;) {
    for (const feed of feeds) await refill(feed);
    const rowTimes = nextTimes(feeds, selection.capacity);
    const end = rowTimes.at(-1);
    if (end === undefined) return;
    yield place(
      feeds.map((feed) => take(feed, end)),
      rowTimes,
      end,
    );
  }
}

/** The next times at which a row of any feed ends, at most `capacity`. Every feed has that many rows waiting, or all it has. */
function nextTimes(feeds: readonly Feed[], capacity: number): Float64Array {
  const union = emptyUnion(capacity);
  for (const { time, begin, end } of feeds) unite(union, time, begin, Math.min(end, begin + capacity));
  return timesOf(union);
}
