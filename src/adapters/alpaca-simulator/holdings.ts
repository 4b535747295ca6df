/** What the account has: cash, positions at average cost, and the fills that made them. */
import type { Instant } from "../../values/quantity.ts";
import { type Amount, amount, amountText, least, ZERO } from "./amounts.ts";
import { nameUuid } from "./assets.ts";
import type { OrderStatus, SimulatedOrder } from "./order.ts";
import { timeText } from "./times.ts";

export interface Position {
  readonly symbol: string;
  /** Below 0 when short. */
  quantity: Amount;
  averagePrice: Amount;
}

export interface Holdings {
  readonly accountId: string;
  readonly openedAt: Instant;
  cash: Amount;
  /** Equity at the last session's close. */
  lastEquity: Amount;
  readonly positions: Map<string, Position>;
  readonly activities: FillActivity[];
}

export interface FillActivity {
  readonly id: string;
  readonly time: Instant;
  readonly execution: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly price: Amount;
  readonly quantity: Amount;
  readonly filled: Amount;
  readonly left: Amount;
  readonly status: OrderStatus;
}

export function newHoldings(seed: number, cash: string, time: Instant): Holdings {
  const account = amount(cash);
  return {
    accountId: nameUuid(`account ${seed}`),
    openedAt: time,
    cash: account,
    lastEquity: account,
    positions: new Map(),
    activities: [],
  };
}

export function heldOf(holdings: Holdings, symbol: string): Amount {
  return holdings.positions.get(symbol)?.quantity ?? ZERO;
}

/** Books a fill of `quantity` at `price`: cash, and the position, whose average changes only where it grows. */
export function bookFill(holdings: Holdings, symbol: string, side: "buy" | "sell", quantity: Amount, price: Amount): void {
  const signed = side === "buy" ? quantity : quantity.negated();
  holdings.cash = holdings.cash.minus(signed.times(price));
  const before = holdings.positions.get(symbol) ?? { symbol, quantity: ZERO, averagePrice: ZERO };
  const after = before.quantity.plus(signed);
  const closed =
    before.quantity.isZero() || before.quantity.isNegative() === signed.isNegative() ? ZERO : least(quantity, before.quantity.abs());
  const opened = quantity.minus(closed);
  const kept = before.quantity.abs().minus(closed);
  if (after.isZero()) {
    holdings.positions.delete(symbol);
    return;
  }
  const value = kept.times(before.averagePrice).plus(opened.times(price));
  holdings.positions.set(symbol, { symbol, quantity: after, averagePrice: value.dividedBy(after.abs()) });
}

export function recordFill(
  holdings: Holdings,
  order: SimulatedOrder,
  fill: { readonly execution: string; readonly quantity: Amount; readonly price: Amount; readonly left: Amount; readonly time: Instant },
): void {
  const { ticket, id, filled, status } = order;
  const digits = timeText(fill.time).replace(/\D/g, "").padEnd(17, "0").slice(0, 17);
  holdings.activities.push({
    id: `${digits}::${fill.execution}`,
    orderId: id,
    symbol: ticket.asset.symbol,
    side: ticket.side,
    filled,
    status,
    ...fill,
  });
}

export function activityJson(activity: FillActivity): Readonly<Record<string, unknown>> {
  return {
    id: activity.id,
    activity_type: "FILL",
    transaction_time: timeText(activity.time),
    type: activity.left.isZero() ? "fill" : "partial_fill",
    price: amountText(activity.price),
    qty: amountText(activity.quantity),
    side: activity.side,
    symbol: activity.symbol,
    leaves_qty: amountText(activity.left),
    order_id: activity.orderId,
    cum_qty: amountText(activity.filled),
    order_status: activity.status,
  };
}
