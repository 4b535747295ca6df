/**
 * Several datasets on one line of time: stretches of it, and in each the rows of every lane. A stretch ends with a row, so every tick with an instant up
 * to its end is in it; a tick whose rows began in it and whose instant comes later is in the stretch of that instant, if the data goes on so far. Where
 * something happens to a symbol's shares a stretch begins, after all ticks of before.
 */
import type { BarSource } from "../../market/bars.ts";
import type { RowSelection } from "../rows.ts";
import { type Feed, feedOf, refill, take } from "./feed.ts";
import { emptyUnion, firstAfter, timesOf, unite } from "./instants.ts";
import { placement, type ShareChange, type TimeStretch } from "./placement.ts";
import { firstChanged, passRows, type ShareActions, shareActions } from "./share-actions.ts";
import { shareInstant } from "./share-instant.ts";

export interface TimelineSelection extends Omit<RowSelection, "source"> {
  /** One for each symbol of the graph, in its order, all of the first clock's width. */
  readonly sources: readonly BarSource[];
}

/** One symbol's rows and actions that are still to come. */
interface Coming {
  readonly feed: Feed;
  readonly shares: ShareActions;
}

/** Stretches of at most `capacity` instants with rows; none is without an instant. Throws `RunFailure` outside the calendar. */
export async function* timeline({ sources, ...selection }: TimelineSelection): AsyncGenerator<TimeStretch> {
  const { graph, capacity } = selection;
  const all = sources.map((source): Coming => {
    return { feed: feedOf(source, selection), shares: shareActions(source, graph) };
  });
  const shares = all.map((coming) => coming.shares);
  const placed = placement(graph);
  for (;;) {
    for (const { feed } of all) await refill(feed);
    const times = nextTimes(all, capacity);
    const [first] = times;
    if (first === undefined) return;
    const changing = all.map((coming) => nextChange(coming, capacity) === first);
    let changes: readonly ShareChange[] = [];
    if (changing.includes(true)) {
      const happens = shareInstant(placed, shares, changing, first, capacity);
      if (happens.before.instants.length > 0) yield happens.before;
      changes = happens.changes;
    }
    const cut = Math.min(...all.map((coming) => nextChange(coming, capacity)));
    const rowTimes = times.subarray(0, firstAfter(times, cut - 1, 0, times.length));
    const end = rowTimes.at(-1) ?? first;
    const rows = all.map(({ feed, shares }) => {
      const taken = take(feed, end);
      passRows(shares, taken);
      return taken;
    });
    yield { ...placed.place(rows, rowTimes, end), changes };
  }
}

/** The next times at which a row of any feed ends, at most `capacity`. Every feed has that many rows waiting, or all it has. */
function nextTimes(all: readonly Coming[], capacity: number): Float64Array {
  const union = emptyUnion(capacity);
  for (const { feed } of all) unite(union, feed.time, feed.begin, endOf(feed, capacity));
  return timesOf(union);
}

function endOf({ begin, end }: Feed, capacity: number): number {
  return Math.min(end, begin + capacity);
}

/** The end of the row before which something happens to a symbol's shares; infinite where that is further than the next `capacity` rows. */
function nextChange({ feed, shares }: Coming, capacity: number): number {
  const end = endOf(feed, capacity);
  const row = firstChanged(shares, feed.time, feed.begin, end);
  return row < end ? (feed.time[row] ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
}
