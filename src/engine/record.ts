/** What the engine leaves behind, in order and in its own units: the journal of a run in memory. Text is made of it later (run/records.ts). */
import type { HaltAction, Measure } from "../graph/nodes.ts";
import type { Fill } from "../market/order.ts";
import type { Money } from "../values/money.ts";
import type { Instant, Quantity } from "../values/quantity.ts";
import type { Signal } from "./risk/gate.ts";

export type EngineRecord =
  | { readonly event: "order"; readonly verdict: Signal<"approved"> | Signal<"rejected"> }
  /** `cash` and `position` are those after the fill. */
  | { readonly event: "fill"; readonly fill: Fill; readonly cash: Money; readonly position: Quantity }
  | { readonly event: "cancel" | "expire"; readonly row: number; readonly time: Instant; readonly order: number }
  | { readonly event: "halt"; readonly row: number; readonly time: Instant; readonly limit: Measure; readonly action: HaltAction };
