/** The state of the simulated broker, and how its orders end: every change of an order is here or in routing.ts, and is published as it is made. */
import type { Prng } from "../../values/prng.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { type Amount, amountText } from "./amounts.ts";
import type { Asset } from "./assets.ts";
import { bookFill, type Holdings, heldOf, recordFill } from "./holdings.ts";
import { isOpen, type OrderStatus, remaining, type SimulatedOrder, siblings } from "./order.ts";
import { type OrderJson, orderJson } from "./order-json.ts";
import type { Quote, Trade } from "./tape.ts";
import { timeText } from "./times.ts";

export interface BrokerSettings {
  /** Buying power is so many times equity that is not bound. */
  readonly multiplier: 1 | 2;
  readonly shorting: boolean;
  /** The share of fills that are partial. */
  readonly partialFills: number;
  /** With the fields on pattern day trading that Alpaca removed in July 2026, or without. */
  readonly accountForm: "current" | "legacy";
}

/** What may befall an order beside what the market does; asked once for every occasion. */
export type OrderFault = "partial_fill" | "reject_order" | "cancel_race" | "replace_race";

export type UpdateEvent =
  | "accepted"
  | "pending_new"
  | "new"
  | "fill"
  | "partial_fill"
  | "canceled"
  | "expired"
  | "rejected"
  | "replaced"
  | "pending_cancel"
  | "pending_replace"
  | "order_replace_rejected"
  | "order_cancel_rejected";

export type TradeUpdate = Readonly<Record<string, unknown>> & { readonly event: UpdateEvent; readonly order: OrderJson };

export interface Exchange {
  now: Instant;
  /** The account's owner has suspended trading. */
  isSuspended: boolean;
  readonly settings: BrokerSettings;
  readonly random: Prng;
  readonly newId: () => string;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly quotes: Map<string, Quote>;
  readonly trades: Map<string, Trade>;
  readonly holdings: Holdings;
  /** In order of submission. */
  readonly orders: Map<string, SimulatedOrder>;
  readonly byClientId: Map<string, SimulatedOrder>;
  readonly open: Set<SimulatedOrder>;
  /** Symbols whose opening trade of the session is still to come. */
  readonly awaitingOpen: Set<string>;
  readonly befalls: (fault: OrderFault) => boolean;
  readonly publish: (update: TradeUpdate) => void;
}

export function addOrder(exchange: Exchange, order: SimulatedOrder): void {
  exchange.orders.set(order.id, order);
  exchange.byClientId.set(order.ticket.clientId, order);
  exchange.open.add(order);
}

/** Every change gets a later instant than the one before, as at the real broker. */
function tick(exchange: Exchange, order: SimulatedOrder): Instant {
  order.updatedAt = instant(Math.max(exchange.now, order.updatedAt + 1));
  return order.updatedAt;
}

export function announce(
  exchange: Exchange,
  order: SimulatedOrder,
  event: UpdateEvent,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const execution = exchange.newId();
  exchange.publish({
    event,
    execution_id: execution,
    timestamp: timeText(order.updatedAt),
    order: orderJson(order, true),
    position_qty: amountText(heldOf(exchange.holdings, order.ticket.asset.symbol)),
    ...more,
  });
}

export function change(exchange: Exchange, order: SimulatedOrder, status: OrderStatus, event: UpdateEvent): void {
  order.status = status;
  tick(exchange, order);
  announce(exchange, order, event);
}

type End = "canceled" | "expired" | "rejected";

/** Ends an order that will fill no more, and with it what hangs on it. */
export function endOrder(exchange: Exchange, order: SimulatedOrder, status: End): void {
  endAlone(exchange, order, status);
  for (const other of [...order.legs, ...siblings(order)]) if (isOpen(other)) endOrder(exchange, other, "canceled");
}

/** Ends an order and leaves the others of its group. */
export function endAlone(exchange: Exchange, order: SimulatedOrder, status: End): void {
  const time = tick(exchange, order);
  order.status = status;
  exchange.open.delete(order);
  switch (status) {
    case "canceled":
      order.canceledAt = time;
      break;
    case "expired":
      order.expiredAt = time;
      break;
    case "rejected":
      order.failedAt = time;
  }
  announce(exchange, order, status);
}

/** Fills `quantity` of an order at `price`. */
export function fillOrder(exchange: Exchange, order: SimulatedOrder, quantity: Amount, price: Amount): void {
  const { ticket } = order;
  const execution = exchange.newId();
  order.filled = order.filled.plus(quantity);
  order.filledValue = order.filledValue.plus(quantity.times(price));
  const left = remaining(order, price);
  const isWhole = left.isZero();
  const time = tick(exchange, order);
  order.status = isWhole ? "filled" : "partially_filled";
  order.filledAt = time;
  if (isWhole) exchange.open.delete(order);
  bookFill(exchange.holdings, ticket.asset.symbol, ticket.side, quantity, price);
  recordFill(exchange.holdings, order, { execution, quantity, price, left, time });
  announce(exchange, order, isWhole ? "fill" : "partial_fill", {
    execution_id: execution,
    price: amountText(price),
    qty: amountText(quantity),
  });
  for (const other of siblings(order).filter(isOpen)) {
    if (isWhole) endOrder(exchange, other, "canceled");
    else other.quantity = other.filled.plus(left);
  }
  if (isWhole) armLegs(exchange, order);
}

/** The legs of a filled entry begin to work: all but the stop of a pair, which is held until it is reached. */
function armLegs(exchange: Exchange, order: SimulatedOrder): void {
  if (order.ticket.orderClass === "oco") return;
  for (const leg of order.legs.filter(isOpen)) {
    leg.quantity = order.filled;
    if (leg.ticket.type === "limit" || order.legs.length === 1) change(exchange, leg, "new", "new");
  }
}

/** Whether an order that is held waits for the market, not for another order. */
export function isArmed(order: SimulatedOrder): boolean {
  if (order.status !== "held") return true;
  const { parent } = order;
  return parent !== null && (parent.ticket.orderClass === "oco" ? isOpen(parent) : parent.status === "filled");
}
