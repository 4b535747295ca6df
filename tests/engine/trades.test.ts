/** Several trades on one symbol (semantics 11.8). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/engine/risk/proposal.ts";
import { mayEnter } from "../../src/engine/rules.ts";
import type { EnterRule, RiskLimit, Rule } from "../../src/graph/nodes.ts";
import { instant, ticks } from "../../src/values/quantity.ts";
import { MARKET, PLAIN } from "../support/rules.ts";
import { type Desk, desk, NO_PLAN } from "./desk.ts";

const FREE: RiskLimit = { measure: "order_value", limit: { kind: "constant", value: "1000000000" }, monitor: null };

/** Two entries long (0, 1), one short (2), and the exits of the first two (3, 4). The first has a stop at 5.00. */
function trading(trades: number): { readonly at: Desk; readonly stopped: Plan } {
  let stop = -1;
  const at = desk("1000000", (b) => {
    stop = b.constant(5);
    const enter = (name: string, side: EnterRule["side"]): Rule => ({
      kind: "enter",
      name,
      clock: 0,
      when: b.constant(true),
      side,
      size: { kind: "shares", amount: b.constant(1), trim: false },
      ...PLAIN,
      stop: name === "a" ? stop : null,
    });
    const exit = (name: string, trade: number): Rule => ({ kind: "exit", name, clock: 0, when: b.constant(true), trade, order: MARKET });
    return {
      rules: [enter("a", "long"), enter("b", "long"), enter("s", "short"), exit("xa", 0), exit("xb", 1)],
      risk: [FREE, { measure: "open_trades", limit: { kind: "constant", value: `${trades}` }, monitor: null }],
    };
  });
  return { at, stopped: { ...NO_PLAN, stop: { node: stop, row: 0, kept: new Map(), shares: 1 } } };
}

const CLOSES = [1_000, 100_000, 10];

function fillAll(at: Desk, kinds: readonly string[]): void {
  for (const order of at.working()) if (kinds.includes(order.proposal.kind)) at.fill(order, 1_000);
}

/** Trade a of 100 and trade b of 50, open on the first symbol. */
function twoOpen(): Desk {
  const { at, stopped } = trading(2);
  at.instant(CLOSES);
  at.say(0, 0, 100, stopped);
  at.say(1, 0, 50);
  fillAll(at, ["entry"]);
  at.instant(CLOSES);
  return at;
}

