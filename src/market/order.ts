/** What orders and fills are made of, wherever they go: the simulated market, a broker, the journal. */
import type { Money } from "../values/money.ts";
import type { Instant, Price, Quantity } from "../values/quantity.ts";

export type Side = "buy" | "sell";
export type OrderKind = "entry" | "exit" | "stop" | "hold" | "flatten";

export function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}

/** An order that has been carried out, whole (semantics 5.5). */
export interface Fill {
  /** Id of the order. */
  readonly order: number;
  readonly row: number;
  /** End of the row. */
  readonly time: Instant;
  readonly side: Side;
  /** Above 0. */
  readonly quantity: Quantity;
  readonly price: Price;
  /** The price before slippage. */
  readonly quoted: Price;
  readonly fee: Money;
}

/** A quantity with its sign: above 0 bought, below 0 sold. */
export function signed(side: Side, quantity: Quantity): Quantity {
  return side === "buy" ? quantity : (-quantity as Quantity);
}
