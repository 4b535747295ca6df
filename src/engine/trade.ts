/** A trade's states and what moves it between them (semantics 3.3 to 3.6). This table is the documentation and the tests' model. */

export type TradeState = "idle" | "entering" | "open" | "exiting";

/** `lapsed`: the order of that state was cancelled or expired. */
export type TradeEvent = "submitted" | "entered" | "closing" | "ended" | "lapsed";

export const TRANSITIONS: Readonly<Record<TradeState, Readonly<Partial<Record<TradeEvent, TradeState>>>>> = {
  idle: { submitted: "entering" },
  entering: { entered: "open", lapsed: "idle" },
  open: { closing: "exiting", ended: "idle" },
  exiting: { ended: "idle", lapsed: "open" },
};

/** At most one trade of a symbol is not idle, so one record holds them all. */
export interface Trade {
  readonly state: TradeState;
  /** Index of the rule that owns it; null where idle. */
  readonly rule: number | null;
}

export const IDLE: Trade = { state: "idle", rule: null };

/** The trade after an event; `rule` names the owner of a trade that begins. An event that its state does not know is a mistake of the engine. */
export function transition(trade: Trade, event: TradeEvent, rule = trade.rule): Trade {
  const state = TRANSITIONS[trade.state][event];
  if (state === undefined) throw new Error(`a trade that is ${trade.state} cannot be ${event}`);
  return state === "idle" ? IDLE : { state, rule };
}
