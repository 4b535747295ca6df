import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exp, fromWords, highWord, log, lowWord, pow } from "../../src/values/transcendental.ts";
import { fromWide, isWithinLimit, toWide, varianceNumerator } from "../../src/values/wide.ts";

/** How many doubles lie between two of the same sign. */
function ulps(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const bits = (x: number): bigint => (BigInt(highWord(x)) << 32n) + BigInt(lowWord(x) >>> 0);
  return Math.abs(Number(bits(a) - bits(b)));
}

describe("exp, log and pow", () => {
  const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });

  it("are within 1 ulp of the platform's", () => {
    fc.assert(fc.property(real(-746, 710), (x) => ulps(exp(x), Math.exp(x)) <= 1));
    fc.assert(fc.property(real(0, Number.MAX_VALUE), (x) => ulps(log(x), Math.log(x)) <= 1));
    fc.assert(
      fc.property(real(0, 1e9), real(-40, 40), (x, y) => ulps(pow(x, y), x ** y) <= 1),
      { numRuns: 500 },
    );
    fc.assert(fc.property(real(0.9999, 1.0001), real(-1e7, 1e7), (x, y) => ulps(pow(x, y), x ** y) <= 1));
    fc.assert(fc.property(real(-100, 100), fc.integer({ min: -30, max: 30 }), (x, y) => ulps(pow(x, y), x ** y) <= 1));
  });

  it("have the bits of fdlibm, whose e is 1 ulp too large, and are exact where the result is", () => {
    expect([exp(0), exp(1), exp(-1)]).toEqual([1, Math.E + 2 ** -51, 0.36787944117144233]);
    expect([log(1), log(2), log(10)]).toEqual([0, Math.LN2, Math.LN10]);
    expect([pow(2, 10), pow(10, -3), pow(2, 0.5), pow(-8, 3), pow(4, -0.5)]).toEqual([1024, 0.001, Math.SQRT2, -512, 0.5]);
  });

  it("meet the edges of the doubles", () => {
    expect([exp(709.782712893384), exp(709.7827128933841), exp(-745.2)]).toEqual([Math.exp(709.782712893384), Number.POSITIVE_INFINITY, 0]);
    expect(exp(-745)).toBe(Number.MIN_VALUE);
    expect([log(0), log(-1), log(Number.MIN_VALUE)]).toEqual([Number.NEGATIVE_INFINITY, Number.NaN, -744.4400719213812]);
    expect([pow(0, -1), pow(-8, 1 / 3), pow(2, 1024), pow(2, -1074), pow(2, -1076)]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.MIN_VALUE,
      0,
    ]);
    expect([pow(-0, 3), pow(0, 0), pow(-1, 2 ** 53)]).toEqual([-0, 1, 1]);
    expect(ulps(pow(1 + 2 ** -52, 2 ** 60), (1 + 2 ** -52) ** (2 ** 60))).toBeLessThanOrEqual(1);
  });

  it("take a double apart and put it together", () => {
    fc.assert(fc.property(fc.double(), (x) => Object.is(fromWords(highWord(x), lowWord(x)), x)));
  });
});

describe("wide sums", () => {
  const UNIT = 2 ** -72;

  it("keep every multiple of 2^−72 and round what is finer to even", () => {
    fc.assert(fc.property(fc.double({ min: -(2 ** 54), max: 2 ** 54, noNaN: true }), (x) => Math.abs(fromWide(toWide(x)) - x) <= UNIT / 2));
    expect([0.5, 1.5, 2.5, -0.5, -1.5].map((x) => toWide(x * UNIT))).toEqual([0n, 2n, 2n, 0n, -2n]);
    expect(toWide(2 ** 54)).toBe(1n << 126n);
    expect([1e300, -1e300].map((x) => isWithinLimit(toWide(x)))).toEqual([false, false]);
  });

  it("do not depend on the order, and are rounded once", () => {
    const values = [2 ** 53, 1, 2 ** -60, 1, -(2 ** 53)];
    const sum = values.reduce((total, value) => total + toWide(value), 0n);
    expect(fromWide(sum)).toBe(2);
    expect(fromWide(((1n << 54n) << 72n) + (1n << 72n))).toBe(2 ** 54);
    expect(fromWide(((1n << 54n) << 72n) + (3n << 72n))).toBe(2 ** 54 + 4);
  });

  it("end at ±2^54", () => {
    expect(isWithinLimit(toWide(-(2 ** 54)))).toBe(true);
    expect(isWithinLimit(toWide(2 ** 54) + 1n)).toBe(false);
  });

  it("give the variance's numerator exactly", () => {
    expect(varianceNumerator([1n, 2n, 4n])).toBe(3 * 21 - 49);
    const large = 2n ** 53n - 1n;
    expect(varianceNumerator([large, large, large])).toBe(0);
    expect(varianceNumerator([large, large - 1n])).toBe(1);
  });
});
