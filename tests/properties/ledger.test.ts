/** Whatever the fills: postings sum to zero, and cash, position, cost and trips are what exact decimals say. */
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { expect, it } from "vitest";
import { averagePrice, openLedger, positionIn, post } from "../../src/ledger/ledger.ts";
import type { Fill } from "../../src/market/order.ts";
import { bigintMoney } from "../../src/values/money-bigint.ts";
import { integerMoney } from "../../src/values/money-integer.ts";
import { instant, lots, scaleOf, ticks } from "../../src/values/quantity.ts";

Decimal.set({ precision: 60 });

interface Trade {
  readonly buy: boolean;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
}

const trades = fc.array(
  fc.record({
    buy: fc.boolean(),
    quantity: fc.integer({ min: 1, max: 500 }),
    price: fc.integer({ min: 1, max: 1_000_000 }),
    fee: fc.integer({ min: 0, max: 999 }),
  }),
  { minLength: 1, maxLength: 30 },
);

/** The plain ledger: every lot a share, every amount a decimal. */
function oracle(all: readonly Trade[]): { cash: Decimal; position: number; cost: Decimal; profits: string[] } {
  let cash = new Decimal(100_000);
  let shares: Decimal[] = [];
  let held = 0;
  const profits: string[] = [];
  let flow = new Decimal(0);
  for (const { buy, quantity, price, fee } of all) {
    const amount = new Decimal(price).div(100);
    const sign = buy ? 1 : -1;
    const closing = held * sign < 0 ? Math.min(Math.abs(held), quantity) : 0;
    const endingFee = closing === 0 ? new Decimal(0) : new Decimal(fee).mul(closing).div(quantity).ceil().div(100);
    const fees = new Decimal(fee).div(100);
    cash = cash.sub(amount.mul(quantity * sign)).sub(fees);
    flow = flow.sub(amount.mul(closing * sign)).sub(endingFee);
    shares = shares.slice(closing);
    if (closing > 0 && closing === Math.abs(held)) {
      profits.push(flow.toFixed(2));
      flow = new Decimal(0);
    }
    flow = flow.sub(amount.mul((quantity - closing) * sign)).sub(fees.sub(endingFee));
    for (let share = 0; share < quantity - closing; share++) shares.push(amount.mul(sign));
    held += quantity * sign;
  }
  return { cash, position: held, cost: shares.reduce((sum, share) => sum.add(share), new Decimal(0)), profits };
}

it.each([
  ["safe integers", integerMoney],
  ["BigInt", bigintMoney],
] as const)("with %s", (_, make) => {
  fc.assert(
    fc.property(trades, (all) => {
      const money = make(scaleOf(2, 0));
      const ledger = openLedger([money], money.fromUnits(10_000_000));
      all.forEach(({ buy, quantity, price, fee }, row) => {
        const fill: Fill = {
          order: row,
          symbol: 0,
          row,
          time: instant(row),
          side: buy ? "buy" : "sell",
          quantity: lots(quantity),
          price: ticks(price),
          quoted: ticks(price),
          fee: money.fromUnits(fee),
        };
        const { cash, stock, fees, interest, result } = post(ledger, fill);
        expect(money.format(money.add(money.add(cash, stock), money.add(money.add(fees, interest), result)))).toBe("0.00");
      });
      const expected = oracle(all);
      const position = positionIn(ledger, 0);
      expect(money.format(ledger.cash)).toBe(expected.cash.toFixed(2));
      expect(position.quantity).toBe(expected.position);
      expect(money.format(position.stock)).toBe(expected.cost.add(0).toFixed(2));
      expect(ledger.trips.map(({ profit }) => money.format(profit))).toEqual(
        expected.profits.map((text) => text.replace(/^-0\.00$/, "0.00")),
      );
      if (expected.position !== 0) expect(averagePrice(position)).toBe(expected.cost.div(expected.position).toNumber());
    }),
    { numRuns: 150 },
  );
});
