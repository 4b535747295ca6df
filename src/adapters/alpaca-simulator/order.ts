/** An order as the simulated broker keeps it. It is changed in place: clients see copies of it as JSON. */
import type { Instant } from "../../values/quantity.ts";
import { type Amount, ZERO } from "./amounts.ts";
import type { Asset } from "./assets.ts";

export const ORDER_TYPES = ["market", "limit", "stop", "stop_limit", "trailing_stop"] as const;
export const TIMES_IN_FORCE = ["day", "gtc", "opg", "cls", "ioc", "fok"] as const;
export const ORDER_CLASSES = ["simple", "bracket", "oco", "oto"] as const;

export type OrderType = (typeof ORDER_TYPES)[number];
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
export type OrderClass = (typeof ORDER_CLASSES)[number];
export type Side = "buy" | "sell";
export type OrderStatus =
  | "accepted"
  | "pending_new"
  | "new"
  | "held"
  | "partially_filled"
  | "pending_cancel"
  | "pending_replace"
  | "filled"
  | "canceled"
  | "expired"
  | "rejected"
  | "replaced";

/** What a client asked for, checked. */
export interface Ticket {
  readonly clientId: string;
  readonly asset: Asset;
  readonly side: Side;
  readonly type: OrderType;
  readonly tif: TimeInForce;
  readonly orderClass: OrderClass;
  /** Either of the two. */
  readonly quantity: Amount | null;
  readonly notional: Amount | null;
  readonly limit: Amount | null;
  readonly stop: Amount | null;
  readonly trailPrice: Amount | null;
  readonly trailPercent: Amount | null;
  readonly extendedHours: boolean;
}

export interface SimulatedOrder {
  readonly id: string;
  readonly ticket: Ticket;
  /** Of a leg it follows what the other leg has filled. */
  quantity: Amount | null;
  status: OrderStatus;
  filled: Amount;
  /** Sum of price times quantity of its fills. */
  filledValue: Amount;
  /** Where a stop stands now, which trails. */
  stop: Amount | null;
  highWater: Amount | null;
  /** The stop was reached: it is a market or limit order now. */
  isTriggered: boolean;
  readonly createdAt: Instant;
  updatedAt: Instant;
  filledAt: Instant | null;
  canceledAt: Instant | null;
  expiredAt: Instant | null;
  failedAt: Instant | null;
  replacedAt: Instant | null;
  replacedBy: string | null;
  readonly replaces: string | null;
  /** Of a bracket, oco or oto. */
  legs: readonly SimulatedOrder[];
  parent: SimulatedOrder | null;
}

export function newOrder(id: string, ticket: Ticket, time: Instant, replaces: string | null = null): SimulatedOrder {
  return {
    id,
    ticket,
    quantity: ticket.quantity,
    status: "pending_new",
    filled: ZERO,
    filledValue: ZERO,
    stop: ticket.stop,
    highWater: null,
    isTriggered: false,
    createdAt: time,
    updatedAt: time,
    filledAt: null,
    canceledAt: null,
    expiredAt: null,
    failedAt: null,
    replacedAt: null,
    replacedBy: null,
    replaces,
    legs: [],
    parent: null,
  };
}

export function isOpen({ status }: SimulatedOrder): boolean {
  switch (status) {
    case "accepted":
    case "pending_new":
    case "new":
    case "held":
    case "partially_filled":
    case "pending_cancel":
    case "pending_replace":
      return true;
    case "filled":
    case "canceled":
    case "expired":
    case "rejected":
    case "replaced":
      return false;
  }
}

/** Shares still wanted. An order by value is worth what `price` makes of it, to nine digits. */
export function remaining(order: SimulatedOrder, price: Amount): Amount {
  const { notional } = order.ticket;
  if (order.quantity !== null) return order.quantity.minus(order.filled);
  return notional === null ? ZERO : notional.minus(order.filledValue).dividedBy(price).toDecimalPlaces(9, 1);
}

/** The other exits of the same position: of a bracket's leg the other leg; of an oco its order or its leg. */
export function siblings(order: SimulatedOrder): readonly SimulatedOrder[] {
  const { parent } = order;
  if (order.ticket.orderClass === "oco" && parent === null) return order.legs;
  if (parent === null) return [];
  return parent.ticket.orderClass === "oco" ? [parent] : parent.legs.filter((leg) => leg !== order);
}
