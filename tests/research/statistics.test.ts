/** The statistics of a study beside numpy and scipy (tests/golden/statistics.py), and where the right answer is plain. */
import { describe, expect, it } from "vitest";
import { type BlockSums, blockStart, blocksFor, overfitting } from "../../src/research/statistics/cscv.ts";
import { normalProbability, normalQuantile } from "../../src/research/statistics/normal.ts";
import { bootstrap, growthOf, largestDrawdown, reordered } from "../../src/research/statistics/resampling.ts";
import { expectedMaximum, momentsOf, probabilisticSharpe } from "../../src/research/statistics/sharpe.ts";
import { blockCounts, drawdownOver } from "../../src/research/study-trial.ts";
import { prng } from "../../src/values/prng.ts";
import golden from "../golden/values/statistics.json" with { type: "json" };

/** Relative distance. */
function expectNear(actual: number | null, expected: number, distance: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(Math.abs(expected) * distance + 1e-300);
}

describe("the normal distribution", () => {
  it.each(golden.probability)("is below %d with probability %d", (x, p) => expectNear(normalProbability(x!), p!, 1e-13));
  it.each(golden.quantile)("has %d below %d", (p, x) =>
    expect(Math.abs(normalQuantile(p!) - x!)).toBeLessThan(p! > 0.99999 ? 1e-6 : 1e-11),
  );
});

describe("Sharpe ratios", () => {
  it("have the moments of scipy and the probabilities of the paper", () => {
    for (const { returns, sharpe, skewness, kurtosis, above } of golden.series) {
      const moments = momentsOf(returns);
      expectNear(moments.sharpe, sharpe, 1e-12);
      expectNear(moments.skewness, skewness, 1e-11);
      expectNear(moments.kurtosis, kurtosis, 1e-11);
      for (const [benchmark, probability] of above) expectNear(probabilisticSharpe(moments, benchmark!), probability!, 1e-10);
    }
  });
  it("are expected at so much by luck", () => {
    for (const [trials, variance, expected] of golden.expected_maximum) expectNear(expectedMaximum(trials!, variance!), expected!, 1e-9);
    expect(expectedMaximum(1, 4)).toBe(0);
  });
  it("are expected at what the best of many trials without skill has", () => {
    const random = prng(7);
    const best = Array.from({ length: 300 }, () => Math.max(...Array.from({ length: 100 }, () => normalQuantile(random.uniform()))));
    expect(best.reduce((sum, one) => sum + one, 0) / best.length).toBeCloseTo(expectedMaximum(100, 1), 1);
  });
  it("say nothing of too little, and nothing happens without deviation", () => {
    expect(probabilisticSharpe(momentsOf([0.1, 0.2]), 0)).toBeNull();
    expect(momentsOf([0, 0, 0, 0])).toMatchObject({ sharpe: 0 });
  });
});

/** Columns of a matrix as sums by block. */
function sumsOf(matrix: readonly (readonly number[])[], blocks: number): readonly BlockSums[] {
  return (matrix[0] ?? []).map((_, column) => {
    const cut = (block: number) => matrix.slice(blockStart(matrix.length, blocks, block), blockStart(matrix.length, blocks, block + 1));
    const over = (of: (value: number) => number) =>
      Float64Array.from({ length: blocks }, (_, block) => cut(block).reduce((sum, row) => sum + of(row[column] ?? 0), 0));
    return { sums: over((value) => value), squares: over((value) => value * value) };
  });
}

describe("cross-validation", () => {
  it("is that of the definition", () => {
    for (const { blocks, matrix, probability, loss_probability, splits } of golden.cscv) {
      const found = overfitting(blockCounts(matrix.length, blocks), sumsOf(matrix, blocks));
      expect(found).toEqual({ blocks, splits, probability, lossProbability: loss_probability });
    }
  });
  it("needs two trials and a return in each block", () => {
    const [one] = sumsOf(golden.cscv[0]!.matrix, 8);
    expect(overfitting(blockCounts(203, 8), [one!])).toBeNull();
    expect(overfitting(blockCounts(5, 8), sumsOf(golden.cscv[0]!.matrix, 8))).toBeNull();
  });
  it("is bounded in its work", () => {
    expect([10, 1_554, 1_555, 6_000, 1_000_000].map(blocksFor)).toEqual([16, 16, 14, 12, 8]);
  });
});

describe("what else might have been", () => {
  const returns = golden.series[1]!.returns;
  it("is the same for the same seed, and lies around what was", () => {
    const drawn = bootstrap(returns, 5);
    expect(drawn).toEqual(bootstrap(returns, 5));
    expect(drawn.block).toBe(8);
    const own = momentsOf(returns).sharpe;
    expect(drawn.sharpe.low).toBeLessThan(own);
    expect(drawn.sharpe.high).toBeGreaterThan(own);
    const width = (drawn.sharpe.high - drawn.sharpe.low) / 2;
    expect(width).toBeGreaterThan(0.8 * 1.96 * Math.sqrt(1 / returns.length));
    expect(width).toBeLessThan(1.2 * 1.96 * Math.sqrt(1 / returns.length));
  });
  it("keeps the sum of trades and changes their falls", () => {
    expect(largestDrawdown(100, [10, -22, 33, -11])).toBeCloseTo(22 / 110, 12);
    expect(reordered(100, [-1, -1, -1], 1).middle).toBeCloseTo(0.03, 12);
    const { low, high } = reordered(100, [10, -20, 30, -5, 8, -9], 2);
    expect(low).toBeGreaterThanOrEqual(0.05);
    expect(high).toBeLessThanOrEqual(0.34);
  });
  it("compounds", () => {
    expect(growthOf([0.1, -0.5, 1])).toBeCloseTo(0.1, 12);
    expect(drawdownOver([0.1, -0.5, 1])).toBeCloseTo(0.5, 12);
  });
});
