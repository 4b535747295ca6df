/** What orders and fills are made of, wherever they go: the simulated market, a broker, the journal. */
import type { Money } from "../values/money.ts";
import type { Instant, Price, Quantity } from "../values/quantity.ts";

export type Side = "buy" | "sell";
/** What an order is for. `add` is a further entry of an open trade. */
export type OrderKind = "entry" | "add" | "exit" | "stop" | "target" | "hold" | "flatten" | "quote";
export type OrderType = "market" | "limit" | "stop" | "stop_limit";
/** Where on its row an order fills: at its open, between its open and its close, or at its close. */
export type Moment = "open" | "inside" | "close";

export function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}

/** An order that has been carried out, whole (semantics 5.5). */
export interface Fill {
  /** Id of the order. */
  readonly order: number;
  /** Its place among the symbols of the run. */
  readonly symbol: number;
  /** Of the symbol. */
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
