/** The rows of one lane, a symbol or the universe on one clock, stretch by stretch. */
import type { Clock, Graph } from "../../graph/nodes.ts";
import { firstClock, inputFields } from "../../graph/traverse.ts";
import type { BarChunk } from "../../market/bars.ts";
import { type Calendar, calendarNamed, DAY } from "../../market/calendars.ts";
import { type Grid, gridOf } from "../../market/grid.ts";
import { BEFORE_FIRST_SESSION, type SessionField, type SessionState, sessionRows } from "../../market/sessions.ts";
import { gatherTicks, noTicks, type TickState, type Ticks, tickColumns } from "../../market/ticks.ts";
import { isSessionField, readsDividends, succeed, withFactors } from "../rows.ts";
import { type Alignment, align } from "./instants.ts";

/** The rows of a lane in a stretch. Those of the universe are the instants at which a traded symbol ticks; they have no prices. */
export interface LaneRows extends Alignment {
  readonly bars: BarChunk;
  /** Number of its first row, counted over the run; with no rows, of the next. */
  readonly firstRow: number;
  /** Rows of the stretch on which a session begins. */
  readonly sessionStarts: readonly number[];
  readonly tickRows: TickRows | null;
}

/** Of each tick of a slower clock, the first clock's rows, counted over the run: the first, and the one after the last. */
export interface TickRows {
  readonly first: Float64Array;
  readonly end: Float64Array;
}

/** What of a lane goes from stretch to stretch. */
export interface LaneState {
  readonly calendar: Calendar;
  /** The session columns that the graph reads. */
  readonly fields: readonly SessionField[];
  /** Whether it reads prices adjusted for dividends: of the first clock's rows alone. */
  readonly factors: boolean;
  /** Of a slower clock; null for the first. */
  readonly slower: { readonly grid: Grid; readonly tick: TickState; readonly ticks: Ticks } | null;
  session: SessionState;
  row: number;
}

/** What of it changes, as plain data. */
export interface SavedLane extends Pick<LaneState, "session" | "row"> {
  readonly tick: TickState | null;
}

export function saveLane({ session, row, slower }: LaneState): SavedLane {
  return { session, row, tick: slower === null ? null : { ...slower.tick } };
}

/** The lanes of one symbol or of the universe, by clock, before their first row. */
export function laneStates(graph: Graph): readonly LaneState[] {
  const calendar = calendarNamed(graph.calendar);
  const fields = [...inputFields(graph)].filter(isSessionField);
  return graph.clocks.map((clock) => ({
    calendar,
    fields,
    factors: clock.of === null && readsDividends(graph),
    slower: clock.of === null ? null : { grid: clockGrid(graph, calendar, clock), tick: noTicks(), ticks: tickColumns() },
    session: BEFORE_FIRST_SESSION,
    row: 0,
  }));
}

/** The grid of a slower clock (semantics 10.2). */
export function clockGrid(graph: Graph, calendar: Calendar, clock: Clock): Grid {
  const { regularOnly, width } = firstClock(graph);
  return gridOf(calendar, clock.width, regularOnly || width === DAY ? "regular" : "date");
}

/** What ticks, before it is placed among the instants. */
export interface Ticking {
  readonly bars: BarChunk;
  readonly tickRows: TickRows | null;
}

/** What ticks on a lane up to `end`, from the first clock's rows of a stretch that ends there; a tick may come without a row. */
export function ticking({ slower }: LaneState, rows: BarChunk, end: number): Ticking {
  if (slower === null) return { bars: rows, tickRows: null };
  const { grid, tick, ticks } = slower;
  ticks.count = 0;
  gatherTicks(tick, grid, rows, end, ticks);
  const cut = (column: Float64Array): Float64Array => column.subarray(0, ticks.count);
  const columns = { open: cut(ticks.open), high: cut(ticks.high), low: cut(ticks.low), close: cut(ticks.close), volume: cut(ticks.volume) };
  return { bars: { rows: ticks.count, time: cut(ticks.time), columns }, tickRows: { first: cut(ticks.firstRow), end: cut(ticks.endRow) } };
}

/** Places what ticks among the instants of the stretch, with what sessions add. Throws `RunFailure` outside the calendar. */
export function laneRows(state: LaneState, { bars: raw, tickRows }: Ticking, instants: Float64Array): LaneRows {
  const bars = state.factors ? withFactors(raw) : raw;
  const sessions = succeed(sessionRows(state.calendar, bars.time, bars.rows, state.fields, state.session));
  const firstRow = state.row;
  state.session = sessions.state;
  state.row += bars.rows;
  return {
    bars: { ...bars, columns: { ...bars.columns, ...sessions.columns } },
    firstRow,
    sessionStarts: sessions.starts,
    tickRows,
    ...align(instants, bars.time, bars.rows),
  };
}

const NONE = new Float64Array(0);
/** A lane before its first stretch. */
export const NO_ROWS: LaneRows = {
  bars: { rows: 0, time: NONE, columns: { open: NONE, high: NONE, low: NONE, close: NONE } },
  firstRow: 0,
  sessionStarts: [],
  tickRows: null,
  instantOf: new Int32Array(0),
  lastRow: new Int32Array(0),
};
