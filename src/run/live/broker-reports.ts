/** What a broker says of a strategy's orders, by itself or when asked, and what that is to the engine. */
import type { Signal } from "../../engine/risk/gate.ts";
import type { Graph } from "../../graph/nodes.ts";
import type { BrokerOrderState, BrokerReport, BrokerStatus } from "../../market/broker.ts";
import { type Fill, signed } from "../../market/order.ts";
import type { OutsideFailure } from "../../market/outside.ts";
import type { MoneyArithmetic } from "../../values/money.ts";
import { type Instant, lots, type Price, type Quantity, type Scale, ticks } from "../../values/quantity.ts";
import { type FeeSchedule, feeSchedule } from "../../venue/fees.ts";
import type { Desk } from "../desks.ts";
import { receive } from "../market.ts";
import { symbolIn } from "../records.ts";
import type { Walk } from "../walk-state.ts";
import { advance, type BrokerDesk, brokerOrder, release, type SentOrder } from "./broker-desk.ts";
import { isOpen, type OrderEvent } from "./order-states.ts";

/** A strategy that trades with a broker. */
export interface BrokerStrategy {
  readonly desk: BrokerDesk;
  readonly walk: Walk;
  readonly graph: Graph;
}

type OrderReport = Exclude<BrokerReport, { kind: "gap" }>;

/** Takes a report of an order of this strategy; false where it is none of its. */
export function takeReport(strategy: BrokerStrategy, report: OrderReport): boolean {
  const sent = orderOf(strategy.desk, report.clientId);
  if (sent === undefined) return false;
  switch (report.kind) {
    case "accepted":
      // A cancel that came before the order was known may have been lost.
      if (sent.state === "cancelling") strategy.desk.ask({ kind: "cancel", clientId: sent.clientId });
      move(strategy, sent, "accept", report.kind);
      break;
    case "fill":
      takeFill(strategy, sent, report);
      break;
    case "cancelled":
    case "expired":
    case "rejected":
      endAttempt(strategy, sent, report.kind, report.time);
      break;
    case "change_refused":
      move(strategy, sent, "keep", report.kind);
      strategy.desk.ask({ kind: "order", clientId: sent.clientId });
      break;
    case "replaced":
      refuse(strategy, sent, report.kind);
      break;
  }
  return true;
}

/** Of an order that this strategy has sent, and that is its last attempt. */
export function orderOf({ orders, ids }: BrokerDesk, clientId: string): SentOrder | undefined {
  const sent = orders.get(ids.get(clientId) ?? -1);
  return sent?.clientId === clientId ? sent : undefined;
}

function move({ desk }: BrokerStrategy, sent: SentOrder, event: OrderEvent, what: string): void {
  if (!advance(desk, sent, event)) refuse({ desk }, sent, what);
}

function refuse({ desk }: Pick<BrokerStrategy, "desk">, { clientId, state }: SentOrder, what: string): void {
  desk.tell({ kind: "refused_report", clientId, message: `${what} of an order that is ${state}` });
}

/** Fills are told apart by how much has filled: one that was heard of before is refused, one that was missed is asked for. */
function takeFill(strategy: BrokerStrategy, sent: SentOrder, report: Extract<OrderReport, { kind: "fill" }>): void {
  const { scale } = moneyOf(strategy, sent);
  const quantity = lotsOf(report.quantity, scale);
  const missed = lotsOf(report.filled, scale) - sent.filled - quantity;
  if (missed < 0 || !isOpen(sent.state)) {
    refuse(strategy, sent, `a fill up to ${report.filled}`);
    return;
  }
  if (missed > 0) strategy.desk.ask({ kind: "order", clientId: sent.clientId });
  book(strategy, sent, { quantity, price: ticksOf(report.price, scale), time: report.time });
}

interface Part {
  readonly quantity: Quantity;
  readonly price: Price;
  readonly time: Instant;
}

