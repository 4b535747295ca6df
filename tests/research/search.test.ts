/** Spaces, orders of trials, tables and rankings (semantics 16.1 to 16.4). */
import { describe, expect, it } from "vitest";
import type { Parameter } from "../../src/graph/nodes.ts";
import { plateauOf, ranked } from "../../src/research/ranking.ts";
import { latinHypercube, randomSearch, shuffled } from "../../src/research/sampling.ts";
import { type Combination, type Dimension, declaredDimension, grid, type SearchSpace, spaceSize } from "../../src/research/space.ts";
import { readLine, tableLine } from "../../src/research/table.ts";
import { proposals, type Tried } from "../../src/research/tpe.ts";
import type { Figures, Trial } from "../../src/research/trial.ts";
import { prng } from "../../src/values/prng.ts";

const parameter = (said: Partial<Parameter>): Parameter => ({
  ...{ name: "p", kind: "number", unit: "", default: 1, min: 1, max: 1, step: null, overrides: [] },
  ...said,
});
const listed = (...values: number[]): Dimension => ({ kind: "listed", values });
const any = (): boolean => true;

describe("the values of a parameter", () => {
  it("are decimals by steps, as their texts read", () => {
    expect(declaredDimension(parameter({ min: 0.001, max: 0.01, step: 0.001 }))).toEqual(
      listed(0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.01),
    );
    expect(declaredDimension(parameter({ min: 1e-7, max: 3.5e-7, step: 1e-7 }))).toEqual(listed(1e-7, 2e-7, 3e-7));
  });
  it("are whole numbers by 1, the default without a range, anything without a step", () => {
    expect(declaredDimension(parameter({ kind: "int", min: 3, max: 6 }))).toEqual(listed(3, 4, 5, 6));
    expect(declaredDimension(parameter({ default: 7, min: 7, max: 7 }))).toEqual(listed(7));
    expect(declaredDimension(parameter({ min: 0, max: 2 }))).toEqual({ kind: "continuous", min: 0, max: 2 });
  });
});

const SPACE: SearchSpace = [listed(1, 2, 3), listed(10), listed(5, 6)];

describe("orders of trials", () => {
  it("a grid changes the first parameter last", () => {
    expect([...grid(SPACE)].map((one) => one.join(" "))).toEqual(["1 10 5", "1 10 6", "2 10 5", "2 10 6", "3 10 5", "3 10 6"]);
    expect(spaceSize(SPACE)).toBe(6);
  });
  it("random draws differ, are admitted, and end where the space does", () => {
    const even = ([first]: Combination): boolean => (first ?? 0) % 2 === 0;
    const drawn = randomSearch([listed(...Array.from({ length: 40 }, (_, i) => i)), listed(1, 2)], even, 100, 3);
    expect(new Set(drawn.map(String)).size).toBe(40);
    expect(drawn.every(even)).toBe(true);
    expect(randomSearch(SPACE, any, 4, 9)).toEqual(randomSearch(SPACE, any, 4, 9));
  });
  it("a Latin hypercube uses every stratum once", () => {
    const points = latinHypercube(
      [{ kind: "continuous", min: 0, max: 20 }, listed(...Array.from({ length: 20 }, (_, i) => i))],
      any,
      20,
      1,
    );
    expect(points.map(([x = 0]) => Math.floor(x)).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(points.map(([, y = 0]) => y).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
  it("a shuffle is a permutation", () => {
    expect([...shuffled(100, prng(4))].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe("the search that learns", () => {
  const space: SearchSpace = [listed(...Array.from({ length: 50 }, (_, i) => i)), { kind: "continuous", min: -1, max: 1 }];
  const objective = ([x = 0, y = 0]: Combination): number => -((x - 37) * (x - 37)) / 100 - y * y;
  const search = (seed: number, count: number): Tried[] => {
    const tried: Tried[] = [];
    for (let round = 0; tried.length < count; round++) {
      const next = proposals(space, any, tried, { seed, round, count: tried.length === 0 ? 32 : 16 });
      tried.push(...next.map((combination) => ({ combination, objective: objective(combination) })));
    }
    return tried;
  };
  it("comes nearer than drawing at random", () => {
    const best = (tried: readonly Combination[]): number => Math.max(...tried.map(objective));
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const better = seeds.filter(
      (seed) => best(search(seed, 112).map(({ combination }) => combination)) > best(randomSearch(space, any, 112, seed)),
    );
    expect(better.length).toBeGreaterThan(14);
  });
  it("tries nothing twice and ends where the space does", () => {
    const small: SearchSpace = [listed(1, 2, 3, 4, 5), listed(1, 2, 3, 4, 5, 6, 7, 8)];
    const tried: Tried[] = [];
    for (let round = 0; round < 5; round++) {
      const next = proposals(small, any, tried, { seed: 1, round, count: 16 });
      tried.push(...next.map((combination) => ({ combination, objective: combination[0] ?? 0 })));
    }
    expect(tried).toHaveLength(40);
    expect(new Set(tried.map(({ combination }) => String(combination))).size).toBe(40);
  });
});

const FIGURES: Figures = {
  ...{ orders: 4, rejected: 1, fills: 3, round_trips: 1, final_equity: "100012.30", net_profit: "12.3", fees: "0.10" },
  ...{ return_pct: 0.0123, sharpe: 1.5, sortino: null, max_drawdown_pct: 0.1, exposure_pct: 12.5 },
};
const trial = (number: number, combination: Combination, sharpe: number | null): Trial => ({
  number,
  combination,
  result: { ok: true, figures: { ...FIGURES, sharpe } },
});

describe("a table of trials", () => {
  it("reads back as it was", () => {
    const failed: Trial = {
      number: 8,
      combination: [1, 2],
      result: { ok: false, failure: { kind: "money_out_of_range", message: 'an account of "1,5"' } },
    };
    for (const one of [trial(7, [0.1, 1e-9], 2.25), trial(9, [3, 4], null), failed]) expect(readLine(tableLine(one), 2)).toEqual(one);
  });
  it("knows a line that is not whole", () => {
    const line = tableLine(trial(7, [1, 2], 2.25));
    expect(readLine(line.slice(0, 20), 2)).toBeNull();
    expect(readLine(line.slice(0, -1), 2)).toBeNull();
  });
});

describe("ranking", () => {
  it("puts trials without an objective nowhere, equal ones in their order", () => {
    const order = ranked([trial(0, [1], 1), trial(1, [2], null), trial(2, [3], 2), trial(3, [4], 1)], "sharpe");
    expect(order.map(({ trial: { number } }) => number)).toEqual([2, 0, 3]);
  });
  it("prefers a plateau to a peak", () => {
    const space: SearchSpace = [listed(...Array.from({ length: 11 }, (_, i) => i))];
    const values = [0, 3, 0, 0, 0, 2, 2.1, 2, 0, 0, 0];
    const plateau = plateauOf(
      space,
      ranked(
        values.map((value, at) => trial(at, [at], value)),
        "sharpe",
      ),
    );
    expect(plateau).toMatchObject({ trial: { number: 6 }, lowest: 2, neighbours: 2 });
    expect(plateau?.mean).toBeCloseTo(6.1 / 3, 12);
  });
});
