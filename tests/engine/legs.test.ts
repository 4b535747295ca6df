/** Legs (semantics 11.10), and what borrowing costs (11.12). */
import { describe, expect, it } from "vitest";
import { legsDeadline, mayHoldLegs } from "../../src/engine/legs.ts";
import type { RiskLimit, Rule } from "../../src/graph/nodes.ts";
import { instant } from "../../src/values/quantity.ts";
import { type Desk, desk } from "./desk.ts";

const SECOND = 1_000_000;

function pair(limit: RiskLimit = { measure: "gross_exposure", limit: { kind: "constant", value: "5000" }, monitor: null }): Desk {
  return desk("10000", (b) => {
    const size = { kind: "shares", amount: b.constant(1), trim: false } as const;
    const legs = [0, 1].map((symbol) => ({ symbol, size }));
    const rule: Rule = {
      kind: "legs",
      name: "pair",
      clock: 0,
      when: b.constant(true),
      legs,
      short: true,
      entries: null,
      within: 5 * SECOND,
    };
    return { rules: [rule], risk: [limit], simulate: { borrow: "0.036" } };
  });
}

const CLOSES = [1_000, 100_000, 10];

function legs(at: Desk, ...amounts: readonly (number | null)[]): void {
  at.step({ kind: "legs", signal: { rule: 0, amounts, inWindow: true } });
}

describe("legs", () => {
  it("go out together, those with nothing to do left out", () => {
    const at = pair();
    at.instant(CLOSES);
    legs(at, 100, -100);
    expect(at.orders()).toEqual(["0 buy 100 hold pair", "1 sell 100 hold pair"]);
    for (const order of at.working()) at.fill(order, CLOSES[order.proposal.symbol]!);
    at.instant(CLOSES);
    legs(at, 100, -150);
    expect(at.orders().slice(2)).toEqual(["1 sell 50 hold pair"]);
    expect(legsDeadline(at.engine)).toBe(Number.POSITIVE_INFINITY);
  });

  it("stay at home together, and wait until they are armed again", () => {
    const at = pair();
    at.instant(CLOSES);
    legs(at, 100, -400);
    expect(at.orders()).toEqual(["0 buy 100 hold pair legs", "1 sell 400 hold pair gross_exposure"]);
    expect(mayHoldLegs(at.engine, 0)).toBe(false);
    legs(at, 100, -100);
    at.step({ kind: "rearm", rule: 0, symbol: null });
    legs(at, 100, null);
    legs(at, 100, -100);
    expect(at.orders().slice(2)).toEqual(["0 buy 100 hold pair", "1 sell 100 hold pair"]);
  });

  it("turn a pair round within a net exposure that no single leg would leave", () => {
    const at = pair({ measure: "net_exposure", limit: { kind: "constant", value: "1100" }, monitor: null });
    at.instant(CLOSES);
    legs(at, 100, -100);
    for (const order of at.working()) at.fill(order, CLOSES[order.proposal.symbol]!);
    at.instant(CLOSES);
    legs(at, -100, 100);
    expect(at.orders().slice(2)).toEqual(["0 sell 200 hold pair", "1 buy 200 hold pair"]);
  });

  it("are flattened where one has not filled in time after the first", () => {
    const at = pair();
    at.instant(CLOSES);
    legs(at, 100, -100);
    at.fill(at.working()[0]!, 1_000);
    const [mark, filled] = [60 * SECOND, 61 * SECOND];
    expect(at.engine.mark.time).toBe(mark);
    expect(legsDeadline(at.engine)).toBe(filled + 5 * SECOND);
    at.instant(CLOSES, 6);
    at.step({ kind: "deadline" });
    expect(at.orders()).toHaveLength(2);
    at.instant(CLOSES, 1);
    at.step({ kind: "deadline" });
    expect(at.orders().slice(2)).toEqual(["0 sell 100 flatten pair"]);
    expect(at.records().filter(({ event }) => event === "cancel")).toHaveLength(1);
    expect(legsDeadline(at.engine)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("borrowing", () => {
  it("costs its rate for the days between two sessions, up to the money scale, before the day's starting equity is taken", () => {
    const at = pair();
    at.instant(CLOSES);
    legs(at, 100, -100);
    for (const order of at.working()) at.fill(order, CLOSES[order.proposal.symbol]!);
    at.instant([1_000, 100_001, 10]);
    at.step({ kind: "roll", time: instant(200 * SECOND), days: 3 });
    // 3.6 % of 1000.01 for 3 of 360 days is 0.300003.
    const { money, ledger, dayStart } = at.engine;
    expect(at.records().at(-1)).toMatchObject({ event: "borrow", symbol: 1, row: 1 });
    expect([ledger.interest, ledger.cash, dayStart].map(money.format)).toEqual(["0.3001", "9999.6999", "9999.6899"]);
    expect(at.engine.dayStartMarked).toBeCloseTo(9_999.6899, 9);
  });
});
