/** Units form the algebra that semantics and language promise, and generic functions find theirs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BARE,
  base,
  divideUnits,
  joinUnits,
  matchUnit,
  multiplyUnits,
  NUMBER,
  powerUnit,
  RATIO,
  substitute,
  type Unit,
  unitText,
} from "../../src/check/types/units.ts";
import { typeOf } from "./support.ts";

const dimension = fc
  .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }))
  .filter(([usd, share]) => usd !== 0 || share !== 0)
  .map(([usd, share]) => multiplyUnits(powerUnit(base("usd"), usd, 1), powerUnit(base("share"), share, 1)));

const same = (a: Unit | undefined, b: Unit): boolean => a !== undefined && unitText(a) === unitText(b);

describe("dimensions", () => {
  it("products commute", () => fc.assert(fc.property(dimension, dimension, (a, b) => same(multiplyUnits(a, b), multiplyUnits(b, a)))));
  it("a quotient undoes a product", () =>
    fc.assert(
      fc.property(dimension, dimension, (a, b) => same(divideUnits(multiplyUnits(multiplyUnits(a, b), b), b), multiplyUnits(a, b))),
    ));
  it("a root undoes a square", () => fc.assert(fc.property(dimension, (a) => same(powerUnit(multiplyUnits(a, a), 1, 2), a))));
  it("U ÷ U is a ratio", () => fc.assert(fc.property(dimension, (a) => same(divideUnits(a, a), RATIO))));
  it("different ones do not join", () =>
    fc.assert(fc.property(dimension, dimension, (a, b) => (joinUnits(a, b) === undefined) === (unitText(a) !== unitText(b)))));
});

describe("a generic function", () => {
  const U = base("U");
  it("finds U from U, U^2 and U/share", () =>
    fc.assert(
      fc.property(dimension, (unit) =>
        [U, multiplyUnits(U, U), divideUnits(U, base("share"))].every((pattern) => {
          const found = matchUnit(pattern, substitute(pattern, new Map([["U", unit]])), new Map());
          return same(found?.get("U"), unit);
        }),
      ),
    ));
  it("takes a ratio, a number and a plain number", () => {
    for (const unit of [RATIO, NUMBER, BARE]) expect(matchUnit(U, unit, new Map())?.get("U")).toBe(unit);
  });
  it("refuses a second unit", () => expect(matchUnit(U, base("share"), new Map([["U", base("usd")]]))).toBeUndefined());
});

describe("expressions have the unit that they count in", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["close", "usd/share"],
    ["close * volume", "usd"],
    ["close / open", "ratio"],
    ["close / close[1] - 1", "ratio"],
    ["rsi(close, 14)", "number"],
    ["rsi(close, 14) * (close / open)", "number"],
    ["variance(close, 10)", "usd^2/share^2"],
    ["stdev(close, 10)", "usd/share"],
    ["sqrt(close)", "usd^(1/2)/share^(1/2)"],
    ["100 - 100 / (1 + close / open)", "number"],
    ["count(close > open, 5)", "number"],
    ["session.elapsed / 1m", "ratio"],
    ["close > open", "bool"],
    ["max(close - open, 0)", "usd/share"],
    ["if close > open then 1% else none", "ratio?"],
    ["close / (high - low)", "ratio?"],
    ["close / atr(14) ?? 0", "ratio"],
    ["sqrt(close - open)", "usd^(1/2)/share^(1/2)?"],
    ["log(close / open)", "ratio"],
    ["ema(close, 3) / ema(close, 5)", "ratio?"],
    ["if close - open == 0 then 0 else volume / (close - open)", "share^2/usd"],
    ["mean(close, since: session, where: close > open)", "usd/share?"],
    ["0.5%", "ratio"],
  ];
  for (const [expression, type] of cases) it(expression, () => expect(typeOf(expression)).toBe(type));
});
