/**
 * Where rows stand in time, whether they come in stretches or one instant at a time: the lanes of all symbols and clocks among the instants
 * (semantics 10.3, 11.2). What goes from stretch to stretch is plain data.
 */
import type { ClockId, Graph, SymbolId } from "../../graph/nodes.ts";
import type { BarChunk } from "../../market/bars.ts";
import { calendarNamed } from "../../market/calendars.ts";
import { BEFORE_FIRST_SESSION, type SessionState, sessionRows } from "../../market/sessions.ts";
import { succeed } from "../rows.ts";
import { emptyUnion, timesOf, unite, withTicks } from "./instants.ts";
import { type LaneRows, type LaneState, laneRows, laneStates, type SavedLane, saveLane, ticking } from "./lane-rows.ts";

/** A stretch of time. All columns are good until the next one is asked for. */
export interface TimeStretch {
  /** UTC microseconds, ascending. */
  readonly instants: Float64Array;
  /** Instants on which a session begins (semantics 11.6). */
  readonly sessionStarts: readonly number[];
  /** The rows of a symbol, or of the universe (null), on a clock. A graph without legs has none of the universe. */
  lane(clock: ClockId, symbol: SymbolId | null): LaneRows;
}

export interface Placement {
  /**
   * The stretch up to `end`: the rows of the first clock that end in it, by symbol, and the times of all of them. Without any it has the ticks of slower
   * clocks alone, and no instant where there is none. Throws `RunFailure` outside the calendar.
   */
  place(rows: readonly BarChunk[], rowTimes: Float64Array, end: number): TimeStretch;
  /** The next instant at which a slower clock ticks for rows that have come; infinite where none waits. */
  nextTick(): number;
  save(): SavedPlacement;
  restore(saved: SavedPlacement): void;
}

export interface SavedPlacement {
  readonly session: SessionState;
  /** By owner and clock. */
  readonly lanes: readonly (readonly SavedLane[])[];
}

/** Before the first row. */
export function placement(graph: Graph): Placement {
  const { symbols } = graph;
  const traded = graph.rules.some(({ kind }) => kind === "legs") ? tradedSymbols(graph) : null;
  const lanes = [...symbols, ...(traded === null ? [] : [null])].map(() => laneStates(graph));
  const calendar = calendarNamed(graph.calendar);
  let session = BEFORE_FIRST_SESSION;
  return {
    place: (rows, rowTimes, end) => {
      const universe = (among: readonly SymbolId[]): BarChunk =>
        universeRows(
          among.map((symbol) => rows[symbol]),
          rowTimes.length,
        );
      const { instants, owners } = align(lanes, traded === null ? rows : [...rows, universe(traded)], rowTimes, end);
      const sessions = succeed(sessionRows(calendar, instants, instants.length, [], session));
      session = sessions.state;
      return { instants, sessionStarts: sessions.starts, lane: (clock, symbol) => found(owners[symbol ?? symbols.length]?.[clock]) };
    },
    nextTick: () => Math.min(...lanes.flat().map(({ slower }) => slower?.tick.time ?? Number.POSITIVE_INFINITY)),
    save: () => ({ session, lanes: lanes.map((owner) => owner.map(saveLane)) }),
    restore: (saved) => {
      session = saved.session;
      lanes.forEach((owner, index) => {
        owner.forEach((lane, clock) => {
          restoreLane(lane, saved.lanes[index]?.[clock]);
        });
      });
    },
  };
}

function restoreLane(lane: LaneState, saved: SavedLane | undefined): void {
  if (saved === undefined) throw new Error("a lane that was not saved");
  lane.session = saved.session;
  lane.row = saved.row;
  if (lane.slower !== null && saved.tick !== null) Object.assign(lane.slower.tick, saved.tick);
}

function tradedSymbols({ symbols }: Graph): readonly SymbolId[] {
  return [...symbols.keys()].filter((symbol) => symbols[symbol]?.trades);
}

/** A row at each instant with a row of one of the chunks; there are at most `limit`. */
function universeRows(chunks: readonly (BarChunk | undefined)[], limit: number): BarChunk {
  const union = emptyUnion(limit);
  for (const chunk of chunks) if (chunk !== undefined) unite(union, chunk.time, 0, chunk.rows);
  const time = timesOf(union);
  const none = new Float64Array(time.length);
  return { rows: time.length, time, columns: { open: none, high: none, low: none, close: none } };
}

interface Aligned {
  readonly instants: Float64Array;
  /** The symbols and after them the universe, each with its lanes by clock. */
  readonly owners: readonly (readonly LaneRows[])[];
}

/** The lanes of all owners among the instants of a stretch that ends at `end`, from each one's rows of the first clock. */
function align(states: readonly (readonly LaneState[])[], rows: readonly BarChunk[], rowTimes: Float64Array, end: number): Aligned {
  const ticks = rows.map((chunk, owner) => (states[owner] ?? []).map((state) => ({ state, ticking: ticking(state, chunk, end) })));
  const slower = ticks.flatMap((lanes) => lanes.slice(1).map((lane) => lane.ticking.bars.time));
  const instants = withTicks(rowTimes, slower);
  return { instants, owners: ticks.map((lanes) => lanes.map((lane) => laneRows(lane.state, lane.ticking, instants))) };
}

function found(lane: LaneRows | undefined): LaneRows {
  if (lane === undefined) throw new Error("no such lane");
  return lane;
}
