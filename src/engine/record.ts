/** What the engine leaves behind, in its own units. Text is made of it later (run/records.ts). */
import type { HaltAction, Measure } from "../graph/nodes.ts";
import type { Fill, OrderKind, OrderType, Side } from "../market/order.ts";
import type { Money } from "../values/money.ts";
import type { Instant, Price, Quantity } from "../values/quantity.ts";
import type { CheckName } from "./risk/checks.ts";

export interface OrderDecision {
  readonly event: "order";
  readonly id: number;
  readonly row: number;
  readonly time: Instant;
  readonly source: string;
  readonly kind: OrderKind;
  readonly side: Side;
  readonly type: OrderType;
  readonly price: Price | null;
  /** Of a stop_limit; null for all others. */
  readonly limit: Price | null;
  /** Of a rejected order what was asked for. */
  readonly quantity: Quantity;
  /** Failed checks; none for an approved order. */
  readonly reasons: readonly CheckName[];
}

/** `cash` and `position` are those after the fill. */
interface BookedFill {
  readonly event: "fill";
  readonly fill: Fill;
  readonly cash: Money;
  readonly position: Quantity;
}

export type EngineRecord =
  | OrderDecision
  | BookedFill
  | { readonly event: "cancel" | "expire"; readonly order: number; readonly row: number; readonly time: Instant }
  | { readonly event: "halt"; readonly row: number; readonly time: Instant; readonly limit: Measure; readonly action: HaltAction };