describe("with two trades on a symbol", () => {
  it("each has its own quantity, stop and exit", () => {
    const at = twoOpen();
    at.say(4, 0, null);
    expect(at.orders()).toEqual(["0 buy 100 entry a", "0 buy 50 entry b", "0 sell 100 stop a", "0 sell 50 exit xb"]);
    fillAll(at, ["exit"]);
    expect(at.engine.books[0]).toMatchObject({ position: { quantity: 100 }, trades: [{ rule: 0, state: "open", held: 100 }] });
    expect(at.working().map(({ proposal }) => proposal.kind)).toEqual(["stop"]);
  });

  it("a stop ends its trade alone", () => {
    const at = twoOpen();
    fillAll(at, ["stop"]);
    expect(at.engine.books[0]).toMatchObject({ position: { quantity: 50 }, trades: [{ rule: 1, state: "open", held: 50 }] });
  });

  it("a flatten closes the whole position by one order and ends them", () => {
    const at = twoOpen();
    at.step({ kind: "flatten", symbol: 0 });
    expect(at.orders().at(-1)).toBe("0 sell 150 flatten session");
    expect(at.engine.books[0]?.trades.map(({ state }) => state)).toEqual(["exiting", "exiting"]);
    fillAll(at, ["flatten"]);
    expect(at.engine.books[0]).toMatchObject({ position: { quantity: 0 }, trades: [] });
  });

  it("a flatten leaves to an exit at the next open what that closes", () => {
    const at = twoOpen();
    at.say(3, 0, null);
    at.step({ kind: "flatten", symbol: 0 });
    expect(at.orders().slice(-2)).toEqual(["0 sell 100 exit xa", "0 sell 50 flatten session"]);
    fillAll(at, ["exit", "flatten"]);
    expect(at.engine.books[0]).toMatchObject({ position: { quantity: 0 }, trades: [] });
  });

  it("a flatten that lapses opens them again", () => {
    const at = twoOpen();
    at.step({ kind: "flatten", symbol: 0 });
    const [order] = at.working();
    at.step({ kind: "expiry", symbol: 0, order: order!.id, row: 2, time: instant(0) });
    expect(at.engine.books[0]?.trades.map(({ state }) => state)).toEqual(["open", "open"]);
  });

  it("a third, or one of the other side, is not listened to; another symbol is free", () => {
    const at = twoOpen();
    const [book, other] = at.engine.books;
    expect(mayEnter(at.engine, book!, 2, 1)).toBe(false);
    expect(mayEnter(at.engine, other!, 2, 1)).toBe(true);
    at.say(3, 0, null);
    fillAll(at, ["exit"]);
    expect([0, 1, 2].map((rule) => mayEnter(at.engine, book!, rule, 1))).toEqual([true, false, false]);
  });

  it("what an exit leaves free is taken on the next row", () => {
    const { at } = trading(2);
    at.instant(CLOSES);
    at.say(0, 0, 100);
    at.instant(CLOSES);
    at.say(3, 0, null);
    at.say(0, 0, 100);
    at.say(1, 0, 50);
    expect(at.orders()).toEqual(["0 buy 100 entry a", "0 buy 50 entry b"]);
    at.instant(CLOSES);
    at.say(0, 0, 100);
    expect(at.orders().at(-1)).toBe("0 buy 100 entry a");
  });
});

it("whatever happens, trades hold the position between them, and orders that close no more than that", () => {
  const action = fc.record({
    kind: fc.constantFrom("enter", "exit", "fill", "fill", "flatten", "expire", "instant"),
    which: fc.nat(9),
    symbol: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 3), fc.array(action, { maxLength: 60 }), (most, all) => {
      const { at, stopped } = trading(most);
      at.instant(CLOSES);
      for (const { kind, which, symbol } of all) {
        const order = at.working()[which % Math.max(1, at.working().length)];
        if (kind === "instant") at.instant(CLOSES);
        if (kind === "enter") at.say(which % 3, symbol, 10 + which, which % 3 === 0 ? stopped : NO_PLAN);
        if (kind === "exit") at.say(3 + (which % 2), symbol, null);
        if (kind === "flatten") at.step({ kind: "flatten", symbol });
        if (kind === "fill" && order !== undefined) at.fill(order, CLOSES[order.proposal.symbol]!);
        if (kind === "expire" && order !== undefined)
          at.step({ kind: "expiry", symbol: order.proposal.symbol, order: order.id, row: 0, time: instant(0) });
        for (const book of at.engine.books) {
          const { position, trades, working } = book;
          expect(trades.length).toBeLessThanOrEqual(most);
          expect(new Set(trades.map(({ rule }) => rule)).size).toBe(trades.length);
          const sides = new Set(trades.map(({ rule }) => (rule === 2 ? -1 : 1)));
          expect(sides.size).toBeLessThanOrEqual(1);
          if (position.quantity !== 0) expect([...sides]).toEqual([Math.sign(position.quantity)]);
          expect(trades.reduce((sum, { held }) => sum + held, 0)).toBe(Math.abs(position.quantity));
          for (const { rule, state, held } of trades) {
            expect(held > 0).toBe(state !== "entering");
            const own = working.filter(({ proposal }) => proposal.trade === rule && proposal.reducing > 0);
            for (const { quantity } of own) expect(quantity).toBe(held);
          }
          const closing = working.filter(({ proposal }) => proposal.kind === "exit" || proposal.kind === "flatten");
          expect(closing.reduce((sum, { quantity }) => sum + quantity, 0)).toBeLessThanOrEqual(Math.abs(position.quantity));
        }
      }
      expect(at.engine.books.every(({ close }) => close > ticks(0))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
