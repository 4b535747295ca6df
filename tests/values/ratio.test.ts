import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDecimal, parseDecimal } from "../../src/values/decimal.ts";
import { instantText } from "../../src/values/instant.ts";
import { instant } from "../../src/values/quantity.ts";
import {
  ceilDivide,
  floorDivide,
  nearestQuotient,
  oneMinus,
  onePlus,
  productDown,
  productUp,
  ratioOf,
  timesPowerOfTen,
} from "../../src/values/ratio.ts";

describe("ratios", () => {
  it("are kept in lowest terms", () => {
    expect(ratioOf("0.0002")).toMatchObject({ numerator: 1n, denominator: 5000n });
    expect(onePlus(ratioOf("0.05"))).toMatchObject({ numerator: 21n, denominator: 20n });
    expect(oneMinus(ratioOf("0.05"))).toMatchObject({ numerator: 19n, denominator: 20n });
    expect(timesPowerOfTen(ratioOf("0.0035"), 2)).toMatchObject({ numerator: 7n, denominator: 20n });
    expect(timesPowerOfTen(ratioOf("5"), -2)).toMatchObject({ numerator: 1n, denominator: 20n });
  });

  it("multiply integers exactly, in float64 and beyond it", () => {
    const digits = fc.stringMatching(/^[0-9]{1,24}$/);
    fc.assert(
      fc.property(fc.maxSafeInteger(), digits, fc.integer({ min: 0, max: 4 }), (units, text, whole) => {
        const ratio = ratioOf(`${whole}.${text}`);
        const exact = BigInt(units) * ratio.numerator;
        expect(productDown(units, ratio) === Number(floorDivide(exact, ratio.denominator))).toBe(true);
        expect(productUp(units, ratio) === Number(ceilDivide(exact, ratio.denominator))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("divide with one rounding", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (a, b) => {
        expect(nearestQuotient(BigInt(a), BigInt(b)) === a / b).toBe(true);
      }),
    );
  });
});

describe("text", () => {
  it("of decimals", () => {
    expect(parseDecimal("-12.50")).toEqual({ coefficient: -1250n, decimals: 2 });
    expect(parseDecimal("12.5.0")).toBeNull();
    expect(formatDecimal(-5, 3)).toBe("-0.005");
    expect(formatDecimal(12n, 0)).toBe("12");
    expect(formatDecimal(1e300, 0)).toHaveLength(301);
  });

  it("of instants", () => {
    expect(instantText(instant(1_549_031_460_000_000))).toBe("2019-02-01T14:31:00Z");
    expect(instantText(instant(-1))).toBe("1969-12-31T23:59:59.999999Z");
  });
});
