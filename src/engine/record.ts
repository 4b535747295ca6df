/** What the engine leaves behind, in its own units. Text is made of it later (run/records.ts). Rows are those of the record's symbol. */
import type { HaltAction, Measure, SymbolId } from "../graph/nodes.ts";
import type { Fill, OrderKind, OrderType, Side } from "../market/order.ts";
import type { Money } from "../values/money.ts";
import type { Instant, Price, Quantity } from "../values/quantity.ts";
import type { Reason } from "./risk/checks.ts";

export interface OrderDecision {
  readonly event: "order";
  readonly id: number;
  readonly symbol: SymbolId;
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
  /** Why it was rejected; none for an approved order. */
  readonly reasons: readonly Reason[];
}

/** `cash` and `position`, that of the symbol, are those after the fill. */
interface BookedFill {
  readonly event: "fill";
  readonly fill: Fill;
  readonly cash: Money;
  readonly position: Quantity;
}

/** What borrowing the shares of a short position has cost (semantics 11.12); `row` is the symbol's last, `cash` what it leaves. */
interface BookedInterest {
  readonly event: "borrow";
  readonly symbol: SymbolId;
  readonly row: number;
  readonly time: Instant;
  readonly amount: Money;
  readonly cash: Money;
}

/** What an action brings to cash, below 0 where it is paid; `cash` is what it leaves (semantics 13.4, 13.7). */
interface BookedAction {
  readonly symbol: SymbolId;
  readonly row: number;
  readonly time: Instant;
  readonly amount: Money;
  readonly cash: Money;
}

export type EngineRecord =
  | OrderDecision
  | BookedFill
  | BookedInterest
  | (BookedAction & { readonly event: "cash_in_lieu" })
  | (BookedAction & { readonly event: "dividend"; readonly perShare: string })
  | {
      readonly event: "split";
      readonly symbol: SymbolId;
      readonly row: number;
      readonly time: Instant;
      readonly shares: number;
      readonly per: number;
    }
  /** A working order in new shares: its prices are null where it has none. */
  | {
      readonly event: "rescale";
      readonly order: number;
      readonly symbol: SymbolId;
      readonly row: number;
      readonly time: Instant;
      readonly quantity: Quantity;
      readonly price: Price | null;
      readonly limit: Price | null;
    }
  | {
      readonly event: "cancel" | "expire";
      readonly order: number;
      readonly symbol: SymbolId;
      readonly row: number;
      readonly time: Instant;
    }
  /** A stop or target that works is to fill `quantity` from now on: what it closes has changed (semantics 3.19). */
  | {
      readonly event: "resize";
      readonly order: number;
      readonly symbol: SymbolId;
      readonly row: number;
      readonly time: Instant;
      readonly quantity: Quantity;
    }
  /** Of the account; `row` is that of the first symbol. */
  | { readonly event: "halt"; readonly row: number; readonly time: Instant; readonly limit: Measure; readonly action: HaltAction };
