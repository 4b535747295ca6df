/**
 * Several datasets on one line of time (semantics 10.3, 11.2): stretches of it, and in each the rows of every lane. A stretch ends with a row, so
 * every tick with an instant up to its end is in it; a tick whose rows began in it and whose instant comes later is in the stretch of that instant,
 * if the data goes on so far.
 */
import type { ClockId, Graph, SymbolId } from "../../graph/nodes.ts";
import type { BarChunk, BarSource } from "../../market/bars.ts";
import { calendarNamed } from "../../market/calendars.ts";
import { BEFORE_FIRST_SESSION, sessionRows } from "../../market/sessions.ts";
import { type RowSelection, succeed } from "../rows.ts";
import { type Feed, feedOf, refill, take } from "./feed.ts";
import { emptyUnion, type Union, unite, withTicks } from "./instants.ts";
import { type LaneRows, type LaneState, laneRows, laneStates, ticking } from "./lane-rows.ts";

/** A stretch of time. All columns are good until the next one is asked for. */
export interface TimeStretch {
  /** UTC microseconds, ascending. */
  readonly instants: Float64Array;
  /** Instants on which a session begins (semantics 11.6). */
  readonly sessionStarts: readonly number[];
  /** The rows of a symbol, or of the universe (null), on a clock. A graph without legs has none of the universe. */
  lane(clock: ClockId, symbol: SymbolId | null): LaneRows;
}

export interface TimelineSelection extends Omit<RowSelection, "source"> {
  /** One for each symbol of the graph, in its order, all of the first clock's width. */
  readonly sources: readonly BarSource[];
}

/** Stretches of at most `capacity` instants with rows; none is empty. Throws `RunFailure` outside the calendar. */
export async function* timeline({ sources, ...selection }: TimelineSelection): AsyncGenerator<TimeStretch> {
  const { graph, capacity } = selection;
  const feeds = sources.map((source) => feedOf(source, selection));
  const traded = graph.rules.some(({ kind }) => kind === "legs") ? tradedSymbols(graph) : null;
  const lanes = [...feeds, ...(traded === null ? [] : [null])].map(() => laneStates(graph));
  const calendar = calendarNamed(graph.calendar);
  let session = BEFORE_FIRST_SESSION;
  for (;;) {
    for (const feed of feeds) await refill(feed);
    const rowTimes = nextTimes(feeds, capacity);
    const end = rowTimes.at(-1);
    if (end === undefined) return;
    const rows = feeds.map((feed) => take(feed, end));
    if (traded !== null)
      rows.push(
        universeRows(
          traded.map((symbol) => rows[symbol]),
          rowTimes.length,
        ),
      );
    const { instants, owners } = place(lanes, rows, rowTimes, end);
    const sessions = succeed(sessionRows(calendar, instants, instants.length, [], session));
    session = sessions.state;
    yield { instants, sessionStarts: sessions.starts, lane: (clock, symbol) => found(owners[symbol ?? feeds.length]?.[clock]) };
  }
}

function tradedSymbols({ symbols }: Graph): readonly SymbolId[] {
  return [...symbols.keys()].filter((symbol) => symbols[symbol]?.trades);
}

/** The next times at which a row of any feed ends, at most `capacity`. Every feed has that many rows waiting, or all it has. */
function nextTimes(feeds: readonly Feed[], capacity: number): Float64Array {
  const union = emptyUnion(capacity);
  for (const { time, begin, end } of feeds) unite(union, time, begin, Math.min(end, begin + capacity));
  return timesOf(union);
}

function timesOf({ times, count }: Union): Float64Array {
  return times.subarray(0, count);
}

/** A row at each instant with a row of one of the chunks; there are at most `limit`. */
function universeRows(chunks: readonly (BarChunk | undefined)[], limit: number): BarChunk {
  const union = emptyUnion(limit);
  for (const chunk of chunks) if (chunk !== undefined) unite(union, chunk.time, 0, chunk.rows);
  const time = timesOf(union);
  const none = new Float64Array(time.length);
  return { rows: time.length, time, columns: { open: none, high: none, low: none, close: none } };
}

interface Placed {
  readonly instants: Float64Array;
  /** The symbols and after them the universe, each with its lanes by clock. */
  readonly owners: readonly (readonly LaneRows[])[];
}

/** The lanes of all owners among the instants of a stretch that ends at `end`, from each one's rows of the first clock. */
function place(states: readonly (readonly LaneState[])[], rows: readonly BarChunk[], rowTimes: Float64Array, end: number): Placed {
  const ticks = rows.map((chunk, owner) => (states[owner] ?? []).map((state) => ({ state, ticking: ticking(state, chunk, end) })));
  const slower = ticks.flatMap((lanes) => lanes.slice(1).map((lane) => lane.ticking.bars.time));
  const instants = withTicks(rowTimes, slower);
  return { instants, owners: ticks.map((lanes) => lanes.map((lane) => laneRows(lane.state, lane.ticking, instants))) };
}

function found(lane: LaneRows | undefined): LaneRows {
  if (lane === undefined) throw new Error("no such lane");
  return lane;
}
