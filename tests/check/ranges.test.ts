/** Interval arithmetic holds what it says: the result of an operation lies in the range derived from its operands' ranges. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as R from "../../src/check/terms/range.ts";

const bound = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -100, max: 100, noNaN: true }));

/** A range and a value in it. */
const member = fc.tuple(bound, bound, bound, fc.boolean()).map(([a, b, value, open]) => {
  const low = Math.min(a, b, value);
  const high = Math.max(a, b, value);
  const range = R.range(open ? low : -Infinity, high, { nonzero: value !== 0 });
  return { range, value };
});

const BINARY: Readonly<Record<string, readonly [(a: R.Range, b: R.Range) => R.Range, (a: number, b: number) => number | undefined]>> = {
  add: [R.add, (a, b) => a + b],
  subtract: [R.subtract, (a, b) => a - b],
  multiply: [R.multiply, (a, b) => a * b],
  divide: [R.divide, (a, b) => (b === 0 ? undefined : a / b)],
  minimum: [R.minimum, Math.min],
  maximum: [R.maximum, Math.max],
  modulo: [R.modulo, (a, b) => (b === 0 ? undefined : a - b * Math.floor(a / b))],
  lessThan: [R.lessThan, (a, b) => Number(a < b)],
  atMost: [R.atMost, (a, b) => Number(a <= b)],
  equals: [R.equals, (a, b) => Number(a === b)],
  hull: [R.hull, (a) => a],
};

const UNARY: Readonly<Record<string, readonly [(a: R.Range) => R.Range, (a: number) => number | undefined]>> = {
  negate: [R.negate, (a) => -a],
  absolute: [R.absolute, Math.abs],
  square: [R.square, (a) => a * a],
  floor: [R.floor, Math.floor],
  squareRoot: [R.squareRoot, (a) => (a < 0 ? undefined : Math.sqrt(a))],
  cube: [(a) => R.power(a, 3), (a) => a * a * a],
};

function holds(range: R.Range, value: number): boolean {
  const slack = 1e-9 * Math.max(1, Math.abs(value));
  const isInside = value >= range.low - slack && value <= range.high + slack;
  const isUnderflow = Math.abs(value) < 1e-150;
  return isInside && (!range.nonzero || value !== 0 || isUnderflow) && (!range.integer || Number.isInteger(value));
}

describe("a range holds every result", () => {
  for (const [name, [derive, apply]] of Object.entries(BINARY)) {
    it(name, () =>
      fc.assert(
        fc.property(member, member, (a, b) => {
          const value = apply(a.value, b.value);
          fc.pre(value !== undefined && (value !== 0 || name !== "multiply" || a.value === 0 || b.value === 0));
          return holds(derive(a.range, b.range), value);
        }),
      ),
    );
  }
  for (const [name, [derive, apply]] of Object.entries(UNARY)) {
    it(name, () =>
      fc.assert(
        fc.property(member, (a) => {
          const value = apply(a.value);
          fc.pre(value !== undefined && (value !== 0 || a.value === 0 || name === "floor"));
          return holds(derive(a.range), value);
        }),
      ),
    );
  }
});

describe("widening and containment", () => {
  it("a widened range holds both", () =>
    fc.assert(
      fc.property(member, member, (a, b) => {
        const wide = R.widen(a.range, b.range);
        return R.isWithin(a.range, wide) && R.isWithin(b.range, wide);
      }),
    ));
  it("a price divided by a price is above 0", () => expect(R.isPositive(R.divide(R.PRICE, R.PRICE))).toBe(true));
  it("a range reads as a sentence says it", () => {
    expect(R.rangeText(R.PRICE)).toBe("above 0");
    expect(R.rangeText(R.range(0, 100))).toBe("0..100");
    expect(R.rangeText(R.point(20))).toBe("20");
  });
});
