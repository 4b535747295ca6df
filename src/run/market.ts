/** Where orders meet the market: the rows of a symbol before its decisions, and what fills at the close that decides. */
import type { EngineEvent } from "../engine/event.ts";
import { carryOut, step } from "../engine/step.ts";
import type { Instant } from "../values/quantity.ts";
import type { Bar } from "../venue/bar.ts";
import type { VenueEvent } from "../venue/venue.ts";
import { barOf, closingBar, type Desk } from "./desks.ts";
import { partsOf } from "./finer-rows.ts";
import { rowAt } from "./lanes/instants.ts";
import { tellCloses } from "./sessions.ts";
import type { Walk } from "./walk-state.ts";

/** A symbol's row at instant `at` up to its close: orders at the open and inside (semantics 2.2). An entry that waits comes before the gate there, at the last closes before. */
export function meetMarket(state: Walk, desk: Desk, at: number): void {
  const { venue, first } = desk;
  const bar = barOf(desk, rowAt(first.rows, at), state.sessionClose);
  const marked = { rows: bar.row, instants: state.instants + at };
  if (desk.book.reversal !== null) tellCloses(state.engine, state.desks, at - 1);
  for (const part of partsOf(bar, desk.finer))
    for (let event = venue.next(part); event !== null; event = venue.next(part)) deliver(state, desk, event, part, marked);
}

/** Carries out what has been decided at instant `at`, of these desks; with `market: close` that fills at once (semantics 5.6). */
export function settle(state: Walk, desks: readonly Desk[], at: number, time: Instant): void {
  const { engine, execution } = state;
  carryOut(engine, execution);
  if (engine.graph.simulate.market !== "close") return;
  for (const desk of desks) {
    const bar = closingBar(desk, at, time);
    const marked = { rows: bar.row + 1, instants: state.instants + at + 1 };
    for (let event = desk.venue.nextAtClose(bar); event !== null; event = desk.venue.nextAtClose(bar))
      deliver(state, desk, event, bar, marked);
  }
}

/** Rows of a symbol and instants that have been marked with the position as it was. */
interface Marked {
  readonly rows: number;
  readonly instants: number;
}

/** Gives what the market did to the engine. */
function deliver(state: Walk, desk: Desk, event: VenueEvent, { row, time }: Bar, marked: Marked): void {
  const { position } = desk.book;
  const before = position.quantity;
  countExposure(state, desk, marked.rows, marked.instants);
  step(state.engine, event.kind === "fill" ? event : { ...event, row, time });
  carryOut(state.engine, state.execution);
  state.held += Number(position.quantity !== 0) - Number(before !== 0);
}

/** Counts the rows before `rows` of a symbol at whose mark it was held, and the instants before `instants` at whose mark anything was. */
export function countExposure(state: Walk, desk: Desk, rows: number, instants: number): void {
  if (desk.book.position.quantity !== 0) desk.exposedRows += rows - desk.counted;
  desk.counted = rows;
  if (state.held > 0) state.exposedInstants += instants - state.counted;
  state.counted = instants;
}

/** The same from a broker, between two instants: it belongs to the row under way. */
export function receive(state: Walk, desk: Desk, event: EngineEvent): void {
  const { position } = desk.book;
  const before = position.quantity;
  countExposure(state, desk, desk.book.row + 1, state.instants);
  if (desk.book.reversal !== null) tellCloses(state.engine, state.desks, -1);
  step(state.engine, event);
  carryOut(state.engine, state.execution);
  state.held += Number(position.quantity !== 0) - Number(before !== 0);
  desk.isTouched = true;
}

/** Carries out what a person asks for, between two instants. */
export function instruct(state: Walk, event: EngineEvent): void {
  step(state.engine, event);
  carryOut(state.engine, state.execution);
  for (const desk of state.desks) desk.isTouched = true;
}
