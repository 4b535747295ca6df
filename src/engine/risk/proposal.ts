/** An order as a rule wants it, before the gate has seen it. */
import type { OrderKind, Side } from "../../market/order.ts";
import type { Instant, Price, Quantity } from "../../values/quantity.ts";

/** The stop's price in currency for an entry filled at a price in currency; null where it has no value. Everything else it reads is fixed. */
export type StopExpression = (fillPrice: number) => number | null;

export interface Proposal {
  /** The deciding row and its end; for a stop those of the fill it protects. */
  readonly row: number;
  readonly time: Instant;
  /** Index of the rule in the graph whose trade this order serves; null for a hold or a flatten. */
  readonly trade: number | null;
  /** The rule's name; for a flatten the risk measure that fired, or "session". */
  readonly source: string;
  readonly kind: OrderKind;
  readonly side: Side;
  readonly type: "market" | "stop";
  /** The deciding row's close; for a stop the price of the fill. */
  readonly reference: Price;
  /** Of a stop order; null for a market order, and for a stop whose expression has no value. */
  readonly price: Price | null;
  /** As asked for. */
  readonly quantity: Quantity;
  /** The part that only lowers |position|; the rest opens. */
  readonly reducing: Quantity;
  /** Whether the opening part may be lowered to the room left. */
  readonly trim: boolean;
  /** The declared stop of an entry, evaluated at the reference; null without one. */
  readonly stop: Price | null;
  readonly stopExpression: StopExpression | null;
}
