/** Strategies side by side (semantics 16.10): returns of 1 of the capital, a paired test that finds what is there and not what is not. */
import { describe, expect, it } from "vitest";
import { type AccountCourse, comparisonOf, pairSentences, unitReturns } from "../../src/research/comparison.ts";
import { prng } from "../../src/values/prng.ts";

const PER_YEAR = 252;

function course(name: string, returns: readonly number[], trialsEver = 1): AccountCourse {
  const equity = [100_000];
  for (const value of returns) equity.push(equity.at(-1)! * (1 + value));
  return { name, dates: equity.map((_, index) => index), equity, flows: [], trialsEver };
}

/** A market that both are in, noise of their own, and an edge of the second. */
function pairOf(edge: number, seed: number, sessions = 500) {
  const random = prng(seed);
  const noise = () => (random.uniform() + random.uniform() + random.uniform() - 1.5) * 0.02;
  const market = Array.from({ length: sessions }, noise);
  const own = () => market.map((value) => value + noise() / 10);
  return [
    course("first", own()),
    course(
      "second",
      own().map((value) => value + edge),
    ),
  ] as const;
}

const findings = (edge: number) => Array.from({ length: 40 }, (_, seed) => comparisonOf(pairOf(edge, seed), PER_YEAR, 1).pairs[0]!.finding);
const share = (all: readonly string[], what: string) => all.filter((one) => one === what).length / all.length;

describe("the paired test", () => {
  it("finds an edge that is there, in its direction, though the market moves both ten times as much", () => {
    expect(share(findings(0.000_5), "better")).toBeGreaterThan(0.95);
    expect(share(findings(-0.000_5), "worse")).toBeGreaterThan(0.95);
  });

  it("finds none where there is none, but for about one in twenty", () => {
    expect(share(findings(0), "no_evidence")).toBeGreaterThan(0.85);
  });

  it("says nothing of little data, and draws the same for the same seed", () => {
    const [pair] = comparisonOf(pairOf(0.01, 1, 59), PER_YEAR, 1).pairs;
    expect(pair?.finding).toBe("too_little_data");
    expect(pairSentences(pair!, 59)).toEqual(["Too little data: 59 sessions can be compared; at least 60 are needed."]);
    expect(comparisonOf(pairOf(0, 3), PER_YEAR, 7)).toEqual(comparisonOf(pairOf(0, 3), PER_YEAR, 7));
  });

  it("divides the error among several pairs", () => {
    const [first, second] = pairOf(0, 5);
    const { pairs } = comparisonOf([first, second, { ...second, name: "third" }], PER_YEAR, 1);
    expect(pairs.map(({ confidence }) => confidence)).toEqual([0.975, 0.975]);
  });
});

it("more trials make the same Sharpe ratio less sure", () => {
  const [first, second] = pairOf(0.001, 2);
  const deflatedAfter = (trialsEver: number) => comparisonOf([first, { ...second, trialsEver }], PER_YEAR, 1).contenders[1]!.deflated!;
  expect(deflatedAfter(100)).toBeLessThan(deflatedAfter(10));
  expect(deflatedAfter(10)).toBeLessThan(deflatedAfter(1));
});

it("compares the sessions that all have, from the first in which something happens", () => {
  const first = course("first", [0, 0, 0.01, 0.02, 0.03]);
  const second = { ...course("second", [0, 0, 0, 0.02, 0.03]), dates: [0, 1, 2, 3, 4, 9] };
  expect(comparisonOf([first, second], PER_YEAR, 1).sessions).toBe(2);
});

it("capital that comes or goes is neither gained nor lost", () => {
  const flows = [{ date: 1, before: 110, after: 220 }];
  const returns = unitReturns({ name: "a", dates: [0, 1, 2], equity: [100, 242, 242], flows, trialsEver: 1 });
  expect(returns.get(1)).toBeCloseTo(1.1 * 1.1 - 1, 12);
  expect(returns.get(2)).toBe(0);
});