/** Hands a fill to the engine, and says what it cost beside what was estimated. */
function receiveFill(strategy: BrokerStrategy, kind: "fill" | "late_fill", order: Signal<"approved">, part: Part): void {
  const { desk, walk, graph } = strategy;
  const at = deskOf(walk, order);
  const fill = fillOf(strategy, order, part);
  const { name, scale } = symbolIn(desk.units, fill.symbol);
  const { type } = order.proposal;
  const unit = scale.ticksPerUnit * scale.lotsPerShare;
  const measured = (signed(fill.side, fill.quantity) * (fill.price - fill.quoted)) / unit;
  // As in the simulated market: of orders that take any price.
  const ratio = type === "market" || type === "stop" ? Number(graph.simulate.slippage) : 0;
  const estimated = (ratio * fill.quantity * fill.quoted) / unit;
  desk.tell({ kind: "slippage", strategy: desk.strategy, order: order.id, symbol: name, estimated, measured });
  receive(walk, at, kind === "fill" ? { kind, fill, moment: "inside" } : { kind, fill, order });
}

/** Hands a fill to the engine: what the order is for still, and beyond that, or where nobody waits for it any more, as one that came late. */
function book(strategy: BrokerStrategy, sent: SentOrder, part: Part): void {
  const { desk, walk } = strategy;
  const at = deskOf(walk, sent.order);
  sent.filled += part.quantity;
  sent.paid += part.quantity * part.price;
  const isWhole = sent.filled >= sent.asked;
  advance(desk, sent, isWhole ? "fill_whole" : "fill_part");
  const { order } = sent;
  const due = sent.isOver ? 0 : Math.min(part.quantity, order.quantity);
  if (isWhole) {
    endedNow(desk, sent);
    desk.orders.delete(order.id);
  }
  if (due > 0) receiveFill(strategy, "fill", order, { ...part, quantity: lots(due) });
  const rest = at.book.working.find(({ id }) => id === order.id);
  if (rest !== undefined) sent.order = rest;
  const late = lots(part.quantity - due);
  if (late > 0) receiveFill(strategy, "late_fill", order, { ...part, quantity: late });
  if (isWhole && rest !== undefined) renewWhole(strategy, sent);
  release(desk, order.proposal.symbol);
}

/** An attempt has filled whole while the engine wanted more of the order: the rest goes out. */
function renewWhole({ desk }: BrokerStrategy, sent: SentOrder): void {
  sent.state = "intended";
  sent.again = false;
  desk.orders.set(sent.order.id, sent);
}

/** Nothing more is expected of an attempt; the next view may still show it otherwise. */
function endedNow({ ids, ended }: BrokerDesk, sent: SentOrder): void {
  ids.delete(sent.clientId);
  ended.set(sent.clientId, { ...sent, isViewed: false });
}

/** The end of an attempt without a fill of all it was for. */
function endAttempt(strategy: BrokerStrategy, sent: SentOrder, event: "cancelled" | "expired" | "rejected", time: Instant): void {
  const { desk, walk } = strategy;
  if (!isOpen(sent.state)) {
    refuse(strategy, sent, event);
    return;
  }
  advance(desk, sent, event);
  endedNow(desk, sent);
  const { symbol } = sent.order.proposal;
  if (sent.again && !sent.isOver && event !== "rejected") {
    sent.again = false;
    advance(desk, sent, "renew");
  } else {
    desk.orders.delete(sent.order.id);
    const at = deskOf(walk, sent.order);
    if (!sent.isOver) receive(walk, at, { kind: "expiry", symbol, order: sent.order.id, row: at.book.row + 1, time });
  }
  release(desk, symbol);
}

/** What the broker says of an order when asked; null where it never had it: then it goes out again under the same id. */
export function takeState(strategy: BrokerStrategy, sent: SentOrder, state: BrokerOrderState | null, time: Instant): void {
  const { desk } = strategy;
  if (state === null) {
    if (sent.state !== "uncertain") return;
    if (sent.isOver) endAttempt(strategy, sent, "cancelled", time);
    else resend(desk, sent);
    return;
  }
  makeUp(strategy, sent, state, time);
  if (!isOpen(sent.state)) return;
  const end = ENDS[state.status];
  if (end !== undefined) endAttempt(strategy, sent, end, time);
  else if (state.status !== "filled" && sent.state !== "cancelling") advance(desk, sent, "accept");
}

const ENDS: Readonly<Partial<Record<BrokerStatus, "cancelled" | "expired" | "rejected">>> = {
  cancelled: "cancelled",
  expired: "expired",
  rejected: "rejected",
};

