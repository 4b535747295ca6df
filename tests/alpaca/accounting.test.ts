/** Whatever is asked of the simulated broker and whatever befalls it, an auditor who knows the fills alone comes to its cash, positions and orders. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { amount } from "../../src/adapters/alpaca-simulator/amounts.ts";
import { cancelOrder, closePosition, replaceOrder, submitOrder } from "../../src/adapters/alpaca-simulator/commands.ts";
import type { OrderFault } from "../../src/adapters/alpaca-simulator/exchange.ts";
import { figuresOf } from "../../src/adapters/alpaca-simulator/figures.ts";
import { isOpen, siblings } from "../../src/adapters/alpaca-simulator/order.ts";
import { Refused } from "../../src/adapters/alpaca-simulator/refusal.ts";
import { advance, newWorld, type World } from "../../src/adapters/alpaca-simulator/world.ts";
import { MINUTE } from "../../src/market/calendars.ts";
import { instant } from "../../src/values/quantity.ts";
import { MIDDAY, minutesOf } from "../support/alpaca-simulator.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 150);
/** A seed of its own, for what must have been seen at the end. */
const SEED = Number(process.env.STRATC_SEED ?? 1);
const CASH = "100000";

const cents = (from: number, to: number) =>
  fc.integer({ min: Math.round(from * 100), max: Math.round(to * 100) }).map((price) => (price / 100).toFixed(2));
const exits = { take_profit: fc.record({ limit_price: cents(100.2, 101.5) }), stop_loss: fc.record({ stop_price: cents(98.5, 99.8) }) };
const base = {
  symbol: fc.constantFrom("AAPL", "MSFT"),
  side: fc.constantFrom("buy", "sell"),
  qty: fc.integer({ min: 1, max: 400 }).map(String),
  time_in_force: fc.constantFrom("day", "gtc", "ioc", "fok", "cls", "opg"),
};
const entry = { side: fc.constant("buy"), time_in_force: fc.constantFrom("day", "gtc") };
const bracket = fc.record({ ...base, ...entry, ...exits, type: fc.constant("market"), order_class: fc.constant("bracket") });
const pair = fc.record({ ...base, ...entry, side: fc.constant("sell"), ...exits, order_class: fc.constant("oco") });
const order = fc.oneof(
  fc.record({ ...base, type: fc.constant("market") }),
  fc.record({ ...base, type: fc.constant("limit"), limit_price: cents(99.5, 100.5) }),
  fc.record({ ...base, type: fc.constant("stop"), stop_price: cents(99.5, 100.5) }),
  fc.record({ ...base, type: fc.constant("stop_limit"), stop_price: cents(99.5, 100.5), limit_price: cents(99.5, 100.5) }),
  fc.record({ ...base, type: fc.constant("trailing_stop"), trail_price: cents(0.1, 0.5) }),
  fc.record({ ...base, qty: fc.constant(null), notional: cents(1, 900), type: fc.constant("market") }),
  bracket,
  bracket,
  fc.record({ ...base, type: fc.constant("market"), stop_loss: exits.stop_loss, order_class: fc.constant("oto") }),
  pair,
  pair,
);
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("submit" as const), body: order }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(50) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("replace" as const),
      which: fc.nat(50),
      qty: fc.integer({ min: 1, max: 400 }),
      limit_price: cents(99.5, 100.5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("close" as const), symbol: base.symbol }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), minutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.constant(1_000)) }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function perform(world: World, one: Act): void {
  const { exchange } = world;
  const orders = [...exchange.orders.keys()];
  const id = (which: number): string => orders[which % Math.max(1, orders.length)] ?? "none";
  switch (one.kind) {
    case "submit":
      submitOrder(exchange, one.body);
      return;
    case "cancel":
      cancelOrder(exchange, id(one.which));
      return;
    case "replace":
      replaceOrder(exchange, id(one.which), { qty: String(one.qty), limit_price: one.limit_price });
      return;
    case "close":
      closePosition(exchange, one.symbol, null);
      return;
    case "wait":
      advance(world, instant(exchange.now + one.minutes * MINUTE));
  }
}

/** The auditor: sums over the fills, nothing else. */
function audit({ exchange }: World): void {
  let cash = amount(CASH);
  const held = new Map<string, ReturnType<typeof amount>>();
  const filled = new Map<string, ReturnType<typeof amount>>();
  for (const { side, quantity, price, symbol, orderId } of exchange.holdings.activities) {
    const signed = side === "buy" ? quantity : quantity.negated();
    cash = cash.minus(signed.times(price));
    held.set(symbol, (held.get(symbol) ?? amount(0)).plus(signed));
    filled.set(orderId, (filled.get(orderId) ?? amount(0)).plus(quantity));
  }
  expect(exchange.holdings.cash.toString()).toBe(cash.toString());
  const positions = [...held].filter(([, quantity]) => !quantity.isZero()).map(([symbol, quantity]) => [symbol, quantity.toString()]);
  expect([...exchange.holdings.positions].map(([symbol, { quantity }]) => [symbol, quantity.toString()]).toSorted()).toEqual(
    positions.toSorted(),
  );
  for (const one of exchange.orders.values()) {
    expect(one.filled.toString()).toBe((filled.get(one.id) ?? amount(0)).toString());
    if (one.quantity !== null) expect(one.filled.toNumber(), one.id).toBeLessThanOrEqual(one.quantity.toNumber());
    if (one.status === "filled" && one.quantity !== null) expect(one.filled.toString()).toBe(one.quantity.toString());
    expect(exchange.open.has(one)).toBe(isOpen(one));
    if (one.status === "filled") expect(siblings(one).filter(isOpen)).toEqual([]);
  }
}

it("an auditor comes to the same account", () => {
  const faults = fc.uniqueArray(fc.constantFrom<OrderFault>("partial_fill", "reject_order", "cancel_race", "replace_race"));
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { minLength: 10, maxLength: 40, size: "max" }), faults, fc.nat(1_000), (acts, befalling, seed) => {
      let occasions = 0;
      const world = newWorld({
        market: [minutesOf("AAPL", 100, seed, 3, 0.0015), minutesOf("MSFT", 100, seed + 1, 3, 0.0015)],
        start: MIDDAY,
        cash: CASH,
        seed,
        halfSpread: "0.01",
        multiplier: 2,
        shorting: true,
        partialFills: 0.1,
        accountForm: "current",
        befalls: (fault) => befalling.includes(fault) && ++occasions % 3 === 0,
      });
      for (const one of acts) {
        try {
          perform(world, one);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
        }
      }
      audit(world);
      expect(figuresOf(world.exchange).buyingPower.isNegative()).toBe(false);
      for (const { status, ticket, parent, filled } of world.exchange.orders.values()) {
        seen.add(status).add(`${ticket.tif} ${status}`);
        if (parent !== null) seen.add(`${ticket.type} leg of ${ticket.orderClass} ${status}`);
        if (status === "canceled" && !filled.isZero()) seen.add("canceled in part");
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  const worth = ["filled", "canceled", "expired", "rejected", "replaced", "cls filled", "opg filled", "fok canceled", "canceled in part"];
  const legs = ["limit leg of bracket filled", "stop leg of bracket filled", "stop leg of oto filled", "stop leg of oco filled"];
  expect([...worth, ...legs].filter((one) => !seen.has(one))).toEqual([]);
}, 120_000);
