/** Corporate actions as a walk comes to them: at the first instant of a stretch, after the session roll and before the market is met (semantics 13.1). */
import { carryOut, step } from "../engine/step.ts";
import type { CorporateAction } from "../market/actions.ts";
import { type Instant, instant } from "../values/quantity.ts";
import type { Desk } from "./desks.ts";
import type { TimeStretch } from "./lanes/placement.ts";
import { countExposure } from "./market.ts";
import { beginSessions, tellCloses } from "./sessions.ts";
import type { Walk } from "./walk-state.ts";

export function changeShares(state: Walk, stretch: TimeStretch): void {
  if (stretch.changes.length === 0) return;
  beginSessions(state, stretch, 0);
  tellCloses(state.engine, state.desks, -1);
  const time = instant(stretch.instants[0] ?? Number.NaN);
  for (const { symbol, actions } of stretch.changes) {
    const desk = state.desks[symbol];
    if (desk !== undefined) for (const action of actions) apply(state, desk, action, time);
  }
}

function apply(state: Walk, desk: Desk, action: CorporateAction, time: Instant): void {
  const { engine } = state;
  const { symbol, position, close } = desk.book;
  const row = desk.first.rows.firstRow;
  const before = position.quantity;
  countExposure(state, desk, row, state.instants);
  desk.actions.push({ action, time, close });
  step(engine, { kind: "action", symbol, action, row, time });
  carryOut(engine, state.execution);
  state.held += Number(position.quantity !== 0) - Number(before !== 0);
}
