import { expect, it } from "vitest";
import { idleTrade, type Trade, type TradeEvent, type TradeState, transition } from "../../src/engine/trade.ts";

const EVENTS: readonly TradeEvent[] = ["submitted", "begun", "entered", "closing", "ended", "lapsed"];
const TRANSITIONS: Readonly<Record<TradeState, Readonly<Partial<Record<TradeEvent, TradeState>>>>> = {
  idle: { submitted: "entering" },
  entering: { begun: "adding", entered: "open", lapsed: "idle" },
  open: { submitted: "adding", closing: "exiting", ended: "idle" },
  adding: { begun: "adding", entered: "open", lapsed: "open" },
  exiting: { lapsed: "open", ended: "idle" },
};

function after(...events: readonly TradeEvent[]): Trade {
  const trade = idleTrade(2, 0);
  for (const event of events) transition(trade, event);
  return trade;
}

it("a trade goes from idle by entering and open to exiting and back", () => {
  expect(after("submitted", "entered")).toEqual({ rule: 2, round: 0, state: "open", held: 0, holding: null });
  expect(after("submitted", "entered", "closing", "ended").state).toBe("idle");
  expect(after("submitted", "entered", "ended").state).toBe("idle");
  expect(after("submitted", "lapsed").state).toBe("idle");
});

it("an event that a state does not know is a mistake", () => {
  for (const state of Object.keys(TRANSITIONS) as TradeState[]) {
    for (const event of EVENTS) {
      const next = TRANSITIONS[state][event];
      const trade = { ...idleTrade(1, 0), state };
      if (next === undefined) expect(() => transition(trade, event)).toThrow(`a trade that is ${state} cannot be ${event}`);
      else {
        transition(trade, event);
        expect(trade.state).toBe(next);
      }
    }
  }
});
