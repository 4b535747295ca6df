/** An order as Alpaca's REST answers and trade updates show it. */
import type { Instant } from "../../values/quantity.ts";
import { type Amount, amountText } from "./amounts.ts";
import type { SimulatedOrder } from "./order.ts";
import { timeText } from "./times.ts";

export type OrderJson = Readonly<Record<string, unknown>>;

/** `nested`: legs within their order; else null in their place. */
export function orderJson(order: SimulatedOrder, nested: boolean): OrderJson {
  const { ticket } = order;
  return {
    id: order.id,
    client_order_id: ticket.clientId,
    created_at: timeText(order.createdAt),
    updated_at: timeText(order.updatedAt),
    submitted_at: timeText(order.createdAt),
    filled_at: timeOrNull(order.filledAt),
    expired_at: timeOrNull(order.expiredAt),
    canceled_at: timeOrNull(order.canceledAt),
    failed_at: timeOrNull(order.failedAt),
    replaced_at: timeOrNull(order.replacedAt),
    replaced_by: order.replacedBy,
    replaces: order.replaces,
    asset_id: ticket.asset.id,
    symbol: ticket.asset.symbol,
    asset_class: ticket.asset.class,
    notional: amountOrNull(ticket.notional),
    qty: amountOrNull(order.quantity),
    filled_qty: amountText(order.filled),
    filled_avg_price: order.filled.isZero() ? null : amountText(order.filledValue.dividedBy(order.filled)),
    order_class: ticket.orderClass,
    order_type: ticket.type,
    type: ticket.type,
    side: ticket.side,
    time_in_force: ticket.tif,
    limit_price: amountOrNull(ticket.limit),
    stop_price: amountOrNull(order.stop),
    status: order.status,
    extended_hours: ticket.extendedHours,
    legs: nested && order.legs.length > 0 ? order.legs.map((leg) => orderJson(leg, true)) : null,
    trail_percent: amountOrNull(ticket.trailPercent),
    trail_price: amountOrNull(ticket.trailPrice),
    hwm: amountOrNull(order.highWater),
    source: null,
    subtag: null,
  };
}

function timeOrNull(time: Instant | null): string | null {
  return time === null ? null : timeText(time);
}

function amountOrNull(value: Amount | null): string | null {
  return value === null ? null : amountText(value);
}
