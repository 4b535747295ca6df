/** A trade's states and what moves it between them (semantics 3.3 to 3.6). These tables are the documentation and the tests' model. */
import type { OrderKind, Side } from "../market/order.ts";
import type { Price } from "../values/quantity.ts";
import type { Plan } from "./risk/proposal.ts";

/** `adding`: open, and a further entry works. `exiting`: open, and an exit works. */
export type TradeState = "idle" | "entering" | "open" | "adding" | "exiting";

/** `submitted`: an entry or an add was approved; `entered`: it filled; `closing`: an exit was approved; `lapsed`: the order of the state was cancelled or expired. */
export type TradeEvent = "submitted" | "entered" | "closing" | "ended" | "lapsed";

export const TRANSITIONS: Readonly<Record<TradeState, Readonly<Partial<Record<TradeEvent, TradeState>>>>> = {
  idle: { submitted: "entering" },
  entering: { entered: "open", lapsed: "idle" },
  open: { submitted: "adding", closing: "exiting", ended: "idle" },
  adding: { entered: "open", lapsed: "open" },
  exiting: { lapsed: "open", ended: "idle" },
};

/** What the end of an order without a fill is to its trade: stops and targets come and go within a state. */
export const LAPSES: Readonly<Record<OrderKind, TradeEvent | null>> = {
  entry: "lapsed",
  add: "lapsed",
  exit: "lapsed",
  flatten: "lapsed",
  stop: null,
  target: null,
  hold: null,
};

/** What an open trade has come to. */
export interface Holding {
  /** Of its entries. */
  readonly side: Side;
  readonly plan: Plan;
  /** Price of the first fill and of the latest. */
  readonly fill: Price;
  readonly lastFill: Price;
  /** The best price since the first fill, which counts; rows count from `peakFrom` on. */
  readonly peak: Price;
  readonly peakFrom: number;
  /** Adds that have filled. */
  readonly adds: number;
  /** An add was rejected, and its condition has not been false since. */
  readonly addWaits: boolean;
}

/** At most one trade of a symbol is not idle, so one record holds them all. */
export interface Trade {
  readonly state: TradeState;
  /** Index of the rule that owns it; null where idle. */
  readonly rule: number | null;
}

export const IDLE: Trade = { state: "idle", rule: null };

/** The trade after an event; `rule` names the owner of a trade that begins. An event that its state does not know is a mistake of the engine. */
export function transition(trade: Trade, event: TradeEvent, rule = trade.rule): Trade {
  const state = TRANSITIONS[trade.state][event];
  if (state === undefined) throw new Error(`a trade that is ${trade.state} cannot be ${event}`);
  return state === "idle" ? IDLE : { state, rule };
}
