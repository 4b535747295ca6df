/** Whatever happens to three symbols of different decimals: cash, positions and every decision of the gate are those of a naive model in decimals. */
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { OrderDecision } from "../../src/engine/record.ts";
import { equityNow } from "../../src/engine/state.ts";
import type { Measure, RiskLimit } from "../../src/graph/nodes.ts";
import { instant, lots } from "../../src/values/quantity.ts";
import { desk, PRICE_DECIMALS } from "./desk.ts";

Decimal.set({ precision: 60 });

const CASH = "60000";
const SYMBOLS = [0, 1, 2] as const;
/** Seconds. */
const RATE = { count: 4, per: 150 };
const LIMITS = { order_value: 30_000, position_value: 40_000, gross_exposure: 70_000, net_exposure: 45_000, open_positions: 2 } as const;
const CHECKS = [...Object.keys(LIMITS), "order_rate", "buying_power"];

const risk: readonly RiskLimit[] = [
  ...Object.entries(LIMITS).map(
    ([measure, value]): RiskLimit => ({ measure: measure as Measure, limit: { kind: "constant", value: `${value}` }, monitor: null }),
  ),
  { measure: "order_rate", limit: { kind: "rate", count: RATE.count, per: RATE.per * 1_000_000 }, monitor: null },
];

/** An order as the model sees it, what is left of it: `opening` shares of it at `worst` are set aside. */
interface Waiting {
  readonly id: number;
  readonly seconds: number;
  readonly symbol: number;
  /** Signed. */
  readonly change: number;
  readonly reducing: number;
  readonly opening: number;
  readonly worst: Decimal;
}

type Asked = Omit<Waiting, "id" | "seconds">;

/** The account, in currency. */
class Model {
  cash = new Decimal(CASH);
  readonly held = [0, 0, 0];
  closes = [new Decimal(0), new Decimal(0), new Decimal(0)];
  seconds = 0;
  waiting: Waiting[] = [];
  approvals: number[] = [];

  equity(): Decimal {
    return SYMBOLS.reduce((sum, symbol) => sum.add(this.closes[symbol]!.mul(this.held[symbol]!)), this.cash);
  }

  /** The position of a symbol where all that waits has filled. */
  projected(symbol: number): number {
    return this.held[symbol]! + this.waiting.filter((each) => each.symbol === symbol).reduce((sum, each) => sum + each.change, 0);
  }

  /** Takes back what has waited for a symbol since before, unless it leads to `target`; gives how many orders. */
  giveWay(symbol: number, target: number): number {
    if (this.projected(symbol) === target) return 0;
    const count = this.waiting.length;
    this.waiting = this.waiting.filter((each) => each.symbol !== symbol || each.seconds === this.seconds);
    return count - this.waiting.length;
  }

  /** The order from here to `target`, or null. */
  asked(symbol: number, target: number): Asked | null {
    const projected = this.projected(symbol);
    const change = target - projected;
    if (change === 0) return null;
    const reducing = projected * change < 0 ? Math.min(Math.abs(projected), Math.abs(change)) : 0;
    const worst = this.closes[symbol]!.mul(1.05).toDecimalPlaces(PRICE_DECIMALS[symbol]!, Decimal.ROUND_UP);
    return { symbol, change, reducing, opening: Math.abs(change) - reducing, worst };
  }

  /** The checks that an order fails. */
  failures(order: Asked): readonly string[] {
    if (order.opening === 0) return [];
    const value = order.worst.mul(order.opening);
    const set = (each: Waiting): Decimal => each.worst.mul(each.opening);
    const total = (values: readonly Decimal[]): Decimal => values.reduce((sum, each) => sum.add(each), new Decimal(0));
    const positions = SYMBOLS.map((symbol) => this.closes[symbol]!.mul(this.held[symbol]!));
    const gross = total([...positions.map((each) => each.abs()), ...this.waiting.map(set)]);
    const position = positions[order.symbol]!;
    const crossed = order.reducing > 0 ? position : new Decimal(0);
    const sameSide = this.waiting.filter((each) => Math.sign(each.change) === Math.sign(order.change));
    const net = total(positions)
      .sub(crossed)
      .add(total([...sameSide.map(set), value]).mul(Math.sign(order.change)));
    const own = this.waiting.filter((each) => each.symbol === order.symbol);
    const open = SYMBOLS.filter(
      (symbol) =>
        symbol === order.symbol || this.held[symbol] !== 0 || this.waiting.some((each) => each.symbol === symbol && each.opening > 0),
    );
    const recent = this.approvals.filter((at) => at > this.seconds - RATE.per);
    const failed: Readonly<Record<string, boolean>> = {
      order_value: value.gt(LIMITS.order_value),
      position_value: total([position.sub(crossed).abs(), ...own.map(set), value]).gt(LIMITS.position_value),
      gross_exposure: gross.sub(crossed.abs()).add(value).gt(LIMITS.gross_exposure),
      net_exposure: net.abs().gt(LIMITS.net_exposure),
      open_positions: open.length > LIMITS.open_positions,
      order_rate: recent.length + 1 > RATE.count,
      buying_power: value.gt(this.equity().sub(gross).add(crossed.abs())),
    };
    return CHECKS.filter((name) => failed[name]);
  }
}

