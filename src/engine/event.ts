/** What goes into the engine, beside the closes, marks and signals of step.ts, and what comes out. */
import type { SymbolId } from "../graph/nodes.ts";
import type { CorporateAction } from "../market/actions.ts";
import type { Fill, Moment } from "../market/order.ts";
import type { Instant, Price } from "../values/quantity.ts";
import type { LegsFiring, Signal } from "./risk/gate.ts";

/** Rows are those of the event's symbol on the first clock, counted over the run. */
export type EngineEvent =
  /** Something happens to a symbol's shares before its row `row` (13). Told before its market is met there, after the roll. */
  | { readonly kind: "action"; readonly symbol: SymbolId; readonly action: CorporateAction; readonly row: number; readonly time: Instant }
  /** A session begins at `time`, the one before it marked at its last instant, so many `days` (of dates) after the one before; 0 for the first (semantics 2.1, 11.12). */
  | { readonly kind: "roll"; readonly time: Instant; readonly days: number }
  | { readonly kind: "fill"; readonly fill: Fill; readonly moment: Moment }
  /** The time of a working order has run out on `row` (3.13). */
  | { readonly kind: "expiry"; readonly symbol: SymbolId; readonly order: number; readonly row: number; readonly time: Instant }
  /** The monitor of risk line `line` finds its limit exceeded (4.7). */
  | { readonly kind: "monitor"; readonly line: number }
  /** The session's flatten time has come for a symbol (3.12). */
  | { readonly kind: "flatten"; readonly symbol: SymbolId }
  /** The time for legs to fill has run out (11.10; `legsDeadline` says when); with the flattens. */
  | { readonly kind: "deadline" }
  /** Exits are done: the trailing stops of a symbol follow its row's extremes (3.15). */
  | { readonly kind: "trail"; readonly symbol: SymbolId; readonly high: Price; readonly low: Price }
  /** The condition of a rule with legs holds. */
  | { readonly kind: "legs"; readonly signal: LegsFiring }
  /** A rule with `quote` wants no order of a symbol. */
  | { readonly kind: "withdraw"; readonly rule: number; readonly symbol: SymbolId }
  /** The condition of an entry that was rejected is false again (3.4); of a rule with legs the symbol is null. */
  | { readonly kind: "rearm"; readonly rule: number; readonly symbol: SymbolId | null }
  /** The same of the add of the rule's open trade (3.16). */
  | { readonly kind: "rearm_add"; readonly rule: number; readonly symbol: SymbolId }
  /** A fill of an order that had been cancelled, as it was then (14.6). */
  | { readonly kind: "late_fill"; readonly fill: Fill; readonly order: Signal<"approved"> }
  /** For so many microseconds nothing has come from the feed (14.5); 0 when it comes again. */
  | { readonly kind: "feed_age"; readonly age: number }
  /** A person says so (14.9). */
  | { readonly kind: "kill" | "kill_and_flatten" | "resume" }
  /** The data has ended. */
  | { readonly kind: "end"; readonly time: Instant };

/** What is to be done outside, in order, with an order of `order.proposal.symbol`. `resize`: the working order with the id of `order` is to fill `order.quantity` from now on, beside `order.filled`; `rescale` puts it into new shares. */
export interface Command {
  readonly kind: "submit" | "resize" | "rescale" | "cancel";
  readonly order: Signal<"approved">;
}

/** Who carries out commands: the simulated market, a broker. Only what the gate approved can be submitted. */
export interface Execution {
  submit(order: Signal<"approved">): void;
  resize(order: Signal<"approved">): void;
  rescale(order: Signal<"approved">): void;
  cancel(order: Signal<"approved">): void;
}
