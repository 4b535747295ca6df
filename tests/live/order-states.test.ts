/** The table of an order's states at a broker: whatever comes, an order that has ended stays so, and only one that was handed over can fill. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { clientIdOf } from "../../src/run/live/client-id.ts";
import { isOpen, ORDER_TRANSITIONS, type OrderEvent } from "../../src/run/live/order-states.ts";
import type { OrderState } from "../../src/run/live/record.ts";

const STATES = Object.keys(ORDER_TRANSITIONS) as OrderState[];
const EVENTS = [...new Set(STATES.flatMap((state) => Object.keys(ORDER_TRANSITIONS[state])))] as OrderEvent[];

it("any sequence of events, legal or not, keeps to the table", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }), (events) => {
      let state: OrderState = "intended";
      let wasSubmitted = false;
      for (const event of events) {
        const next: OrderState | undefined = ORDER_TRANSITIONS[state][event];
        if (next === undefined) continue;
        if (event === "submit") wasSubmitted = true;
        if (event === "fill_part" || event === "fill_whole") expect(wasSubmitted && isOpen(state)).toBe(true);
        if (state === "filled" || state === "rejected") throw new Error("an end was left");
        state = next;
      }
    }),
  );
});

it("every state but the ends can still come to an end, and an intended order is not out", () => {
  for (const state of STATES)
    if (isOpen(state)) expect(ORDER_TRANSITIONS[state]).toMatchObject({ fill_whole: "filled", cancelled: "cancelled" });
  expect(STATES.filter((state) => !isOpen(state))).toEqual(["intended", "filled", "cancelled", "expired", "rejected"]);
});

it("ids follow from the decision alone, and fit what brokers take", () => {
  expect(clientIdOf("run", "strategy", 1, 1)).toBe(clientIdOf("run", "strategy", 1, 1));
  const ids = [
    clientIdOf("run", "a", 1, 1),
    clientIdOf("run", "a", 1, 2),
    clientIdOf("run", "a", 2, 1),
    clientIdOf("run", "b", 1, 1),
    clientIdOf("ran", "a", 1, 1),
  ];
  expect(new Set(ids).size).toBe(5);
  for (const id of ids) expect(id).toMatch(/^[a-z2-7]{26}$/);
});
