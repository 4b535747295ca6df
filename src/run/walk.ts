/**
 * The walk over the rows: the kernel runs ahead alone, and where it wakes the row is lived through in the order of semantics 2, by events to the
 * engine and orders to the venue. Between wakes nothing changes, so what happens at every row or session is made up for at the next wake.
 */
import { mayEnter, mayExit, tradeToAddTo, trails, watchesCloses } from "../engine/rules.ts";
import { type Book, type Engine, tradeOf } from "../engine/state.ts";
import { carryOut, equityMarked, step } from "../engine/step.ts";
import type { Trade } from "../engine/trade.ts";
import { type Kernel, SLOT } from "../graph/kernel.ts";
import { type Instant, instant, type Price, ticks } from "../values/quantity.ts";
import { type Bar, priceOf } from "../venue/bar.ts";
import type { Venue, VenueEvent } from "../venue/venue.ts";
import type { RuleReader } from "./expressions.ts";
import type { Stretch } from "./rows.ts";
import type { TriggerWriter } from "./triggers.ts";

export interface Walk {
  readonly kernel: Kernel;
  readonly engine: Engine;
  /** Of the symbol whose rows are walked. */
  readonly book: Book;
  readonly venue: Venue;
  readonly read: RuleReader;
  readonly writeTriggers: TriggerWriter;
  /** The session's date, as a day number, of a row with this end. */
  readonly dateOf: (time: Instant) => number;
  /** The regular close of the session of a row with this end; null where no order asks for it. */
  readonly sessionClose: ((time: Instant) => number) | null;
  /** The first row with decisions. */
  readonly startRow: number;
  /** Sessions of the stretch that have begun; the others are still to come. */
  sessionsBegun: number;
  /** Rows whose exposure has been counted. */
  counted: number;
  exposedRows: number;
  /** Whether the first row with decisions has come. */
  started: boolean;
  /** Rows of the stretches walked, and the last of them; null before the first. */
  rows: number;
  first: Instant | null;
  last: { readonly time: Instant; readonly close: Price } | null;
  readonly sessionTime: number[];
  readonly sessionEquity: number[];
  wakes: number;
}

type Parts = Pick<Walk, "kernel" | "engine" | "book" | "venue" | "read" | "writeTriggers" | "dateOf" | "sessionClose" | "startRow">;

/** A walk before its first row. */
export function startWalk(parts: Parts): Walk {
  return {
    ...parts,
    sessionsBegun: 0,
    counted: 0,
    exposedRows: 0,
    started: false,
    rows: 0,
    first: null,
    last: null,
    sessionTime: [],
    sessionEquity: [],
    wakes: 0,
  };
}

/** Takes the walk over one stretch. */
export function walk(state: Walk, stretch: Stretch): void {
  const { kernel } = state;
  const { rows } = stretch.bars;
  kernel.load(stretch.bars);
  state.sessionsBegun = 0;
  prepare(state, stretch, 0);
  let row = 0;
  let phase: 0 | 1 = 0;
  while (row < rows) {
    const wake = kernel.run(row, phase, rows);
    row = Math.floor(wake / 2);
    if (row >= rows) break;
    state.wakes += 1;
    const meets = wake % 2 === 0;
    if (meets) {
      meetMarket(state, stretch, row);
      prepare(state, stretch, row);
    }
    const decides = !meets || watchesCloses(state.book);
    phase = decides ? 0 : 1;
    if (!decides) continue;
    if (meets) kernel.run(row, 1, row + 1);
    takeDecisions(state, stretch, row);
    row += 1;
    prepare(state, stretch, row);
  }
  beginSessions(state, stretch, rows - 1);
  state.rows = stretch.firstRow + rows;
  state.first ??= timeAt(stretch, 0);
  state.last = { time: timeAt(stretch, rows - 1), close: priceAt(stretch.bars.columns.close, rows - 1) };
}

/** After the last row (semantics 2): the last session closes, working orders expire. */
export function finish(state: Walk): void {
  const { engine, last, rows } = state;
  if (last === null) throw new Error("a walk over no rows");
  closeSession(state, rows - 1, last);
  countExposure(state, rows);
  step(engine, { kind: "end", time: last.time });
}

/** Tells the kernel what to watch for until the decisions of row `row`. */
function prepare(state: Walk, { firstRow, sessionStarts }: Stretch, row: number): void {
  const next = sessionStarts[state.sessionsBegun];
  const nextSession = next === undefined ? Number.POSITIVE_INFINITY : firstRow + next;
  state.writeTriggers(state.started, firstRow + row, nextSession);
}

/** The row up to its close: sessions that have begun, then orders at the open and inside (semantics 2.1, 2.2). */
function meetMarket(state: Walk, stretch: Stretch, row: number): void {
  beginSessions(state, stretch, row);
  if (stretch.firstRow + row >= state.startRow) state.started = true;
  const bar = barAt(state, stretch, row);
  for (let event = state.venue.next(bar); event !== null; event = state.venue.next(bar)) deliver(state, event, bar, bar.row);
}

/** What is decided at the row's close (semantics 2.5, 2.6), each approval carried out before the next decision. */
function takeDecisions(state: Walk, stretch: Stretch, row: number): void {
  beginSessions(state, stretch, row);
  const { engine, book, kernel } = state;
  const { symbol } = book;
  const { rules, risk } = engine.graph;
  const bar = barAt(state, stretch, row);
  step(engine, { kind: "close", symbol, row: bar.row, close: priceOf(bar, bar.columns.close) });
  step(engine, { kind: "mark", time: bar.time, peak: kernel.slots[SLOT.equityPeak] ?? Number.NaN });
  for (let line = 0; line < risk.length; line++) {
    if (engine.halts[line] !== null || risk[line]?.monitor === null || !kernel.condition(rules.length + line, row)) continue;
    step(engine, { kind: "monitor", line });
    settle(state, bar);
  }
  if (kernel.condition(rules.length + risk.length, row)) {
    step(engine, { kind: "flatten", symbol });
    settle(state, bar);
  }
  step(engine, { kind: "rules" });
  applyExits(state, bar, row);
  if (trails(book)) {
    step(engine, { kind: "trail", symbol, high: priceOf(bar, bar.columns.high), low: priceOf(bar, bar.columns.low) });
    settle(state, bar);
  }
  applyEntries(state, bar, row);
}

