/** What goes into the engine and what comes out. */
import type { Fill, Moment } from "../market/order.ts";
import type { Instant, Price } from "../values/quantity.ts";
import type { Signal } from "./risk/gate.ts";

export type EngineEvent =
  /** A session begins on `row`; `close` is the last price of the row before, null before the first (semantics 2.1). */
  | { readonly kind: "roll"; readonly row: number; readonly close: Price | null }
  | { readonly kind: "fill"; readonly fill: Fill; readonly moment: Moment }
  /** The time of a working order has run out on `row` (3.13). */
  | { readonly kind: "expiry"; readonly order: number; readonly row: number; readonly time: Instant }
  /** The row is marked at its close (2.4) and its decisions begin; `peak` is the highest equity marked so far, in currency. */
  | { readonly kind: "mark"; readonly row: number; readonly time: Instant; readonly close: Price; readonly peak: number }
  /** The monitor of risk line `line` finds its limit exceeded (4.7). */
  | { readonly kind: "monitor"; readonly line: number }
  /** The session's flatten time has come (3.12). */
  | { readonly kind: "flatten" }
  /** Exits are done: the trailing stop follows the row's extremes (3.15). */
  | { readonly kind: "trail"; readonly high: Price; readonly low: Price }
  /** Monitors and flatten are done, exits and entries follow. */
  | { readonly kind: "rules" }
  | { readonly kind: "signal"; readonly signal: Signal<"unchecked"> }
  /** The condition of an entry that was rejected is false again (3.4). */
  | { readonly kind: "rearm"; readonly rule: number }
  /** The same of the open trade's add (3.16). */
  | { readonly kind: "rearm_add" }
  /** The data has ended after `row`. */
  | { readonly kind: "end"; readonly row: number; readonly time: Instant };

/** What is to be done outside, in order. `reduce` lowers the quantity of a working order to that of `order`, which has its id. */
export type Command =
  | { readonly kind: "submit" | "reduce"; readonly order: Signal<"approved"> }
  | { readonly kind: "cancel"; readonly order: number };

/** Who carries out commands: the simulated market, a broker. Only what the gate approved can be submitted. */
export interface Execution {
  submit(order: Signal<"approved">): void;
  reduce(order: Signal<"approved">): void;
  cancel(order: number): void;
}
