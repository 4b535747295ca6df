/** What is decided at an instant after its mark, each approval carried out before the next decision (semantics 2.4 to 2.6, 11.6). */
import { legsDeadline, mayHoldLegs } from "../engine/legs.ts";
import { mayEnter, mayExit, tradeToAddTo, trails } from "../engine/rules.ts";
import { tradeOf } from "../engine/state.ts";
import { beginRules, markAccount, step, takeSignal } from "../engine/step.ts";
import { SLOT } from "../graph/kernel.ts";
import type { EnterRule, Rule } from "../graph/nodes.ts";
import { type Instant, instant, ticks } from "../values/quantity.ts";
import { type Desk, decidingRow, type Lane, type SymbolLane } from "./desks.ts";
import { laneError } from "./failure.ts";
import { rowAt } from "./lanes/instants.ts";
import type { TimeStretch } from "./lanes/placement.ts";
import { settle } from "./market.ts";
import { tellCloses } from "./sessions.ts";
import type { Walk } from "./walk-state.ts";

/** An instant of the stretch at hand. */
interface Place {
  readonly at: number;
  readonly time: Instant;
}

type RuleOf<K extends Rule["kind"]> = Extract<Rule, { kind: K }>;

export function takeDecisions(state: Walk, { instants }: TimeStretch, at: number): void {
  const { engine, course, desks } = state;
  const place = { at, time: instant(instants[at] ?? Number.NaN) };
  tellCloses(engine, desks, at);
  markAccount(engine, place.time, course.slots[SLOT.equityPeak] ?? Number.NaN);
  const fires = fireMonitors(state, place);
  const { flatten } = engine.graph.session;
  if (flatten !== null) for (const desk of fires ? desks : course.due) flattenAtTime(state, desk, place);
  const isLate = endLateLegs(state, place);
  const asked = fires || isLate ? desks : course.due;
  course.show(asked, at);
  beginRules(engine);
  applyExits(state, asked, place);
  for (const desk of asked) followMarket(state, desk, place);
  applyEntries(state, asked, place);
}

/** Gives whether one has fired: then every symbol's orders may be others than its kernel knows. */
function fireMonitors(state: Walk, place: Place): boolean {
  const { engine, course } = state;
  const { risk } = engine.graph;
  let fires = false;
  for (let line = 0; line < risk.length; line++) {
    if (engine.halts[line] !== null || risk[line]?.monitor === null || !course.exceeds(line, place.at)) continue;
    step(engine, { kind: "monitor", line });
    settleAll(state, place);
    fires = true;
  }
  return fires;
}

function settleAll(state: Walk, { at, time }: Place): void {
  for (const desk of state.desks) desk.isTouched = true;
  settle(state, state.desks, at, time);
}

function flattenAtTime(state: Walk, desk: Desk, place: Place): void {
  const { engine } = state;
  const { book, first } = desk;
  const { rules, risk } = engine.graph;
  const row = decidingRow(first, place.at);
  if (row < 0 || !asks(first, () => first.kernel.condition(rules.length + risk.length, row))) return;
  step(engine, { kind: "flatten", symbol: book.symbol });
  settleOne(state, desk, place);
}

function settleOne(state: Walk, desk: Desk, { at, time }: Place): void {
  settle(state, [desk], at, time);
}

/** Gives whether legs were too late (11.10). */
function endLateLegs(state: Walk, place: Place): boolean {
  if (place.time <= legsDeadline(state.engine)) return false;
  step(state.engine, { kind: "deadline" });
  settleAll(state, place);
  return true;
}

/** A rule's turn on a row of one symbol. */
interface Turn {
  readonly desk: Desk;
  readonly lane: SymbolLane;
  readonly index: number;
  readonly row: number;
}

/** Null where the rule does not decide for the symbol at this instant. */
function turnOf(desk: Desk, { clock }: Rule, index: number, { at }: Place): Turn | null {
  const lane = desk.lanes[clock] ?? null;
  if (lane === null) throw new Error(`a rule on clock ${clock} without a lane`);
  const row = decidingRow(lane, at);
  return row < 0 ? null : { desk, lane, index, row };
}

/** What a lane says; where it cannot, that is said of the lane. */
function asks<T>({ clock, symbol }: Lane, question: () => T): T {
  try {
    return question();
  } catch (error) {
    throw laneError(error, clock, symbol);
  }
}

function holds({ lane, index, row }: Turn): boolean {
  try {
    return lane.kernel.condition(index, row);
  } catch (error) {
    throw laneError(error, lane.clock, lane.symbol);
  }
}

function act(state: Walk, { desk, lane, index, row }: Turn, place: Place): void {
  const plan = tradeOf(desk.book, index)?.holding?.plan ?? null;
  const signal = asks(lane, () => lane.read.firing(index, row, lane.rows.firstRow + row, plan));
  takeSignal(state.engine, signal);
  settleOne(state, desk, place);
}

function applyExits(state: Walk, asked: readonly Desk[], place: Place): void {
  const { rules } = state.engine.graph;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    if (rule?.kind !== "exit") continue;
    for (const desk of asked) {
      if (!mayExit(desk.book, rule)) continue;
      const turn = turnOf(desk, rule, index, place);
      if (turn !== null && holds(turn)) act(state, turn, place);
    }
  }
}