function resend(desk: BrokerDesk, sent: SentOrder): void {
  advance(desk, sent, "submit");
  desk.ask({ kind: "submit", order: brokerOrder(desk, sent) });
}

/** Fills that no report has told. */
function makeUp(strategy: BrokerStrategy, sent: SentOrder, state: BrokerOrderState, time: Instant): void {
  if (!isOpen(sent.state)) return;
  for (const missing of missingOf(strategy, sent, state)) book(strategy, sent, { ...missing, time });
}

/** The fills of an attempt that has ended, if the broker knows of more than were heard of. Gives how many lots. */
export function makeUpLate(strategy: BrokerStrategy, ended: SentOrder, state: BrokerOrderState, time: Instant): number {
  const before = ended.filled;
  for (const missing of missingOf(strategy, ended, state)) {
    ended.filled += missing.quantity;
    ended.paid += missing.quantity * missing.price;
    receiveFill(strategy, "late_fill", ended.order, { ...missing, time });
  }
  if (ended.filled > before) release(strategy.desk, ended.order.proposal.symbol);
  return ended.filled - before;
}

/** What has filled beyond what was heard of, at the tick below the average that it must have had, and above it as much as comes to exactly what was paid. */
function missingOf(strategy: BrokerStrategy, sent: SentOrder, { filled, averagePrice }: BrokerOrderState): readonly Omit<Part, "time">[] {
  const { scale } = moneyOf(strategy, sent);
  const all = lotsOf(filled, scale);
  const quantity = all - sent.filled;
  if (quantity <= 0 || averagePrice === null) return [];
  const paid = Math.floor(Number(averagePrice) * scale.ticksPerUnit * all + 0.5) - sent.paid;
  const below = Math.floor(paid / quantity);
  const above = paid - below * quantity;
  const parts = [
    { quantity: lots(quantity - above), price: ticks(below) },
    { quantity: lots(above), price: ticks(below + 1) },
  ];
  return parts.filter((part) => part.quantity > 0);
}

/** The answer to a request that hands an order over. */
export function takeSubmitFailure(strategy: BrokerStrategy, sent: SentOrder, failure: OutsideFailure, time: Instant): void {
  const { desk } = strategy;
  switch (failure.class) {
    case "rejected":
    case "retryable":
    case "rate_limited":
      if (sent.state === "sent" || sent.state === "cancelling" || sent.state === "uncertain") endAttempt(strategy, sent, "rejected", time);
      break;
    case "ambiguous":
    case "auth":
    case "fatal":
      if (advance(desk, sent, "doubt")) desk.ask({ kind: "order", clientId: sent.clientId });
      break;
  }
}

function moneyOf({ walk }: BrokerStrategy, { order }: SentOrder): MoneyArithmetic {
  return deskOf(walk, order).book.money;
}

function deskOf({ desks }: Walk, { proposal }: Signal<"approved">): Desk {
  const desk = desks[proposal.symbol];
  if (desk === undefined) throw new Error(`symbol ${proposal.symbol} is not traded`);
  return desk;
}

function lotsOf(text: string, { lotsPerShare }: Scale): Quantity {
  return lots(Math.floor(Number(text) * lotsPerShare + 0.5));
}

function ticksOf(text: string, { ticksPerUnit }: Scale): Price {
  return ticks(Math.floor(Number(text) * ticksPerUnit + 0.5));
}

function fillOf({ walk, graph }: BrokerStrategy, order: Signal<"approved">, { quantity, price, time }: Part): Fill {
  const { symbol, side, reference, type } = order.proposal;
  const { book } = deskOf(walk, order);
  const fee = feesOf(graph, book.money)(side, quantity, book.money.value(quantity, price), time);
  const quoted = type === "market" ? reference : (order.proposal.price ?? price);
  return { order: order.id, symbol, row: book.row + 1, time, side, quantity, price, quoted, fee };
}

/** What a fill will cost where the file says how much; tables are for the past, and what the broker takes shows in its cash. */
function feesOf({ simulate: { fees } }: Graph, money: MoneyArithmetic): FeeSchedule {
  return feeSchedule(fees.kind === "table" ? { kind: "none" } : fees, money);
}
