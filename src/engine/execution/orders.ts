/** Orders from proposal to end: through the gate, to work, to a fill, a cancel or their expiry. */

import { post } from "../../ledger/ledger.ts";
import type { Fill } from "../../market/order.ts";
import { removeAt } from "../../values/list.ts";
import { type Instant, lots, type Quantity, ticks } from "../../values/quantity.ts";
import { examine, opens, resized, restOf, type Signal } from "../risk/gate.ts";
import { onlyReduces } from "../risk/proposal.ts";
import { standing } from "../risk/standing.ts";
import { type Book, bookIn, type Engine, tradeOf } from "../state.ts";
import { LAPSES, type Trade, type TradeEvent, transition } from "../trade.ts";

type Verdict = Signal<"approved"> | Signal<"rejected">;

/** Puts a proposal before the gate. Nothing has happened yet but that it has a number. */
export function propose(engine: Engine, proposal: Signal<"validated">): Verdict {
  engine.orders += 1;
  const { money } = bookIn(engine, proposal.symbol);
  return examine(engine.gate, { id: engine.orders, proposal, money }, onlyReduces(proposal) ? null : standing(engine, proposal));
}

/** Records the gate's decision, and sends the order off if it was approved. */
export function conclude(engine: Engine, verdict: Verdict): void {
  engine.log.order(verdict);
  if (verdict.status === "rejected") {
    engine.rejected += 1;
    return;
  }
  const { proposal } = verdict;
  if (opens(verdict) && engine.gate.limits.order_rate.length > 0) engine.approvals.push(proposal.time);
  bookIn(engine, proposal.symbol).working.push(verdict);
  engine.commands.push({ kind: "submit", order: verdict });
}

/** Books a fill; its order goes on for the rest, or is over. Gives the order as it was before. */
export function bookFill(engine: Engine, book: Book, fill: Fill): Signal<"approved"> {
  const order = workingOrder(book, fill.order);
  if (fill.quantity > order.quantity) throw new Error(`order ${order.id} filled for more than it was for`);
  if (isWhole(order, fill)) remove(book, order);
  else book.working[book.working.indexOf(order)] = restOf(order, fill.quantity, fill.price, book.money);
  postFill(engine, book, fill);
  return order;
}

/** Books a fill, whatever has become of its order. */
export function postFill(engine: Engine, book: Book, fill: Fill): void {
  post(engine.ledger, fill);
  engine.slippage = engine.money.add(engine.slippage, book.money.value(fill.quantity, ticks(Math.abs(fill.price - fill.quoted))));
  engine.log.fill(fill, engine.ledger.cash, book.position.quantity);
}

/** Whether a fill leaves nothing of an order. */
export function isWhole(order: Signal<"approved">, { quantity }: Fill): boolean {
  return quantity === order.quantity;
}

/** The average price in currency of all that has filled of an order with this fill: the exact quotient, rounded once. */
export function averageFill({ money }: Book, { filled, paid }: Signal<"approved">, { quantity, price }: Fill): number {
  if (filled === 0) return price / money.scale.ticksPerUnit;
  return money.perShare(money.add(paid, money.value(quantity, price)), lots(filled + quantity));
}

/** The row and time of what happens between marks: a fill's, or an expiry's. */
export interface When {
  readonly row: number;
  readonly time: Instant;
}

/** Cancels the working orders of a symbol that `which` picks; decided at the mark where it is not said when. */
export function cancelOrders(engine: Engine, book: Book, which: (order: Signal<"approved">) => boolean, when?: When): void {
  if (book.working.length === 0) return;
  const { row, time } = when ?? { row: book.row, time: engine.mark.time };
  for (const order of book.working.filter(which)) {
    engine.log.ended("cancel", order, row, time);
    engine.commands.push({ kind: "cancel", order });
    lapse(engine, book, order);
  }
}

