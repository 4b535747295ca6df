/**
 * A gradual rollout (semantics 14.13): the second strategy of a run takes over the first one's capital, step by step, and gives it back where it loses more than was
 * declared. It follows from the instants alone.
 */
import { moveCapital } from "../../engine/capital.ts";
import { grossExposure } from "../../engine/risk/standing.ts";
import { equityNow } from "../../engine/state.ts";
import { markAccount } from "../../engine/step.ts";
import { SLOT } from "../../graph/kernel.ts";
import { calendarNamed } from "../../market/calendars.ts";
import type { Instant } from "../../values/quantity.ts";
import { ratioNumber } from "../../values/ratio.ts";
import { instruct } from "../market.ts";
import { tellCloses } from "../sessions.ts";
import type { LiveRecord } from "./record.ts";
import type { StrategyRun } from "./strategy.ts";

/** How a rollout goes on. */
export interface RolloutPlan {
  /** Of the capital, in percent, rising; the run begins with the first. */
  readonly shares: readonly number[];
  /** Sessions on a step before the next. */
  readonly sessions: number;
  /** The fall of the second strategy's unit value from its highest, as a ratio, beyond which it is rolled back. */
  readonly lossMax: number;
}

/** What goes from instant to instant. */
export interface RolloutState {
  step: number;
  /** That have begun on this step. */
  sessions: number;
  /** The date of the last instant, as a day number. */
  date: number | null;
  isRolledBack: boolean;
  /** Capital is still to be moved. */
  isMoving: boolean;
  /** What 1 of the second strategy's capital at the begin is worth, its highest so far, and its equity where it was 1. */
  unit: number;
  peak: number;
  equityPerUnit: number;
}

export interface Rollout {
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  readonly incumbent: StrategyRun;
  readonly challenger: StrategyRun;
  readonly tell: (record: LiveRecord) => void;
}

/** A rollout before the first instant of a run of two strategies. */
export function rolloutOf(plan: RolloutPlan, [incumbent, challenger]: readonly StrategyRun[], tell: Rollout["tell"]): Rollout {
  if (incumbent === undefined || challenger === undefined) throw new Error("a rollout of fewer than two strategies");
  const state = { step: 0, sessions: 0, date: null, isRolledBack: false, isMoving: false, unit: 1, peak: 1 };
  return { plan, state: { ...state, equityPerUnit: equityOf(challenger) }, incumbent, challenger, tell };
}

/** After every live instant, once both strategies have taken it; not while a person has killed the run. */
export function advanceRollout(rollout: Rollout, end: Instant): void {
  const { plan, state, incumbent, challenger, tell } = rollout;
  for (const { walk } of [incumbent, challenger]) {
    tellCloses(walk.engine, walk.desks, -1);
    if (walk.engine.mark.time < end) markAccount(walk.engine, end, walk.course.slots[SLOT.equityPeak] ?? Number.NaN);
  }
  const begins = passDate(state, calendarNamed(challenger.graph.calendar).dateOf(end - 1));
  state.unit = equityOf(challenger) / state.equityPerUnit;
  state.peak = Math.max(state.peak, state.unit);
  const isOver = state.step + 1 === plan.shares.length && state.sessions >= plan.sessions;
  if (!state.isRolledBack && !isOver && state.unit < (1 - plan.lossMax) * state.peak) {
    Object.assign(state, { isRolledBack: true, isMoving: true });
    tell({ kind: "rollout", time: end, strategy: challenger.name, share: 0, reason: "loss" });
    instruct(challenger.walk, { kind: "kill_and_flatten" });
    incumbent.circumstances.isKilled = false;
  }
  if (!begins) return;
  if (!state.isRolledBack && !isOver && state.sessions >= plan.sessions) takeStep(rollout, end);
  if (state.isMoving) move(rollout, end);
}

/** Gives whether a session begins. */
function passDate(state: RolloutState, date: number): boolean {
  if (date === state.date) return false;
  if (state.date !== null) state.sessions += 1;
  state.date = date;
  return true;
}

/** Who gives all of its capital has to close what it holds. */
function takeStep({ plan, state, incumbent, challenger, tell }: Rollout, time: Instant): void {
  Object.assign(state, { step: state.step + 1, sessions: 0, isMoving: true });
  const share = plan.shares[state.step] ?? 0;
  tell({ kind: "rollout", time, strategy: challenger.name, share, reason: "step" });
  if (share === 100) instruct(incumbent.walk, { kind: "kill_and_flatten" });
}

/** Below this nothing is moved; and so much stays with everyone, so that shares of its account are numbers. */
const CENT = 0.01;
const STAYS = 1;

/** Moves what is free of what is to be moved; the rest waits for the next session. */
function move({ plan, state, incumbent, challenger, tell }: Rollout, end: Instant): void {
  const share = state.isRolledBack ? 0 : (plan.shares[state.step] ?? 0) / 100;
  const wanted = share * (equityOf(incumbent) + equityOf(challenger)) - equityOf(challenger);
  const [from, to] = wanted > 0 ? [incumbent, challenger] : [challenger, incumbent];
  const most = Math.min(Math.abs(wanted), equityOf(from) - STAYS);
  const cents = Math.floor(Math.min(most, freeCash(from)) / CENT + 1e-6);
  state.isMoving = most - cents * CENT >= CENT;
  if (cents < 1) return;
  const amount = (cents / 100).toFixed(2);
  const before = [equityOf(from), equityOf(to)] as const;
  transfer(from, `-${amount}`);
  transfer(to, amount);
  const after = [equityOf(from), equityOf(to)] as const;
  state.equityPerUnit = equityOf(challenger) / state.unit;
  tell({ kind: "transfer", time: end, from: from.name, to: to.name, amount, before, after });
}

function transfer({ walk: { engine, course, desks } }: StrategyRun, text: string): void {
  const amount = engine.money.parse(text);
  if (amount === null) throw new Error(`an amount of ${text}`);
  const proportion = moveCapital(engine, amount);
  course.slots[SLOT.equityPeak] = (course.slots[SLOT.equityPeak] ?? Number.NaN) * ratioNumber(proportion);
  for (const desk of desks) desk.isTouched = true;
}

function equityOf({ walk: { engine } }: StrategyRun): number {
  return engine.money.toNumber(equityNow(engine));
}

/** What neither positions nor working orders need. */
function freeCash({ walk: { engine } }: StrategyRun): number {
  const { money } = engine;
  return Math.max(0, money.toNumber(money.subtract(equityNow(engine), grossExposure(engine))));
}
