import { describe, expect, it } from "vitest";
import { averagePrice, type Ledger, openLedger, positionIn, post } from "../../src/ledger/ledger.ts";
import { moneyArithmetic } from "../../src/values/money-arithmetic.ts";
import { instant, lots, scaleOf, ticks } from "../../src/values/quantity.ts";

const money = moneyArithmetic(scaleOf(2, 0));

function trade(ledger: Ledger, row: number, change: number, price: number, fee = 0): void {
  const side = change > 0 ? "buy" : "sell";
  const [quantity, at] = [lots(Math.abs(change)), ticks(price)];
  post(ledger, { order: row, symbol: 0, row, time: instant(row), side, quantity, price: at, quoted: at, fee: money.fromUnits(fee) });
}

function opened(): Ledger {
  return openLedger([money], money.fromUnits(1_000_000));
}

describe("the ledger", () => {
  it("takes the oldest lots first, so that what is left keeps its price", () => {
    const ledger = opened();
    trade(ledger, 0, 100, 1000);
    trade(ledger, 1, 100, 2000);
    expect(averagePrice(positionIn(ledger, 0))).toBe(15);
    trade(ledger, 2, -150, 3000);
    expect(positionIn(ledger, 0).quantity).toBe(50);
    expect(averagePrice(positionIn(ledger, 0))).toBe(20);
    expect(money.format(ledger.result)).toBe("-2500.00");
  });

  it("counts a trip from flat to flat, net of its fees", () => {
    const ledger = opened();
    trade(ledger, 3, 100, 1000, 100);
    trade(ledger, 5, -40, 1100, 100);
    expect(ledger.trips).toEqual([]);
    trade(ledger, 9, -60, 1200, 100);
    expect(ledger.trips).toEqual([{ symbol: 0, side: "long", openRow: 3, closeRow: 9, profit: money.parse("157.00") }]);
    expect(positionIn(ledger, 0).openRow).toBeUndefined();
    expect(averagePrice(positionIn(ledger, 0))).toBeNaN();
  });

  it("splits an order across zero between two trips, its fee by quantity, the ending part rounded up", () => {
    const ledger = opened();
    trade(ledger, 0, 100, 1000);
    trade(ledger, 1, -300, 1100, 100);
    expect(ledger.trips).toEqual([{ symbol: 0, side: "long", openRow: 0, closeRow: 1, profit: money.parse("99.66") }]);
    expect(positionIn(ledger, 0).openRow).toBe(1);
    expect(averagePrice(positionIn(ledger, 0))).toBe(11);
    trade(ledger, 2, 200, 1000);
    expect(ledger.trips[1]).toEqual({ symbol: 0, side: "short", openRow: 1, closeRow: 2, profit: money.parse("199.34") });
  });
});
