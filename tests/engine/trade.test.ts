import { expect, it } from "vitest";
import { IDLE, TRANSITIONS, type TradeEvent, type TradeState, transition } from "../../src/engine/trade.ts";

const EVENTS: readonly TradeEvent[] = ["submitted", "entered", "closing", "ended", "lapsed"];

it("a trade goes from idle by entering and open to exiting and back, keeping its owner", () => {
  const entering = transition(IDLE, "submitted", 2);
  const open = transition(entering, "entered");
  expect(open).toEqual({ state: "open", rule: 2 });
  expect(transition(transition(open, "closing"), "ended")).toEqual(IDLE);
  expect(transition(open, "ended")).toEqual(IDLE);
  expect(transition(entering, "lapsed")).toEqual(IDLE);
});

it("an event that a state does not know is a mistake", () => {
  for (const state of Object.keys(TRANSITIONS) as TradeState[]) {
    for (const event of EVENTS) {
      const next = TRANSITIONS[state][event];
      const trade = { state, rule: state === "idle" ? null : 1 };
      if (next === undefined) expect(() => transition(trade, event)).toThrow(`a trade that is ${state} cannot be ${event}`);
      else expect(transition(trade, event, 1).state).toBe(next);
    }
  }
});