/** Ends a working order: its time, or the data, has run out. Gives the order. */
export function expireOrder(engine: Engine, book: Book, id: number, { row, time }: When): Signal<"approved"> {
  const order = workingOrder(book, id);
  engine.log.ended("expire", order, row, time);
  lapse(engine, book, order);
  return order;
}

/** Has a working order that closes something do so for `quantity`. That is recorded, but for a stop or an exit that falls to what is held. */
export function resizeOrder(engine: Engine, { working }: Book, order: Signal<"approved">, quantity: Quantity, { row, time }: When): void {
  if (quantity === order.quantity) return;
  const after = resized(order, quantity);
  if (quantity > order.quantity || order.proposal.kind === "target") engine.log.resized(after, row, time);
  working[working.indexOf(order)] = after;
  engine.commands.push({ kind: "resize", order: after });
}

/** The orders that work in any symbol, in order of approval. */
export function workingOrders({ books }: Engine): readonly Signal<"approved">[] {
  return books.flatMap(({ working }) => working).sort((a, b) => a.id - b.id);
}

/** Puts a working order into new shares (semantics 13.6), or cancels it where that leaves nothing of it. */
export function rescaleOrder(engine: Engine, book: Book, order: Signal<"approved">, after: Signal<"approved"> | null, when: When): void {
  if (after === null) {
    cancelOrders(engine, book, (each) => each === order, when);
    return;
  }
  book.working[book.working.indexOf(order)] = after;
  engine.log.rescaled(after, when.row, when.time);
  engine.commands.push({ kind: "rescale", order: after });
}

function workingOrder({ working }: Book, id: number): Signal<"approved"> {
  const order = working.find((each) => each.id === id);
  if (order === undefined) throw new Error(`order ${id} does not work`);
  return order;
}

function remove({ working }: Book, order: Signal<"approved">): void {
  removeAt(working, working.indexOf(order));
}

function lapse(engine: Engine, book: Book, order: Signal<"approved">): void {
  remove(book, order);
  const { trade, kind } = order.proposal;
  const event = LAPSES[kind];
  if (event === null) return;
  if (isExcess(order)) return;
  if (kind === "flatten") for (const each of closedByFlatten(book)) transition(each, event);
  else if (trade !== null) moveTrade(engine, book, trade, event);
}

/** The source of orders that close what fills that came late have left without a trade. */
export const LATE_FILL = "late fill";

/** Whether an order closes what no trade owns. */
export function isExcess({ proposal: { source } }: Signal<"approved">): boolean {
  return source === LATE_FILL;
}

/** The trades that a flatten is to end: all that exit, but not by an exit of their own. */
export function closedByFlatten({ trades, working }: Book): readonly Trade[] {
  const exits = (rule: number): boolean => working.some(({ proposal }) => proposal.kind === "exit" && proposal.trade === rule);
  return trades.filter(({ state, rule }) => state === "exiting" && !exits(rule));
}

/** Nothing works any more of a trade that holds nothing any more since `when`. */
export function endTrade(engine: Engine, book: Book, rule: number, when: When): void {
  cancelOrders(engine, book, ({ proposal }) => proposal.trade === rule, when);
  moveTrade(engine, book, rule, "ended");
  book.endedRow[rule] = when.row;
}

/** Moves the trade of a rule on, and forgets it where it becomes idle. */
function moveTrade(engine: Engine, book: Book, rule: number, event: TradeEvent): void {
  const trade = tradeOf(book, rule);
  if (trade === undefined) throw new Error(`the trade of rule ${rule} is idle: it cannot be ${event}`);
  transition(trade, event);
  if (trade.state !== "idle") return;
  removeAt(book.trades, book.trades.indexOf(trade));
  if (trade.round === engine.round) return;
  book.freed += 1;
  book.idleRound[rule] = engine.round;
}

/** Counts that a rule acted. */
export function fired(engine: Engine, rule: number): void {
  engine.firings[rule] = (engine.firings[rule] ?? 0) + 1;
}
