/** Trade updates as reports. */
import type { BrokerReport } from "../../market/broker.ts";
import type { Answer } from "../../market/outside.ts";
import { AMOUNT, checked, instantOf, objectOf, shape, TEXT, TEXT_OR_NULL, TIME } from "./border.ts";

interface WireUpdate {
  readonly event: string;
  readonly timestamp: string;
  readonly order: {
    readonly id: string;
    readonly client_order_id: string;
    readonly filled_qty: string;
    readonly replaced_by: string | null;
  };
}

interface WireFill {
  readonly execution_id: string;
  readonly price: string;
  readonly qty: string;
}

const UPDATE = shape<WireUpdate>(
  "a trade update",
  objectOf({
    event: TEXT,
    timestamp: TIME,
    order: objectOf({ id: TEXT, client_order_id: TEXT, filled_qty: AMOUNT, replaced_by: TEXT_OR_NULL }),
  }),
);
const FILL = shape<WireFill>("a fill", objectOf({ execution_id: TEXT, price: AMOUNT, qty: AMOUNT }));

/** What an update says: a report, that an order was replaced by one whose client id is still to be found, nothing that matters, or we do not know. */
export type UpdateMeaning =
  | { readonly kind: "report"; readonly report: BrokerReport }
  | { readonly kind: "replaced"; readonly clientId: string; readonly time: BrokerReport["time"]; readonly newBrokerId: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "unknown" };

export function readUpdate(data: unknown): Answer<UpdateMeaning> {
  const update = checked(UPDATE, data);
  if (!update.ok) return update;
  const { event, timestamp, order } = update.value;
  const clientId = order.client_order_id;
  const time = instantOf(timestamp);
  const report = (one: BrokerReport): Answer<UpdateMeaning> => ({ ok: true, value: { kind: "report", report: one } });
  switch (event) {
    case "new":
    case "accepted":
      return report({ kind: "accepted", clientId, brokerId: order.id, time });
    case "fill":
    case "partial_fill": {
      const fill = checked(FILL, data);
      if (!fill.ok) return fill;
      const { execution_id: execution, qty: quantity, price } = fill.value;
      return report({ kind: "fill", clientId, execution, quantity, price, time, filled: order.filled_qty, isWhole: event === "fill" });
    }
    case "canceled":
      return report({ kind: "cancelled", clientId, time });
    case "expired":
      return report({ kind: "expired", clientId, time });
    case "rejected":
      return report({ kind: "rejected", clientId, time, reason: "rejected by Alpaca after it was accepted" });
    case "order_cancel_rejected":
      return report({ kind: "change_refused", clientId, time, reason: "the cancel came too late" });
    case "order_replace_rejected":
      return report({ kind: "change_refused", clientId, time, reason: "the replacement came too late" });
    case "replaced":
      if (order.replaced_by === null) return { ok: true, value: { kind: "unknown" } };
      return { ok: true, value: { kind: "replaced", clientId, time, newBrokerId: order.replaced_by } };
    case "pending_new":
    case "pending_cancel":
    case "pending_replace":
    case "done_for_day":
    case "stopped":
    case "suspended":
    case "calculated":
      return { ok: true, value: { kind: "nothing" } };
    default:
      return { ok: true, value: { kind: "unknown" } };
  }
}
