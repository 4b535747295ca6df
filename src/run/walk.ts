/**
 * The walk over the rows: the kernel runs ahead alone, and where it wakes the row is lived through in the order of semantics 2, by events to the
 * engine and orders to the venue. Between wakes nothing changes, so what happens at every row or session is made up for at the next wake.
 */
import { mayEnter, mayExit } from "../engine/rules.ts";
import type { Engine } from "../engine/state.ts";
import { carryOut, equityMarked, step } from "../engine/step.ts";
import { type Kernel, SLOT } from "../graph/kernel.ts";
import type { Fill } from "../market/order.ts";
import { type Instant, instant, type Price, ticks } from "../values/quantity.ts";
import { type Bar, priceOf, type Venue } from "../venue/venue.ts";
import type { RuleReader } from "./expressions.ts";
import type { Stretch } from "./rows.ts";
import type { TriggerWriter } from "./triggers.ts";

export interface Walk {
  readonly kernel: Kernel;
  readonly engine: Engine;
  readonly venue: Venue;
  readonly read: RuleReader;
  readonly writeTriggers: TriggerWriter;
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

/** A walk before its first row. */
export function startWalk(parts: Pick<Walk, "kernel" | "engine" | "venue" | "read" | "writeTriggers" | "startRow">): Walk {
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
  prepare(state, stretch);
  let row = 0;
  let phase: 0 | 1 = 0;
  while (row < rows) {
    const wake = kernel.run(row, phase, rows);
    row = Math.floor(wake / 2);
    if (row >= rows) break;
    state.wakes += 1;
    if (wake % 2 === 0) {
      meetMarket(state, stretch, row);
      phase = 1;
    } else {
      takeDecisions(state, stretch, row);
      phase = 0;
      row += 1;
    }
    prepare(state, stretch);
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
  step(engine, { kind: "end", row: rows - 1, time: last.time });
}

function prepare(state: Walk, { firstRow, sessionStarts }: Stretch): void {
  const next = sessionStarts[state.sessionsBegun];
  const nextSession = next === undefined ? Number.POSITIVE_INFINITY : firstRow + next;
  state.writeTriggers({ started: state.started, startRow: state.startRow, nextSession });
}

/** The row up to its close: sessions that have begun, then orders at the open and inside (semantics 2.1, 2.2). */
function meetMarket(state: Walk, stretch: Stretch, row: number): void {
  beginSessions(state, stretch, row);
  if (stretch.firstRow + row >= state.startRow) state.started = true;
  const bar = barAt(stretch, row);
  for (let fill = state.venue.next(bar); fill !== null; fill = state.venue.next(bar)) deliver(state, fill, bar.row);
}

/** What is decided at the row's close (semantics 2.5, 2.6), each approval carried out before the next decision. */
function takeDecisions(state: Walk, stretch: Stretch, row: number): void {
  beginSessions(state, stretch, row);
  const { engine, kernel } = state;
  const { rules, risk } = engine.graph;
  const bar = barAt(stretch, row);
  step(engine, {
    kind: "mark",
    row: bar.row,
    time: bar.time,
    close: priceOf(bar, "close"),
    peak: kernel.slots[SLOT.equityPeak] ?? Number.NaN,
  });
  for (let line = 0; line < risk.length; line++) {
    if (engine.halts[line] !== null || risk[line]?.monitor === null || !kernel.condition(rules.length + line, row)) continue;
    step(engine, { kind: "monitor", line });
    settle(state, bar);
  }
  if (kernel.condition(rules.length + risk.length, row)) {
    step(engine, { kind: "flatten" });
    settle(state, bar);
  }
  step(engine, { kind: "rules" });
  applyExits(state, bar, row);
  applyEntries(state, bar, row);
}

function applyExits(state: Walk, bar: Bar, row: number): void {
  const { engine, kernel } = state;
  const { rules } = engine.graph;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    if (rule?.kind !== "exit" || !mayExit(engine, rule) || !kernel.condition(index, row)) continue;
    signal(state, index, bar, row);
  }
}

function applyEntries(state: Walk, bar: Bar, row: number): void {
  const { engine, kernel } = state;
  const { rules } = engine.graph;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    if (rule?.kind === "enter" && engine.waiting[index] === true) {
      if (!kernel.condition(index, row)) step(engine, { kind: "rearm", rule: index });
    } else if (rule?.kind === "hold" || (rule?.kind === "enter" && mayEnter(engine, index))) {
      if (kernel.condition(index, row)) signal(state, index, bar, row);
    }
  }
}

function signal(state: Walk, rule: number, bar: Bar, row: number): void {
  step(state.engine, { kind: "signal", signal: state.read(rule, row, bar.row) });
  settle(state, bar);
}

/** Carries out what has been decided; with `market: close` that fills at once (semantics 5.6). */
function settle(state: Walk, bar: Bar): void {
  const { engine, venue } = state;
  carryOut(engine, venue);
  if (engine.graph.simulate.market !== "close") return;
  for (let fill = venue.nextAtClose(bar); fill !== null; fill = venue.nextAtClose(bar)) deliver(state, fill, bar.row + 1);
}

/** Gives a fill to the engine. Rows before `marked` have been marked with the position as it was. */
function deliver(state: Walk, fill: Fill, marked: number): void {
  countExposure(state, marked);
  step(state.engine, { kind: "fill", fill });
  carryOut(state.engine, state.venue);
}

/** Counts the rows before `end` at whose mark a position was held. */
function countExposure(state: Walk, end: number): void {
  if (state.engine.ledger.position !== 0) state.exposedRows += end - state.counted;
  state.counted = end;
}

/** Lets all sessions begin that do so up to `row`, each with the close before it. */
function beginSessions(state: Walk, stretch: Stretch, row: number): void {
  const { firstRow, sessionStarts } = stretch;
  for (let start = sessionStarts[state.sessionsBegun]; start !== undefined && start <= row; start = sessionStarts[state.sessionsBegun]) {
    const before = start === 0 ? state.last : { time: timeAt(stretch, start - 1), close: priceAt(stretch.bars.columns.close, start - 1) };
    if (before !== null) closeSession(state, firstRow + start - 1, before);
    step(state.engine, { kind: "roll", row: firstRow + start, close: before?.close ?? null });
    state.sessionsBegun += 1;
  }
}

function closeSession(
  { engine, sessionTime, sessionEquity }: Walk,
  row: number,
  last: { readonly time: Instant; readonly close: Price },
): void {
  sessionTime.push(last.time);
  sessionEquity.push(engine.money.toNumber(equityMarked(engine, row, last.close)));
}

function barAt(stretch: Stretch, index: number): Bar {
  return { row: stretch.firstRow + index, index, time: timeAt(stretch, index), columns: stretch.bars.columns };
}

function timeAt({ bars }: Stretch, row: number): Instant {
  return instant(bars.time[row] ?? Number.NaN);
}

function priceAt(column: Float64Array, row: number): Price {
  return ticks(column[row] ?? Number.NaN);
}
