/** A trade's states and what moves it between them (semantics 3.3 to 3.6, 11.8). The functions are the documentation. */
import type { OrderKind, Side } from "../market/order.ts";
import { lots, type Price, type Quantity } from "../values/quantity.ts";
import type { Plan } from "./risk/proposal.ts";

/** `adding`: open, and a further entry, or the rest of one, works. `exiting`: open, and an exit works. */
export type TradeState = "idle" | "entering" | "open" | "adding" | "exiting";

/** `submitted`: an entry or an add was approved; `begun`: it filled in part; `entered`: it filled, or its rest did; `closing`: an exit was approved; `lapsed`: the order of the state was cancelled or expired. */
export type TradeEvent = "submitted" | "begun" | "entered" | "closing" | "ended" | "lapsed";

/** The state after an event; null where the state does not know it. */
function stateAfter(state: TradeState, event: TradeEvent): TradeState | null {
  switch (state) {
    case "idle":
      return event === "submitted" ? "entering" : null;
    case "entering":
      return event === "begun" ? "adding" : event === "entered" ? "open" : event === "lapsed" ? "idle" : null;
    case "open":
      return event === "submitted" ? "adding" : event === "closing" ? "exiting" : event === "ended" ? "idle" : null;
    case "adding":
      return event === "begun" ? "adding" : event === "entered" || event === "lapsed" ? "open" : null;
    case "exiting":
      return event === "lapsed" ? "open" : event === "ended" ? "idle" : null;
  }
}

/** What the end of an order that has not filled, or of its rest, is to its trade, of a flatten to all trades that it was to close: stops and targets come and go within a state. */
export const LAPSES: Readonly<Record<OrderKind, TradeEvent | null>> = {
  entry: "lapsed",
  add: "lapsed",
  exit: "lapsed",
  flatten: "lapsed",
  stop: null,
  target: null,
  hold: null,
  quote: null,
};

/** What a trade has come to since its entry filled. */
export interface Holding {
  /** Of its entries. */
  readonly side: Side;
  readonly plan: Plan;
  /** Average price in currency of what has filled of the entry, and of the latest entry or add. */
  fill: number;
  lastFill: number;
  /** The best price since the first fill, which counts; rows count from `peakFrom` on. */
  peak: Price;
  readonly peakFrom: number;
  /** The price of the stop that was placed last; null before there is one. */
  stop: Price | null;
  /** Adds that have filled, if in part. */
  adds: number;
  /** An add was rejected, and its condition has not been false since. */
  addWaits: boolean;
}

/** A trade of one symbol. One that is idle is forgotten: an idle rule has none. */
export interface Trade {
  /** Index of the rule that owns it. */
  readonly rule: number;
  /** The round in which it was begun. */
  readonly round: number;
  state: TradeState;
  /** What its orders have filled and not closed again; above 0 from its entry's fill to its end. */
  held: Quantity;
  /** Null until its entry has filled. */
  holding: Holding | null;
}

/** The trade of rule `rule` before anything has happened. */
export function idleTrade(rule: number, round: number): Trade {
  return { rule, round, state: "idle", held: lots(0), holding: null };
}

/** Moves a trade on. An event that its state does not know is a mistake of the engine. */
export function transition(trade: Trade, event: TradeEvent): void {
  const state = stateAfter(trade.state, event);
  if (state === null) throw new Error(`a trade that is ${trade.state} cannot be ${event}`);
  trade.state = state;
}
