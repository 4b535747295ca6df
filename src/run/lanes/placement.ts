/**
 * Where rows stand in time, whether they come in stretches or one instant at a time: the lanes of all symbols and clocks among the instants
 * (semantics 10.3, 11.2). What goes from stretch to stretch is plain data.
 */
import type { ClockId, Graph, SymbolId } from "../../graph/nodes.ts";
import type { CorporateAction } from "../../market/actions.ts";
import type { BarChunk } from "../../market/bars.ts";
import { calendarNamed } from "../../market/calendars.ts";
import { BEFORE_FIRST_SESSION, type SessionState, sessionRows } from "../../market/sessions.ts";
import type { FinerRows } from "../finer-rows.ts";
import { succeed } from "../rows.ts";
import { align } from "./alignment.ts";
import { emptyUnion, timesOf, unite } from "./instants.ts";
import { type LaneRows, type LaneState, laneStates, type SavedLane, saveLane } from "./lane-rows.ts";
import { replayed } from "./replay.ts";

/** A stretch of time. All columns are good until the next one is asked for. */
export interface TimeStretch {
  /** UTC microseconds, ascending. */
  readonly instants: Float64Array;
  /** Instants on which a session begins (semantics 11.6). */
  readonly sessionStarts: readonly number[];
  /** What happens to shares at the first instant, before the rows there, in universe order. */
  readonly changes: readonly ShareChange[];
  /** By symbol, finer bars inside its rows, where some are given (semantics 5.8). */
  readonly finer?: readonly (FinerRows | null)[];
  /** The rows of a symbol, or of the universe (null), on a clock. A graph without legs has none of the universe. */
  lane(clock: ClockId, symbol: SymbolId | null): LaneRows;
}

/** Corporate actions of a symbol (semantics 13). */
export interface ShareChange {
  readonly symbol: SymbolId;
  /** In the order in which they happen. */
  readonly actions: readonly CorporateAction[];
  /** With a split, the symbol's rows so far in new shares, on which its lanes begin anew. No other lane has rows in them. */
  readonly replay: readonly TimeStretch[];
}

export interface Placement {
  /**
   * The stretch up to `end`: the rows of the first clock that end in it, by symbol, and the times of all of them. Without any it has the ticks of slower
   * clocks alone, and no instant where there is none. Throws `RunFailure` outside the calendar.
   */
  place(rows: readonly BarChunk[], rowTimes: Float64Array, end: number): TimeStretch;
  /** Has the slower clocks of a symbol begin anew on `chunks`, its rows so far in new shares, and gives these rows with the ticks up to `end`. */
  replay(symbol: SymbolId, chunks: readonly BarChunk[], end: number): readonly TimeStretch[];
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
      return {
        instants,
        sessionStarts: sessions.starts,
        changes: [],
        lane: (clock, symbol) => found(owners[symbol ?? symbols.length]?.[clock]),
      };
    },
    replay: (symbol, chunks, end) => {
      const { states, stretches } = replayed(graph, symbol, chunks, end);
      lanes[symbol] = states;
      return stretches;
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

function found(lane: LaneRows | undefined): LaneRows {
  if (lane === undefined) throw new Error("no such lane");
  return lane;
}
