/** What a live run leaves behind beside the engine's records: plain JSON data, each a consequence of the inputs before it (semantics 14). */
import type { ExactDecimal } from "../../graph/nodes.ts";
import type { BrokerOrder } from "../../market/broker.ts";
import type { Instant } from "../../values/quantity.ts";
import type { RunRecord } from "../outcome.ts";

/** What the run wants done outside. Numbers count up from 1 over the run; a `submit` leaves only when its record is durable. */
export type LiveRequest = { readonly number: number } & (
  | { readonly kind: "submit"; readonly order: BrokerOrder }
  | { readonly kind: "cancel"; readonly clientId: string }
  /** What became of an order. */
  | { readonly kind: "order"; readonly clientId: string }
  /** The whole account, for a reconciliation; orders that ended count from `since` on. */
  | { readonly kind: "view"; readonly since: Instant }
  /** An input `timer` of this number at `due`. */
  | { readonly kind: "timer"; readonly due: Instant }
);

/** How an order stands with the broker (the table of its transitions: order-states.ts). */
export type OrderState =
  | "intended"
  | "sent"
  | "uncertain"
  | "working"
  | "partly_filled"
  | "cancelling"
  | "filled"
  | "cancelled"
  | "expired"
  | "rejected";

/** What a reconciliation found (semantics 14). `critical` halts the run. */
export interface Finding {
  readonly severity: "repaired" | "critical";
  readonly kind: "unknown_order" | "status" | "position" | "cash" | "account";
  readonly message: string;
}

/** Whether and why the run trades. `paused` refuses opening orders until its cause ends by itself, `halted` until a person resumes. */
export type LiveMode = "warming" | "trading" | "paused" | "halted" | "killed" | "ended";

export type LiveRecord =
  /** What the engine of a strategy did. */
  | { readonly kind: "engine"; readonly strategy: string; readonly record: RunRecord }
  | { readonly kind: "request"; readonly request: LiveRequest }
  | {
      readonly kind: "order_state";
      readonly strategy: string;
      readonly clientId: string;
      readonly order: number;
      readonly from: OrderState;
      readonly to: OrderState;
    }
  /** A report or an answer that the state of its order does not allow: it changes nothing. */
  | { readonly kind: "refused_report"; readonly clientId: string; readonly message: string }
  /** What a fill at the broker cost beyond the price that its order was decided at, in currency (below 0: it was better), and what the file estimates for it. */
  | {
      readonly kind: "slippage";
      readonly strategy: string;
      readonly order: number;
      readonly symbol: string;
      readonly estimated: number;
      readonly measured: number;
    }
  | { readonly kind: "reconciled"; readonly findings: readonly Finding[] }
  /** A rollout goes on to another share of the capital, in percent, or back to none. */
  | {
      readonly kind: "rollout";
      readonly time: Instant;
      readonly strategy: string;
      readonly share: number;
      readonly reason: "step" | "loss";
    }
  /** Capital moves from one strategy to another; with the equity of both, in this order. */
  | {
      readonly kind: "transfer";
      readonly time: Instant;
      readonly from: string;
      readonly to: string;
      readonly amount: ExactDecimal;
      readonly before: readonly [number, number];
      readonly after: readonly [number, number];
    }
  | { readonly kind: "mode"; readonly mode: LiveMode; readonly reason: string };
