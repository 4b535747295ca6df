/** What a walk keeps of what it walks: of each traded symbol its book and market, and its lanes, on which its rules act. */
import type { Book } from "../engine/state.ts";
import type { Kernel } from "../graph/kernel.ts";
import type { ClockId, Graph, SymbolId } from "../graph/nodes.ts";
import { firstClock } from "../graph/traverse.ts";
import type { CorporateAction } from "../market/actions.ts";
import { type Instant, instant, type Price, ticks } from "../values/quantity.ts";
import type { Bar } from "../venue/bar.ts";
import type { Venue } from "../venue/venue.ts";
import type { LegsReader, RuleReader } from "./expressions.ts";
import type { FinerRows } from "./finer-rows.ts";
import { rowAt } from "./lanes/instants.ts";
import type { LaneRows } from "./lanes/lane-rows.ts";

/** The rows of a symbol, or of the universe, on one clock, where rules act on them. */
export interface Lane {
  readonly clock: ClockId;
  /** Null for the universe. */
  readonly symbol: SymbolId | null;
  readonly kernel: Kernel;
  /** Indices of the rules that act on it, in file order. */
  readonly rules: readonly number[];
  /** Of the stretch at hand. */
  rows: LaneRows;
}

/** A lane on which rules act for a symbol by itself. */
export interface SymbolLane extends Lane {
  readonly read: RuleReader;
  /** The first row with decisions, counted over the run; infinite where that is not known yet. */
  startRow: number;
}

/** The lane of the universe on one clock. */
export interface UniverseLane extends Lane {
  readonly read: LegsReader;
  /** By rule, the first row with decisions. */
  readonly startRows: number[];
}

/** One traded symbol. */
export interface Desk {
  readonly book: Book;
  readonly venue: Venue;
  /** By clock; null where no rule acts. */
  readonly lanes: readonly (SymbolLane | null)[];
  /** That of the first clock: orders meet the market on its rows. */
  readonly first: SymbolLane;
  /** The first instant with decisions; infinite where that is not known yet. */
  start: number;
  /** Its last row before the stretch. */
  last: Row | null;
  /** Sessions of its own rows that have begun in the stretch. */
  sessionsBegun: number;
  /** Rows whose exposure has been counted, and those at whose close a position was held. */
  counted: number;
  exposedRows: number;
  /** Whether some row of the stretches before had a volume; asked where a cap on it is declared. */
  hasVolume: boolean;
  /** Finer bars inside the rows of the stretch; null where none are given. */
  finer: FinerRows | null;
  /** Rows that finer bars stood for; null where none are given. */
  coveredRows: number | null;
  /** What has happened to its shares, oldest first. */
  readonly actions: PassedAction[];
  /** Something was done for it since its triggers were written. */
  isTouched: boolean;
}

/** A corporate action, when it happened, and the last close before it. */
export interface PassedAction {
  readonly action: CorporateAction;
  readonly time: Instant;
  readonly close: Price;
}

interface Row {
  /** Counted over the run. */
  readonly row: number;
  readonly time: Instant;
  readonly close: Price;
}

/** A desk before the first stretch. */
export function deskOf(book: Book, venue: Venue, lanes: readonly (SymbolLane | null)[]): Desk {
  const [first] = lanes;
  if (first === undefined || first === null) throw new Error("a symbol without rows");
  const start = Number.POSITIVE_INFINITY;
  return {
    book,
    venue,
    lanes,
    first,
    start,
    last: null,
    sessionsBegun: 0,
    counted: 0,
    exposedRows: 0,
    hasVolume: false,
    finer: null,
    coveredRows: null,
    actions: [],
    isTouched: true,
  };
}

/** The rules that act on a clock for symbols, or for the universe. */
export function rulesOn({ rules }: Graph, clock: ClockId, of: "symbol" | "universe"): readonly number[] {
  return [...rules.keys()].filter((index) => rules[index]?.clock === clock && (rules[index]?.kind === "legs") === (of === "universe"));
}

/** The row of a rule's lane at an instant, if the rule decides there; −1 otherwise. */
export function decidingRow({ rows, startRow }: Pick<SymbolLane, "rows" | "startRow">, at: number): number {
  const row = rowAt(rows, at);
  return row >= 0 && rows.firstRow + row >= startRow ? row : -1;
}

/** The last row of a symbol so far, at the end of a stretch; null before there is one. */
export function lastRowOf({ first: { rows }, last }: Desk): Row | null {
  const index = rows.bars.rows - 1;
  if (index < 0) return last;
  return { row: rows.firstRow + index, time: timeOf(rows, index), close: ticks(rows.bars.columns.close[index] ?? Number.NaN) };
}

function timeOf({ bars }: LaneRows, index: number): Instant {
  return instant(bars.time[index] ?? Number.NaN);
}

/** Says when the regular session of a row with this end closes. */
export type SessionClose = (time: Instant) => number;

/** A row of the stretch as the market sees it. `sessionClose` is null where no order asks for it. */
export function barOf(desk: Desk, index: number, sessionClose: SessionClose | null): Bar {
  const { rows } = desk.first;
  passSessions(desk, index + 1);
  const beginsSession = desk.sessionsBegun > 0 && rows.sessionStarts[desk.sessionsBegun - 1] === index;
  const endsSession = sessionClose !== null && reachesClose(desk, index, sessionClose);
  const time = timeOf(rows, index);
  const begin = instant(time - firstClock(desk.book.graph).width);
  const row = rows.firstRow + index;
  return { row, place: row, next: row + 1, index, begin, time, columns: rows.bars.columns, beginsSession, endsSession };
}

/** Counts the sessions that begin on rows before `index` as begun. */
export function passSessions(desk: Desk, index: number): void {
  const { sessionStarts } = desk.first.rows;
  for (let start = sessionStarts[desk.sessionsBegun]; start !== undefined && start < index; ) start = sessionStarts[++desk.sessionsBegun];
}

/** Whether a row is the first of its session that ends at the session's close or after it. */
function reachesClose({ first: { rows }, last }: Desk, index: number, sessionClose: SessionClose): boolean {
  const time = timeOf(rows, index);
  const before = index > 0 ? timeOf(rows, index - 1) : (last?.time ?? Number.NEGATIVE_INFINITY);
  const close = sessionClose(time);
  return before < close && close <= time;
}

/** What orders for the deciding row's close fill on, decided at an instant: the symbol's row there, or its last close where it has none. */
export function closingBar(desk: Desk, at: number, time: Instant): Bar {
  const { rows } = desk.first;
  const index = rowAt(rows, at);
  const row = {
    row: desk.book.row,
    place: desk.book.row,
    next: desk.book.row + 1,
    begin: time,
    time,
    beginsSession: false,
    endsSession: false,
  };
  if (index >= 0) return { ...row, index, columns: rows.bars.columns };
  const close = Float64Array.of(desk.book.close);
  return { ...row, index: 0, columns: { open: close, high: close, low: close, close } };
}
