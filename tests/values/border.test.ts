import { describe, expect, it } from "vitest";
import { moneyUnits, orderPrice, quantityOf } from "../../src/values/border.ts";
import { scaleOf } from "../../src/values/quantity.ts";

const cents = scaleOf(2, 0);

describe("values that leave the feature world (semantics 6.2 to 6.4)", () => {
  it("rounds a price the way it is told", () => {
    expect(orderPrice(10.013, cents, "up")).toBe(1002);
    expect(orderPrice(10.017, cents, "down")).toBe(1001);
    expect(orderPrice(-0.013, cents, "up")).toBe(-1);
  });

  it("takes what is within a millionth of a tick for the tick", () => {
    expect(orderPrice(10.02 + 9e-9, cents, "up")).toBe(1002);
    expect(orderPrice(10.02 + 2e-8, cents, "up")).toBe(1003);
    expect(orderPrice(10.02 - 9e-9, cents, "down")).toBe(1002);
    expect(orderPrice(10.02 - 2e-8, cents, "down")).toBe(1001);
    expect(orderPrice(5.000002, scaleOf(0, 0), "up")).toBe(6);
  });

  it("rounds a quantity toward zero", () => {
    expect(quantityOf(99.9, cents)).toBe(99);
    expect(quantityOf(-99.9, cents)).toBe(-99);
    expect(quantityOf(99.9999999, cents)).toBe(100);
    expect(quantityOf(0.5, scaleOf(2, 1))).toBe(5);
    expect(Object.is(quantityOf(-0.4, cents), 0)).toBe(true);
  });

  it("rounds a value to the nearest unit of money, halves up", () => {
    expect(moneyUnits(1.005, cents)).toBe(Math.floor(1.005 * 100 + 0.5));
    expect(moneyUnits(0.125, cents)).toBe(13);
    expect(moneyUnits(-0.125, cents)).toBe(-12);
  });
});