function applyExits(state: Walk, bar: Bar, row: number): void {
  const { engine, book, kernel } = state;
  const { rules } = engine.graph;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    if (rule?.kind !== "exit" || !mayExit(book, rule) || !kernel.condition(index, row)) continue;
    signal(state, index, bar, row);
  }
}

function applyEntries(state: Walk, bar: Bar, row: number): void {
  const { engine, book, kernel } = state;
  const { symbol } = book;
  const { rules } = engine.graph;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    const open = rule?.kind === "enter" ? tradeToAddTo(book, index) : undefined;
    if (open !== undefined) {
      applyAdd(state, open, bar, row);
    } else if (rule?.kind === "enter" && book.waiting[index] === true) {
      if (!kernel.condition(index, row)) step(engine, { kind: "rearm", rule: index, symbol });
    } else if (rule?.kind === "hold" || (rule?.kind === "enter" && mayEnter(engine, book, index, bar.row))) {
      if (kernel.condition(index, row)) signal(state, index, bar, row);
    }
  }
}

function applyAdd(state: Walk, { rule, holding }: Trade, bar: Bar, row: number): void {
  const { engine, book, read } = state;
  if (holding === null) throw new Error("an add to a trade that has not begun");
  const wanted = read.wantsAdd(rule, row, bar.row, holding.plan, holding.lastFill / book.money.scale.ticksPerUnit);
  if (wanted && !holding.addWaits) signal(state, rule, bar, row);
  if (!wanted && holding.addWaits) step(engine, { kind: "rearm_add", rule, symbol: book.symbol });
}

function signal(state: Walk, rule: number, bar: Bar, row: number): void {
  const { engine, book, read } = state;
  step(engine, { kind: "signal", signal: read.firing(rule, row, bar.row, tradeOf(book, rule)?.holding?.plan ?? null) });
  settle(state, bar);
}

/** Carries out what has been decided; with `market: close` that fills at once (semantics 5.6). */
function settle(state: Walk, bar: Bar): void {
  const { engine, venue } = state;
  carryOut(engine, venue);
  if (engine.graph.simulate.market !== "close") return;
  for (let event = venue.nextAtClose(bar); event !== null; event = venue.nextAtClose(bar)) deliver(state, event, bar, bar.row + 1);
}

/** Gives what the market did to the engine. Rows before `marked` have been marked with the position as it was. */
function deliver(state: Walk, event: VenueEvent, { row, time }: Bar, marked: number): void {
  countExposure(state, marked);
  step(state.engine, event.kind === "fill" ? event : { ...event, row, time });
  carryOut(state.engine, state.venue);
}

/** Counts the rows before `end` at whose mark a position was held. */
function countExposure(state: Walk, end: number): void {
  if (state.book.position.quantity !== 0) state.exposedRows += end - state.counted;
  state.counted = end;
}

/** Lets all sessions begin that do so up to `row`, each with the close before it. */
function beginSessions(state: Walk, stretch: Stretch, row: number): void {
  const { firstRow, sessionStarts } = stretch;
  for (let start = sessionStarts[state.sessionsBegun]; start !== undefined && start <= row; start = sessionStarts[state.sessionsBegun]) {
    const before = start === 0 ? state.last : { time: timeAt(stretch, start - 1), close: priceAt(stretch.bars.columns.close, start - 1) };
    if (before !== null) closeSession(state, firstRow + start - 1, before);
    const time = timeAt(stretch, start);
    const days = before === null ? 0 : state.dateOf(time) - state.dateOf(before.time);
    step(state.engine, { kind: "roll", time, days });
    state.sessionsBegun += 1;
  }
}

function closeSession(
  { engine, book, sessionTime, sessionEquity }: Walk,
  row: number,
  last: { readonly time: Instant; readonly close: Price },
): void {
  step(engine, { kind: "close", symbol: book.symbol, row, close: last.close });
  sessionTime.push(last.time);
  sessionEquity.push(engine.money.toNumber(equityMarked(engine)));
}

/** A row, after the sessions up to it have begun. */
function barAt(state: Walk, stretch: Stretch, index: number): Bar {
  const { firstRow, sessionStarts, bars } = stretch;
  const beginsSession = sessionStarts[state.sessionsBegun - 1] === index;
  const endsSession = state.sessionClose !== null && reachesClose(state, stretch, index, state.sessionClose);
  return { row: firstRow + index, index, time: timeAt(stretch, index), columns: bars.columns, beginsSession, endsSession };
}

/** Whether a row is the first of its session that ends at the session's close or after it. */
function reachesClose({ last }: Walk, stretch: Stretch, index: number, sessionClose: (time: Instant) => number): boolean {
  const time = timeAt(stretch, index);
  const before = index > 0 ? timeAt(stretch, index - 1) : (last?.time ?? Number.NEGATIVE_INFINITY);
  const close = sessionClose(time);
  return before < close && close <= time;
}

function timeAt({ bars }: Stretch, row: number): Instant {
  return instant(bars.time[row] ?? Number.NaN);
}

function priceAt(column: Float64Array, row: number): Price {
  return ticks(column[row] ?? Number.NaN);
}
