/**
 * The broker port: what an execution needs of whoever holds the account. The embedded paper broker and Alpaca's adapter pass one contract suite
 * (tests/contracts/broker.ts). Amounts are exact decimal texts in currency and shares; ids are ours (`clientId`, at most 48 characters of [A-Za-z0-9_-]) and never used twice.
 */
import type { Instant } from "../values/quantity.ts";
import type { OrderType, Side } from "./order.ts";
import type { Answer } from "./outside.ts";

export type BrokerTimeInForce = "day" | "gtc" | "ioc" | "fok" | "opg" | "cls";

export interface BrokerOrder {
  readonly clientId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly tif: BrokerTimeInForce;
  readonly quantity: string;
  /** Of limit and stop_limit. */
  readonly limit: string | null;
  /** Of stop and stop_limit. */
  readonly stop: string | null;
}

/** `working` and `partly_filled` may still fill; all others are the end. */
export type BrokerStatus = "working" | "partly_filled" | "filled" | "cancelled" | "expired" | "rejected" | "replaced";

/** An order as the broker knows it. */
export interface BrokerOrderState {
  readonly order: BrokerOrder;
  readonly brokerId: string;
  readonly status: BrokerStatus;
  readonly filled: string;
  /** Null before a fill. */
  readonly averagePrice: string | null;
  /** The client id of the order that took its place, or whose place it took. */
  readonly replacedBy: string | null;
  readonly replaces: string | null;
}

/** What the broker says by itself. Reports of one order come in order; one may come twice (the same `execution`), and before the answer to the request. */
export type BrokerReport =
  | { readonly kind: "accepted"; readonly clientId: string; readonly brokerId: string; readonly time: Instant }
  | {
      readonly kind: "fill";
      readonly clientId: string;
      /** Unique among all fills of the account. */
      readonly execution: string;
      readonly quantity: string;
      readonly price: string;
      readonly time: Instant;
      /** Filled so far, this fill included, and whether that is all of it. */
      readonly filled: string;
      readonly isWhole: boolean;
    }
  | { readonly kind: "cancelled" | "expired"; readonly clientId: string; readonly time: Instant }
  | { readonly kind: "rejected"; readonly clientId: string; readonly time: Instant; readonly reason: string }
  | { readonly kind: "replaced"; readonly clientId: string; readonly newClientId: string; readonly time: Instant }
  /** A cancel or replace that came too late or was refused; the order is as it was. */
  | { readonly kind: "change_refused"; readonly clientId: string; readonly time: Instant; readonly reason: string }
  /** Reports may have been lost since: reconcile before trading goes on. */
  | { readonly kind: "gap"; readonly time: Instant };

export interface BrokerPosition {
  readonly symbol: string;
  /** Negative when short. */
  readonly quantity: string;
  readonly averagePrice: string;
}

export interface BrokerAccount {
  /** Says whose account it is, so that a journal is never continued on another one. */
  readonly id: string;
  readonly cash: string;
  readonly equity: string;
  readonly buyingPower: string;
  readonly currency: string;
  /** The broker itself refuses trading at present. */
  readonly isBlocked: boolean;
  readonly mayShort: boolean;
}

export interface Broker {
  /** Hands out every report from now on, in order. One listener. Resolves when reports flow. */
  connect(listener: (report: BrokerReport) => void): Promise<Answer<BrokerAccount>>;
  submit(order: BrokerOrder): Promise<Answer<BrokerOrderState>>;
  /** Resolves when the request was taken; the end of the order is a report. */
  cancel(clientId: string): Promise<Answer<null>>;
  /** A new order in the place of a working one. */
  replace(
    clientId: string,
    changes: { readonly clientId: string; readonly quantity: string; readonly limit: string | null; readonly stop: string | null },
  ): Promise<Answer<BrokerOrderState>>;
  /** Null where no order ever had this id. */
  order(clientId: string): Promise<Answer<BrokerOrderState | null>>;
  openOrders(): Promise<Answer<readonly BrokerOrderState[]>>;
  /** Orders that ended or filled after `since`, oldest first: what a gap may have hidden. */
  ordersSince(since: Instant): Promise<Answer<readonly BrokerOrderState[]>>;
  positions(): Promise<Answer<readonly BrokerPosition[]>>;
  account(): Promise<Answer<BrokerAccount>>;
  close(): Promise<void>;
}
