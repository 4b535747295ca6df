/** What goes into the engine and what comes out. */
import type { Fill } from "../market/order.ts";
import type { Instant, Price } from "../values/quantity.ts";
import type { Signal } from "./risk/gate.ts";

export type EngineEvent =
  /** A session begins on `row`; `close` is the last price of the row before, null before the first (semantics 2.1). */
  | { readonly kind: "roll"; readonly row: number; readonly close: Price | null }
  | { readonly kind: "fill"; readonly fill: Fill }
  /** The row is marked at its close (2.4) and its decisions begin; `peak` is the highest equity marked so far, in currency. */
  | { readonly kind: "mark"; readonly row: number; readonly time: Instant; readonly close: Price; readonly peak: number }
  /** The monitor of risk line `line` finds its limit exceeded (4.7). */
  | { readonly kind: "monitor"; readonly line: number }
  /** The session's flatten time has come (3.12). */
  | { readonly kind: "flatten" }
  /** Monitors and flatten are done, exits and entries follow. */
  | { readonly kind: "rules" }
  | { readonly kind: "signal"; readonly signal: Signal<"unchecked"> }
  /** The condition of an entry that was rejected is false again (3.4). */
  | { readonly kind: "rearm"; readonly rule: number }
  /** The data has ended after `row`. */
  | { readonly kind: "end"; readonly row: number; readonly time: Instant };

/** What is to be done outside, in order. */
export type Command = { readonly kind: "submit"; readonly order: Signal<"approved"> } | { readonly kind: "cancel"; readonly order: number };

/** Who carries out commands: the simulated market, a broker. Only what the gate approved can be submitted. */
export interface Execution {
  submit(order: Signal<"approved">): void;
  cancel(order: number): void;
}
