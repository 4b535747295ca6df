/**
 * The feed port: where live market data comes from. A replay of stored data and Alpaca's streams pass one contract suite (tests/contracts/feed.ts).
 * Prices are float64 in currency as the vendor states them; who consumes them puts them on the ticks of the dataset's quantum.
 */
import type { Instant } from "../values/quantity.ts";
import type { Answer, OutsideFailure } from "./outside.ts";

export interface FeedBar {
  readonly symbol: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export type FeedEvent =
  | { readonly kind: "bar"; readonly bar: FeedBar }
  /** A bar that was sent before, corrected by the vendor (late trades): recorded and counted, never decided on. */
  | { readonly kind: "bar_update"; readonly bar: FeedBar }
  | {
      readonly kind: "trade";
      readonly symbol: string;
      readonly time: Instant;
      readonly price: number;
      readonly size: number;
      readonly side: "buy" | "sell" | null;
    }
  | {
      readonly kind: "quote";
      readonly symbol: string;
      readonly time: Instant;
      readonly bid: number;
      readonly bidSize: number;
      readonly ask: number;
      readonly askSize: number;
    }
  /** Levels as price and size; size 0 takes a level away. `isSnapshot`: they are the whole book. */
  | {
      readonly kind: "book";
      readonly symbol: string;
      readonly time: Instant;
      readonly isSnapshot: boolean;
      readonly bids: readonly (readonly [number, number])[];
      readonly asks: readonly (readonly [number, number])[];
    }
  /** Anything else came, pings included: the connection lives. */
  | { readonly kind: "alive" }
  | { readonly kind: "connection"; readonly state: FeedState; readonly failure: OutsideFailure | null };

/** `live` data flows; `lost` it may have been missed since: repair by `history` before trading goes on; `closed` it will not come back (the replay has ended, keys were refused). */
export type FeedState = "connecting" | "live" | "lost" | "closed";

export interface FeedSubscription {
  readonly symbols: readonly string[];
  readonly channels: readonly ("bars" | "trades" | "quotes" | "book")[];
}

export interface BarRequest {
  readonly symbol: string;
  /** Microseconds; 86,400,000,000 for session bars. */
  readonly width: number;
  /** Ends of the first and last bar, both included. */
  readonly from: Instant;
  readonly to: Instant;
}

export interface Feed {
  /** Whether there is a connection that shows signs of life, so that its silence means something. */
  readonly isConnection: boolean;
  /** Begins to hand out events, each symbol's in order of time. One listener; it may take its time: a promise it returns is awaited by a replay, and counted as lag by a live feed. */
  open(subscription: FeedSubscription, listener: (event: FeedEvent) => void | Promise<void>): Promise<Answer<null>>;
  /** Bars of the past, in order of time. */
  history(request: BarRequest): Promise<Answer<readonly FeedBar[]>>;
  close(): Promise<void>;
}