const price = fc.integer({ min: 8, max: 14 });
const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("instant" as const), prices: fc.tuple(price, price, price), seconds: fc.integer({ min: 10, max: 120 }) }),
    fc.record({ kind: fc.constant("hold" as const), symbol: fc.constantFrom(...SYMBOLS), target: fc.integer({ min: -4_000, max: 4_000 }) }),
    fc.record({ kind: fc.constant("hold" as const), symbol: fc.constantFrom(...SYMBOLS), target: fc.integer({ min: -1_000, max: 1_000 }) }),
    fc.record({ kind: fc.constant("fill" as const), which: fc.nat(9), part: fc.constantFrom(0.3, 1), price, fee: fc.nat(20_000) }),
    fc.record({ kind: fc.constant("expire" as const), which: fc.nat(9) }),
  ),
  { minLength: 20, maxLength: 60 },
);

/** A price in currency with all decimals of a symbol, and its ticks. */
function priceOf(symbol: number, base: number): { readonly decimal: Decimal; readonly ticks: number } {
  const decimals = PRICE_DECIMALS[symbol]!;
  const count = base * 10 ** decimals + (decimals === 0 ? 0 : 7);
  return { decimal: new Decimal(count).div(10 ** decimals), ticks: count };
}

it("of all symbols, with all limits", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(actions, (all) => {
      const model = new Model();
      const at = desk(CASH, (b) => ({
        rules: [
          {
            kind: "hold",
            name: "h",
            clock: 0,
            when: b.constant(true),
            size: { kind: "shares", amount: b.constant(0), trim: false },
            short: true,
            entries: null,
          },
        ],
        risk,
      }));
      const money = at.symbols[0]!;
      const close = (prices: readonly number[], seconds: number): void => {
        const closes = SYMBOLS.map((symbol) => priceOf(symbol, prices[symbol]!));
        model.closes = closes.map(({ decimal }) => decimal);
        model.seconds += seconds;
        at.instant(
          closes.map(({ ticks }) => ticks),
          seconds,
        );
      };
      close([10, 10, 10], 60);
      for (const action of all) {
        if (action.kind === "instant") close(action.prices, action.seconds);
        else if (action.kind === "hold") {
          const cancels = model.giveWay(action.symbol, action.target);
          const asked = model.asked(action.symbol, action.target);
          const before = at.engine.log.length + cancels;
          at.say(0, action.symbol, action.target);
          expect(at.engine.log.length - before).toBe(asked === null ? 0 : 1);
          if (asked === null) continue;
          const expected = model.failures(asked);
          const { id, reasons, quantity, side } = at.records()[before] as OrderDecision;
          expect({ reasons, quantity, side }).toEqual({
            reasons: expected,
            quantity: Math.abs(asked.change),
            side: asked.change > 0 ? "buy" : "sell",
          });
          for (const reason of expected.length === 0 ? ["approved"] : expected) seen.set(reason, (seen.get(reason) ?? 0) + 1);
          if (expected.length > 0) continue;
          model.waiting.push({ id, seconds: model.seconds, ...asked });
          if (asked.opening > 0) model.approvals.push(model.seconds);
        } else if (model.waiting.length > 0) {
          const order = model.waiting[action.which % model.waiting.length]!;
          model.waiting = model.waiting.filter((each) => each !== order);
          const working = at.working().find(({ id }) => id === order.id)!;
          if (action.kind === "expire") {
            at.step({ kind: "expiry", symbol: order.symbol, order: order.id, row: 0, time: instant(0) });
            continue;
          }
          const { decimal, ticks } = priceOf(order.symbol, action.price);
          const quantity = Math.ceil(working.quantity * action.part);
          const change = Math.sign(order.change) * quantity;
          at.fill({ ...working, quantity: lots(quantity) }, ticks, action.fee);
          model.cash = model.cash.sub(decimal.mul(change)).sub(new Decimal(action.fee).div(10 ** 4));
          model.held[order.symbol]! += change;
          const reducing = Math.max(0, order.reducing - quantity);
          const left = Math.abs(order.change - change);
          if (left > 0) model.waiting.push({ ...order, change: order.change - change, reducing, opening: left - reducing });
        }
        expect(money.format(at.engine.ledger.cash)).toBe(model.cash.toFixed(4));
        expect(at.engine.books.map(({ position }) => position.quantity)).toEqual(model.held);
        expect(money.format(equityNow(at.engine))).toBe(model.equity().toFixed(4));
      }
    }),
    { numRuns: 150, seed: 1 },
  );
  for (const name of [...CHECKS, "approved"]) expect(seen.get(name) ?? 0, name).toBeGreaterThan(10);
});
