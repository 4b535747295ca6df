/**
 * The walk over the instants: where the course says that something may happen the instant is lived through in the order of semantics 2 and 11.6, by events to
 * the engine and orders to the venues. Between two such instants nothing changes but the mark, so what happens at every row or session is made up for later.
 */
import { step } from "../engine/step.ts";
import { instant } from "../values/quantity.ts";
import { takeDecisions } from "./decisions.ts";
import { lastRowOf } from "./desks.ts";
import type { TimeStretch } from "./lanes/placement.ts";
import { countExposure, meetMarket } from "./market.ts";
import { readAhead } from "./read-ahead.ts";
import { beginSessions, closeSession } from "./sessions.ts";
import { changeShares } from "./share-changes.ts";
import type { Walk } from "./walk-state.ts";

/** Takes the walk over one stretch. Where it does not decide, orders meet the market and the account is marked, but nobody is asked (semantics 14.4, 14.5). */
export function walk(state: Walk, stretch: TimeStretch, decides = true): void {
  const { course } = state;
  const end = stretch.instants.length;
  course.begin(stretch);
  for (const desk of state.desks) readAhead(desk.first.rows.bars);
  state.sessionsBegun = 0;
  for (const desk of state.desks) {
    desk.sessionsBegun = 0;
    desk.finer = stretch.finer?.[desk.book.symbol] ?? null;
    if (desk.finer !== null) desk.coveredRows = (desk.coveredRows ?? 0) + desk.finer.covered;
  }
  changeShares(state, stretch);
  let at = 0;
  let phase: 0 | 1 = 0;
  while (at < end) {
    const wake = course.next(at, phase);
    at = Math.floor(wake / 2);
    if (at >= end) break;
    state.wakes += 1;
    beginSessions(state, stretch, at);
    if (wake % 2 === 0) {
      for (const desk of course.due) meetMarket(state, desk, at);
      phase = 1;
    } else {
      if (decides) takeDecisions(state, stretch, at);
      at += 1;
      phase = 0;
    }
  }
  beginSessions(state, stretch, end - 1);
  endStretch(state, stretch);
}

function endStretch(state: Walk, { instants, lane }: TimeStretch): void {
  const end = instants.length;
  const { symbols } = state.engine.graph;
  for (let symbol = 0; symbol < symbols.length; symbol++) state.rows += lane(0, symbol).bars.rows;
  for (const desk of state.desks) {
    desk.last = lastRowOf(desk);
    if (state.engine.graph.simulate.volumeCap !== null)
      desk.hasVolume ||= desk.first.rows.bars.columns.volume?.some((volume) => volume > 0) === true;
  }
  state.instants += end;
  state.first ??= instant(instants[0] ?? Number.NaN);
  state.last = instant(instants[end - 1] ?? Number.NaN);
}

/** After the last instant (semantics 2): the last session closes, working orders expire. */
export function finish(state: Walk): void {
  const { engine, last } = state;
  if (last === null) throw new Error("a walk over no instants");
  closeSession(state, -1, last);
  for (const desk of state.desks) countExposure(state, desk, (desk.last?.row ?? -1) + 1, state.instants);
  step(engine, { kind: "end", time: last });
}
