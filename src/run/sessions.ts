/** Sessions as the walk makes up for them: the close of one and the begin of the next (semantics 2.1, 11.6). */
import type { Engine } from "../engine/state.ts";
import { closeRow, markAccount, step } from "../engine/step.ts";
import { SLOT } from "../graph/kernel.ts";
import { type Instant, instant, ticks } from "../values/quantity.ts";
import type { Desk } from "./desks.ts";
import type { TimeStretch } from "./lanes/placement.ts";
import type { Walk } from "./walk-state.ts";

/** Lets all sessions begin that do so up to instant `at`, each with the close before it. */
export function beginSessions(state: Walk, { instants, sessionStarts }: TimeStretch, at: number): void {
  for (let start = sessionStarts[state.sessionsBegun]; start !== undefined && start <= at; start = sessionStarts[state.sessionsBegun]) {
    const before = start === 0 ? state.last : instantAt(instants, start - 1);
    if (before !== null) closeSession(state, start - 1, before);
    const time = instantAt(instants, start);
    step(state.engine, { kind: "roll", time, days: before === null ? 0 : state.dateOf(time) - state.dateOf(before) });
    state.sessionsBegun += 1;
    if (state.countsEntries) for (const desk of state.desks) desk.isTouched = true;
  }
}

/** Notes the equity of a session whose last instant is `at`, of time `time`; that is marked, unless it was for its decisions. */
export function closeSession(state: Walk, at: number, time: Instant): void {
  const { engine, course } = state;
  tellCloses(engine, state.desks, at);
  if (engine.mark.time < time) markAccount(engine, time, course.slots[SLOT.equityPeak] ?? Number.NaN);
  state.sessionTime.push(time);
  state.sessionEquity.push(engine.money.toNumber(engine.mark.equity));
}

/** Tells the engine the last row of these symbols at or before instant `at` of the stretch; −1 stands for the end of the one before. */
export function tellCloses(engine: Engine, desks: readonly Desk[], at: number): void {
  for (const desk of desks) {
    const { rows } = desk.first;
    const index = at < 0 ? -1 : (rows.lastRow[at] ?? -1);
    const { symbol } = desk.book;
    if (index >= 0) closeRow(engine, symbol, rows.firstRow + index, ticks(rows.bars.columns.close[index] ?? Number.NaN));
    else if (desk.last !== null) closeRow(engine, symbol, desk.last.row, desk.last.close);
  }
}

function instantAt(instants: Float64Array, at: number): Instant {
  return instant(instants[at] ?? Number.NaN);
}
