/** Orders between the port's form and Alpaca's. */
import type { trading } from "@alpacahq/alpaca-trade-api";
import type { BrokerOrder, BrokerOrderState, BrokerStatus, BrokerTimeInForce } from "../../market/broker.ts";
import type { OrderType, Side } from "../../market/order.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { AMOUNT, AMOUNT_OR_NULL, type FieldSchema, instantOf, objectOf, shape, TEXT, TEXT_OR_NULL, TIME } from "./border.ts";

const TIME_OR_NULL = { anyOf: [TIME, { type: "null" }] } as const;

const STATUSES = {
  accepted: "working",
  pending_new: "working",
  new: "working",
  held: "working",
  partially_filled: "working",
  pending_cancel: "working",
  pending_replace: "working",
  accepted_for_bidding: "working",
  pending_review: "working",
  stopped: "working",
  suspended: "working",
  calculated: "working",
  done_for_day: "working",
  filled: "filled",
  canceled: "cancelled",
  expired: "expired",
  rejected: "rejected",
  replaced: "replaced",
} as const satisfies Readonly<Record<string, BrokerStatus>>;

/** The fields of an order that are used. An order that somebody else placed may be of a form that we never send: by value, or trailing. */
export interface WireOrder {
  readonly id: string;
  readonly client_order_id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType | "trailing_stop";
  readonly time_in_force: BrokerTimeInForce;
  readonly qty: string | null;
  readonly filled_qty: string;
  readonly filled_avg_price: string | null;
  readonly limit_price: string | null;
  readonly stop_price: string | null;
  readonly status: keyof typeof STATUSES;
  readonly replaced_by: string | null;
  readonly replaces: string | null;
  readonly submitted_at: string;
  readonly updated_at: string;
  readonly filled_at: string | null;
  readonly canceled_at: string | null;
  readonly expired_at: string | null;
  readonly failed_at: string | null;
  readonly replaced_at: string | null;
}

const WIRE_ORDER: FieldSchema = objectOf({
  id: TEXT,
  client_order_id: TEXT,
  symbol: TEXT,
  side: { enum: ["buy", "sell"] },
  type: { enum: ["market", "limit", "stop", "stop_limit", "trailing_stop"] },
  time_in_force: { enum: ["day", "gtc", "opg", "cls", "ioc", "fok"] },
  qty: AMOUNT_OR_NULL,
  filled_qty: AMOUNT,
  filled_avg_price: AMOUNT_OR_NULL,
  limit_price: AMOUNT_OR_NULL,
  stop_price: AMOUNT_OR_NULL,
  status: { enum: Object.keys(STATUSES) },
  replaced_by: TEXT_OR_NULL,
  replaces: TEXT_OR_NULL,
  submitted_at: TIME,
  updated_at: TIME,
  filled_at: TIME_OR_NULL,
  canceled_at: TIME_OR_NULL,
  expired_at: TIME_OR_NULL,
  failed_at: TIME_OR_NULL,
  replaced_at: TIME_OR_NULL,
});

export const ORDER = shape<WireOrder>("an order", WIRE_ORDER);
export const ORDERS = shape<readonly WireOrder[]>("a list of orders", { type: "array", items: WIRE_ORDER });

export function orderRequest(order: BrokerOrder): trading.PostOrderRequest {
  return {
    symbol: order.symbol,
    qty: order.quantity,
    side: order.side,
    type: order.type,
    timeInForce: order.tif,
    clientOrderId: order.clientId,
    ...(order.limit === null ? {} : { limitPrice: order.limit }),
    ...(order.stop === null ? {} : { stopPrice: order.stop }),
  };
}

/** `clientIdOf` gives the client ids of orders that stand before or after it. */
export function orderState(wire: WireOrder, clientIdOf: (brokerId: string) => string): BrokerOrderState {
  const status = STATUSES[wire.status];
  const hasFilled = !isZero(wire.filled_qty);
  return {
    order: {
      clientId: wire.client_order_id,
      symbol: wire.symbol,
      side: wire.side,
      // A trailing stop is a stop whose price moves; ours never is one.
      type: wire.type === "trailing_stop" ? "stop" : wire.type,
      tif: wire.time_in_force,
      quantity: wire.qty ?? wire.filled_qty,
      limit: wire.limit_price,
      stop: wire.stop_price,
    },
    brokerId: wire.id,
    status: status === "working" && hasFilled ? "partly_filled" : status,
    filled: wire.filled_qty,
    averagePrice: hasFilled ? wire.filled_avg_price : null,
    replacedBy: wire.replaced_by === null ? null : clientIdOf(wire.replaced_by),
    replaces: wire.replaces === null ? null : clientIdOf(wire.replaces),
  };
}

/** When something last filled or ended an order; null where nothing has. */
export function lastEvent({ filled_at, canceled_at, expired_at, failed_at, replaced_at }: WireOrder): Instant | null {
  const times = [filled_at, canceled_at, expired_at, failed_at, replaced_at].filter((time) => time !== null).map(instantOf);
  return times.length === 0 ? null : instant(Math.max(...times));
}

function isZero(amount: string): boolean {
  return /^-?0*(\.0*)?$/.test(amount);
}
