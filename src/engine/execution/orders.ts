/** Orders from proposal to end: through the gate, to work, to a fill, a cancel or their expiry. */

import { equityAt, post } from "../../ledger/ledger.ts";
import { type Fill, signed } from "../../market/order.ts";
import { removeAt } from "../../values/list.ts";
import { type Instant, lots, type Quantity, ticks } from "../../values/quantity.ts";
import type { Standing } from "../risk/checks.ts";
import { examine, reduced, type Signal } from "../risk/gate.ts";
import type { Engine } from "../state.ts";
import { LAPSES, type TradeEvent, transition } from "../trade.ts";

/** Puts a proposal before the gate. Nothing has happened yet but that it has a number. */
export function propose(engine: Engine, proposal: Signal<"validated">): Signal<"approved"> | Signal<"rejected"> {
  engine.orders += 1;
  return examine(engine.gate, proposal, standing(engine), engine.orders);
}

/** Records the gate's decision, and sends the order off if it was approved. */
export function conclude(engine: Engine, verdict: Signal<"approved"> | Signal<"rejected">): void {
  engine.log.order(verdict);
  if (verdict.status === "rejected") {
    engine.rejected += 1;
    return;
  }
  engine.working.push(verdict);
  engine.commands.push({ kind: "submit", order: verdict });
}

/** The account as the gate sees it now: marked at the row's close, with what has been approved before. */
function standing(engine: Engine): Standing {
  const { money, ledger, mark } = engine;
  let reserved = money.zero;
  for (const order of engine.working) reserved = money.add(reserved, order.reserved);
  return {
    halted: engine.halts.some((until) => until !== null),
    cash: ledger.cash,
    equity: equityAt(ledger, mark.close),
    peak: mark.peak,
    position: ledger.position,
    working: workingQuantity(engine),
    reserved,
    mark: mark.close,
    dayStart: engine.dayStart,
  };
}

/** What the working market orders will add to the position. */
export function workingQuantity(engine: Engine): Quantity {
  let sum = 0;
  for (const { proposal, quantity } of engine.working) if (proposal.type === "market") sum += signed(proposal.side, quantity);
  return lots(sum);
}

/** Books a fill and takes its order off the list. Gives the order. */
export function book(engine: Engine, fill: Fill): Signal<"approved"> {
  const order = workingOrder(engine, fill.order);
  remove(engine, order);
  post(engine.ledger, fill);
  engine.slippage = engine.money.add(engine.slippage, engine.money.value(fill.quantity, ticks(Math.abs(fill.price - fill.quoted))));
  engine.log.fill(fill, engine.ledger.cash, engine.ledger.position);
  return order;
}

/** The row and time of what happens between marks: a fill's, or an expiry's. */
interface When {
  readonly row: number;
  readonly time: Instant;
}

/** Cancels the working orders that `which` picks. */
export function cancelOrders(engine: Engine, which: (order: Signal<"approved">) => boolean, { row, time }: When = engine.mark): void {
  if (engine.working.length === 0) return;
  for (const order of engine.working.filter(which)) {
    engine.log.ended("cancel", order.id, row, time);
    engine.commands.push({ kind: "cancel", order: order.id });
    lapse(engine, order);
  }
}

/** Ends a working order: its time, or the data, has run out. */
export function expireOrder(engine: Engine, id: number, { row, time }: When): void {
  engine.log.ended("expire", id, row, time);
  lapse(engine, workingOrder(engine, id));
}

/** Lowers a working order that closes to `quantity`, if that is less: it never closes more than is held. */
export function reduceOrder(engine: Engine, order: Signal<"approved">, quantity: Quantity): void {
  if (quantity >= order.quantity) return;
  const smaller = reduced(order, quantity);
  engine.working[engine.working.indexOf(order)] = smaller;
  engine.commands.push({ kind: "reduce", order: smaller });
}

function workingOrder({ working }: Engine, id: number): Signal<"approved"> {
  const order = working.find((each) => each.id === id);
  if (order === undefined) throw new Error(`order ${id} does not work`);
  return order;
}

function remove({ working }: Engine, order: Signal<"approved">): void {
  removeAt(working, working.indexOf(order));
}

function lapse(engine: Engine, order: Signal<"approved">): void {
  remove(engine, order);
  const { trade, kind } = order.proposal;
  const event = LAPSES[kind];
  if (trade !== null && event !== null) moveTrade(engine, event);
}

export function moveTrade(engine: Engine, event: TradeEvent, rule?: number): void {
  engine.trade = rule === undefined ? transition(engine.trade, event) : transition(engine.trade, event, rule);
}
