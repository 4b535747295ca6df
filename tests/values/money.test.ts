import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Money, type MoneyArithmetic, MoneyOutOfRange } from "../../src/values/money.ts";
import { moneyArithmetic } from "../../src/values/money-arithmetic.ts";
import { bigintMoney } from "../../src/values/money-bigint.ts";
import { integerMoney } from "../../src/values/money-integer.ts";
import { lots, scaleOf, ticks } from "../../src/values/quantity.ts";
import { ratioOf } from "../../src/values/ratio.ts";

Decimal.set({ precision: 60 });

/** The contract of money, for every form of it. */
function contract(name: string, make: typeof integerMoney): void {
  describe(name, () => {
    const cents = make(scaleOf(2, 0));
    const of = (text: string, money = cents): Money => money.parse(text)!;

    it("reads and writes exact text", () => {
      for (const text of ["0.00", "0.01", "-0.01", "12345.67", "-1000000.00"]) expect(cents.format(of(text))).toBe(text);
      expect(cents.format(of("7"))).toBe("7.00");
      expect(cents.format(of("7.5"))).toBe("7.50");
    });

    it("refuses what is no exact amount of the scale", () => {
      for (const text of ["1.001", "", "1e3", "NaN", ".5", "1.", "1,000", " 1"]) expect(cents.parse(text)).toBeNull();
    });

    it("values a quantity at a price", () => {
      expect(cents.format(cents.value(lots(-100), ticks(12345)))).toBe("-12345.00");
      const whole = make(scaleOf(0, 0));
      expect(whole.format(whole.value(lots(3), ticks(7)))).toBe("21.00");
      const fractional = make(scaleOf(4, 2));
      expect(fractional.format(fractional.value(lots(150), ticks(10001)))).toBe("1.500150");
    });

    it("counts the lots within an amount, toward minus infinity", () => {
      expect(cents.lotsWithin(of("100.00"), ticks(2500))).toBe(4);
      expect(cents.lotsWithin(of("99.99"), ticks(2500))).toBe(3);
      expect(cents.lotsWithin(of("-0.01"), ticks(2500))).toBe(-1);
    });

    it("rounds products down and up", () => {
      expect(cents.format(cents.productDown(of("0.03"), ratioOf("0.5")))).toBe("0.01");
      expect(cents.format(cents.productUp(of("0.03"), ratioOf("0.5")))).toBe("0.02");
      expect(cents.format(cents.productDown(of("-0.03"), ratioOf("0.5")))).toBe("-0.02");
      expect(cents.format(cents.productUp(of("0.04"), ratioOf("0.5")))).toBe("0.02");
      expect(cents.format(cents.productDown(of("80000000000.00"), ratioOf("0.123456789")))).toBe("9876543120.00");
    });

    it("shares an amount upward", () => {
      expect(cents.format(cents.shareUp(of("0.10"), lots(1), lots(3)))).toBe("0.04");
      expect(cents.format(cents.shareUp(of("0.09"), lots(1), lots(3)))).toBe("0.03");
      expect(cents.format(cents.shareUp(of("90000000000000.00"), lots(7), lots(9)))).toBe("70000000000000.00");
    });

    it("becomes a number with one rounding", () => {
      expect(cents.toNumber(of("0.10"))).toBe(0.1);
      expect(cents.toNumber(of("-12345.67"))).toBe(-12345.67);
      expect(cents.perShare(of("10.00"), lots(3))).toBe(10 / 3);
      expect(cents.perShare(of("-10.00"), lots(-3))).toBe(10 / 3);
    });

    it("refuses a float that is no amount", () => {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => cents.fromUnits(value)).toThrow(MoneyOutOfRange);
    });

    it("agrees with decimal.js", () => {
      const units = fc.integer({ min: -1e15, max: 1e15 });
      const share = fc.integer({ min: 1, max: 1e6 });
      fc.assert(
        fc.property(units, units, fc.integer({ min: -1e6, max: 1e6 }), share, share, (a, b, n, part, price) => {
          const [x, y] = [cents.fromUnits(a), cents.fromUnits(b)];
          const text = (decimal: Decimal): string => decimal.add(0).toFixed(2);
          const [dx, dy] = [new Decimal(a).div(100), new Decimal(b).div(100)];
          expect(cents.format(cents.add(x, y))).toBe(text(dx.add(dy)));
          expect(cents.format(cents.subtract(x, y))).toBe(text(dx.sub(dy)));
          expect(Math.sign(cents.compare(x, y))).toBe(dx.cmp(dy));
          expect(cents.format(cents.value(lots(n), ticks(price)))).toBe(text(new Decimal(n).mul(price).div(100)));
          expect(cents.lotsWithin(x, ticks(price))).toBe(dx.mul(100).div(price).floor().toNumber());
          const ratio = `0.${String(part).padStart(7, "0")}`;
          expect(cents.format(cents.productDown(x, ratioOf(ratio)))).toBe(text(new Decimal(a).mul(ratio).floor().div(100)));
          expect(cents.format(cents.productUp(x, ratioOf(ratio)))).toBe(text(new Decimal(a).mul(ratio).ceil().div(100)));
          expect(cents.format(cents.shareUp(x, lots(part), lots(part + price)))).toBe(
            text(
              new Decimal(a)
                .mul(part)
                .div(part + price)
                .ceil()
                .div(100),
            ),
          );
          expect(cents.toNumber(x)).toBe(dx.toNumber());
          expect(cents.perShare(x, lots(part))).toBe(dx.div(part).toNumber());
        }),
        { numRuns: 200 },
      );
    });
  });
}

contract("money as safe integers", integerMoney);
contract("money as BigInt", bigintMoney);

describe("the choice of a form", () => {
  const holds = (money: MoneyArithmetic, amount: string): boolean => money.parse(amount) !== null;

  it("takes safe integers where 10^9 units of currency fit, BigInt beyond", () => {
    expect(typeof moneyArithmetic(scaleOf(6, 0)).zero).toBe("number");
    expect(typeof moneyArithmetic(scaleOf(7, 0)).zero).toBe("bigint");
    expect(holds(moneyArithmetic(scaleOf(9, 0)), "123456789012.123456789")).toBe(true);
  });

  it("says when an account leaves the safe integers", () => {
    const money = integerMoney(scaleOf(6, 0));
    const large = money.parse("9000000000.000000")!;
    expect(() => money.add(large, large)).toThrow(MoneyOutOfRange);
    expect(() => money.value(lots(1e10), ticks(1e9))).toThrow(MoneyOutOfRange);
    expect(() => money.parse("10000000000")).toThrow(MoneyOutOfRange);
  });
});
