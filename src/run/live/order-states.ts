/**
 * How an order stands with a broker, and what moves it on. This table is the documentation and the tests' model; what it does not list is refused and
 * recorded. `cancelling` lasts until the broker says what came first: the cancel, or a fill.
 */
import type { OrderState } from "./record.ts";

export type OrderEvent =
  /** It was handed over, with a new client id. */
  | "submit"
  | "accept"
  /** A part has filled, or the last part. */
  | "fill_part"
  | "fill_whole"
  | "cancel"
  /** The cancel came too late or was refused. */
  | "keep"
  | "cancelled"
  | "expired"
  | "rejected"
  /** Nobody knows what became of a request. */
  | "doubt"
  /** It is to be handed over anew. */
  | "renew";

type Row = Readonly<Partial<Record<OrderEvent, OrderState>>>;

const ENDS: Row = { fill_whole: "filled", cancelled: "cancelled", expired: "expired", rejected: "rejected" };

export const ORDER_TRANSITIONS: Readonly<Record<OrderState, Row>> = {
  intended: { submit: "sent", cancelled: "cancelled" },
  sent: { ...ENDS, accept: "working", fill_part: "partly_filled", cancel: "cancelling", doubt: "uncertain" },
  uncertain: { ...ENDS, accept: "working", fill_part: "partly_filled", cancel: "cancelling", submit: "sent" },
  working: { ...ENDS, accept: "working", fill_part: "partly_filled", cancel: "cancelling", keep: "working" },
  partly_filled: { ...ENDS, accept: "partly_filled", fill_part: "partly_filled", cancel: "cancelling", keep: "partly_filled" },
  cancelling: { ...ENDS, accept: "cancelling", fill_part: "cancelling", cancel: "cancelling", keep: "working", doubt: "uncertain" },
  filled: {},
  cancelled: { renew: "intended" },
  expired: { renew: "intended" },
  rejected: {},
};

/** Whether an order in this state may fill still, or will never. */
export function isOpen(state: OrderState): boolean {
  return state !== "intended" && "fill_whole" in ORDER_TRANSITIONS[state];
}
