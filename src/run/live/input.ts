/**
 * What a live run consumes, one input at a time (semantics 14): plain JSON data. A run follows from its beginning and its inputs alone, so inputs are
 * what a journal must keep; `received` is the runner's clock, the only time there is beside the data's own.
 */
import type { BrokerAccount, BrokerOrderState, BrokerPosition, BrokerReport } from "../../market/broker.ts";
import type { FeedBar, FeedState } from "../../market/feed.ts";
import type { Answer, OutsideFailure } from "../../market/outside.ts";
import type { Instant } from "../../values/quantity.ts";

/** What a person asks of a run. `kill`: no opening order from now on, working orders are cancelled; `flatten`: the same, and what is held is closed; `resume` takes both back. */
export interface LiveCommand {
  readonly command: "kill" | "flatten" | "resume";
  /** Who or what asks, for the record. */
  readonly reason: string;
}

/** The account as the broker has it, asked for at one time. */
export interface BrokerView {
  readonly account: BrokerAccount;
  readonly positions: readonly BrokerPosition[];
  readonly openOrders: readonly BrokerOrderState[];
  /** Orders that ended or filled since the view before this one. */
  readonly endedOrders: readonly BrokerOrderState[];
}

/** Why the runner stopped handing inputs over. */
export type EndReason =
  /** The replay is over: working orders expire, positions stay. */
  | "data_over"
  /** Ctrl-C or a signal: nothing is changed, the run can be continued. */
  | "interrupted"
  /** The journal, the feed or the broker cannot go on. */
  | "failed";

export type LiveInput = { readonly received: Instant } & (
  | {
      /** An instant has closed: all that ended or ticked at `end`. */
      readonly kind: "instant";
      readonly end: Instant;
      /** In the order of the run's symbols; those of symbols without a bar are missing. Empty where only a slower clock ticks. */
      readonly bars: readonly FeedBar[];
      /** `history` before the first decision, `repair` after a gap: orders meet these bars, nothing is decided on them. */
      readonly origin: "live" | "history" | "repair";
    }
  /** A bar of an instant that has closed before, or a correction of one that was decided on. */
  | { readonly kind: "late_bar"; readonly bar: FeedBar; readonly isCorrection: boolean }
  | { readonly kind: "feed"; readonly state: FeedState; readonly failure: OutsideFailure | null }
  /** Nothing, pings included, has come from the feed for so many microseconds; 0 when it comes again. */
  | { readonly kind: "feed_age"; readonly age: number }
  | { readonly kind: "report"; readonly report: BrokerReport }
  /** The answer to a request of the run (record.ts), by its number. */
  | { readonly kind: "answer"; readonly request: number; readonly answer: Answer<RequestValue> }
  /** What a model of the host says to the run's question, of each of its rows: null where it says nothing, or (`isLate`) not in time. */
  | {
      readonly kind: "model";
      readonly strategy: string;
      readonly model: string;
      readonly answers: readonly (number | null)[];
      readonly isLate: boolean;
    }
  /** A timer that the run has asked for is due. */
  | { readonly kind: "timer"; readonly timer: number }
  | ({ readonly kind: "command" } & LiveCommand)
  /** The run goes on after a restart: what was sent without an answer is uncertain. */
  | { readonly kind: "restart" }
  | { readonly kind: "end"; readonly reason: EndReason }
);

/** What a request that went well brings, by its kind. */
export type RequestValue =
  | { readonly kind: "order"; readonly state: BrokerOrderState | null }
  | { readonly kind: "taken" }
  | { readonly kind: "view"; readonly view: BrokerView };