/** The trailing stops of a symbol follow its row (3.15). */
function followMarket(state: Walk, desk: Desk, place: Place): void {
  const { book, first } = desk;
  if (!trails(book)) return;
  const row = decidingRow(first, place.at);
  if (row < 0) return;
  const { high, low } = first.rows.bars.columns;
  step(state.engine, { kind: "trail", symbol: book.symbol, high: ticks(high[row] ?? Number.NaN), low: ticks(low[row] ?? Number.NaN) });
  settleOne(state, desk, place);
}

function applyEntries(state: Walk, asked: readonly Desk[], place: Place): void {
  const { rules } = state.engine.graph;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    if (rule?.kind === "legs") applyLegs(state, rule, index, place);
    else if (rule?.kind === "hold") {
      for (const desk of asked) applyHold(state, desk, rule, index, place);
    } else if (rule?.kind === "quote") {
      for (const desk of asked) applyQuote(state, desk, rule, index, place);
    } else if (rule?.kind === "enter") {
      for (const desk of preferred(rule, index, asked, place)) applyEntry(state, desk, rule, index, place);
    }
  }
}

function applyHold(state: Walk, desk: Desk, rule: RuleOf<"hold">, index: number, place: Place): void {
  const turn = turnOf(desk, rule, index, place);
  if (turn !== null && holds(turn)) act(state, turn, place);
}

function applyQuote(state: Walk, desk: Desk, rule: RuleOf<"quote">, index: number, place: Place): void {
  const turn = turnOf(desk, rule, index, place);
  if (turn === null) return;
  if (holds(turn)) act(state, turn, place);
  else {
    step(state.engine, { kind: "withdraw", rule: index, symbol: desk.book.symbol });
    settleOne(state, desk, place);
  }
}

/** The desks in the order in which an entry takes its turns (11.6): with `prefer` those on which it holds come first, by its value. */
function preferred(rule: EnterRule, index: number, asked: readonly Desk[], place: Place): readonly Desk[] {
  if (rule.prefer === null) return asked;
  const sign = rule.prefer.order === "highest" ? -1 : 1;
  const places = new Map(asked.map((desk) => [desk, preferenceOf(turnOf(desk, rule, index, place), sign)]));
  return asked.toSorted((a, b) => compare(places.get(a) ?? NO_PREFERENCE, places.get(b) ?? NO_PREFERENCE));
}

const NO_PREFERENCE = Number.POSITIVE_INFINITY;

/** Lowest first. A value is finite, so that symbols without one come after all others, and those on which the rule does not hold last. */
function preferenceOf(turn: Turn | null, sign: number): number {
  if (turn === null || !holds(turn)) return NO_PREFERENCE;
  const { lane, index, row } = turn;
  const value = asks(lane, () => lane.read.preference(index, row, lane.rows.firstRow + row));
  return value === null ? Number.MAX_VALUE : sign * value;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}

function applyEntry(state: Walk, desk: Desk, rule: EnterRule, index: number, place: Place): void {
  const { engine } = state;
  const { book } = desk;
  const turn = turnOf(desk, rule, index, place);
  if (turn === null) return;
  if (tradeToAddTo(book, index) !== undefined) applyAdd(state, turn, place);
  else if (book.waiting[index] === true) {
    if (!holds(turn)) step(engine, { kind: "rearm", rule: index, symbol: book.symbol });
  } else if (mayEnter(engine, book, index, book.row) && holds(turn)) act(state, turn, place);
}

function applyAdd(state: Walk, turn: Turn, place: Place): void {
  const { desk, lane, index, row } = turn;
  const { book } = desk;
  const holding = tradeOf(book, index)?.holding ?? null;
  if (holding === null) throw new Error("an add to a trade that has not begun");
  const wanted = asks(lane, () => lane.read.wantsAdd(index, row, lane.rows.firstRow + row, holding.plan, holding.lastFill));
  if (wanted && !holding.addWaits) act(state, turn, place);
  if (!wanted && holding.addWaits) step(state.engine, { kind: "rearm_add", rule: index, symbol: book.symbol });
}

function applyLegs(state: Walk, rule: RuleOf<"legs">, index: number, { at, time }: Place): void {
  const { engine, desks } = state;
  const lane = state.universe[rule.clock] ?? null;
  if (lane === null) throw new Error(`legs on clock ${rule.clock} without a lane`);
  const row = rowAt(lane.rows, at);
  const runRow = lane.rows.firstRow + row;
  const moved = rule.legs.map(({ symbol }) => desks[symbol]).filter((desk) => desk !== undefined);
  const isAlive = runRow >= (lane.startRows[index] ?? Number.POSITIVE_INFINITY) && moved.every(({ book }) => book.row >= 0);
  if (row < 0 || !isAlive) return;
  const isTrue = asks(lane, () => lane.kernel.condition(index, row));
  if (!mayHoldLegs(engine, index)) {
    if (!isTrue) step(engine, { kind: "rearm", rule: index, symbol: null });
    return;
  }
  if (!isTrue) return;
  step(engine, { kind: "legs", signal: asks(lane, () => lane.read(index, row, runRow)) });
  for (const desk of moved) desk.isTouched = true;
  settle(state, moved, at, time);
}
