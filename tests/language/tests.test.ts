/** The library's own tests, and that a test which should fail does. */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileTests } from "../../src/compile.ts";
import { runTest } from "../../src/language/tests.ts";
import { readModule } from "../check/support.ts";

function resultsOf(source: string, name = "test.strat") {
  const { value, diagnostics } = compileTests(source, { name, readModule });
  expect(diagnostics).toEqual([]);
  return value!.map(runTest);
}

/** "expectation: expected / actual" of everything that failed. */
function failures(source: string, name?: string): readonly string[] {
  return resultsOf(source, name).flatMap(({ verdicts }) =>
    verdicts.flatMap(({ expectation, failure }) =>
      failure === null ? [] : [`${expectation.text}: ${failure.expected} / ${failure.actual}`],
    ),
  );
}

describe("every family of the library has tests, which pass", () => {
  for (const path of globSync("stdlib/*.strat")) {
    it(path, () => {
      const source = readFileSync(path, "utf8");
      expect(source).toMatch(/^test /m);
      expect(failures(source, path)).toEqual([]);
    });
  }
});

describe("a test", () => {
  it("fails with what was expected and what came", () => {
    const source = `module my.tests
test wrong {
  given close [1, 2, 3]
  expect sma(close, 2) gives [none, 1.5, 2]
  expect sma(close, 2) gives [none, 1.5, 2.5001] within 0.001
  expect sma(close, 2) gives [none, 1.5, 2.5001]
  expect close > sma(close, 2)
  expect close < sma(close, 2)
  expect close > sma(close, 5)
  expect close > open gives [false, none, false]
  expect exp(1000 * close / close[1]) > 1
  expect warmup(sma(close, 3)) == 4
  expect 2 >= high(rsi(close, 14))
}`;
    expect(failures(source)).toEqual([
      "sma(close, 2) gives [none, 1.5, 2]: [none, 1.5, 2] / [none, 1.5, 2.5]",
      "sma(close, 2) gives [none, 1.5, 2.5001]: [none, 1.5, 2.5001] / [none, 1.5, 2.5]",
      "close < sma(close, 2): true wherever it has a value, and on one row at least / [none, false, false]",
      "close > sma(close, 5): true wherever it has a value, and on one row at least / [none, none, none]",
      "close > open gives [false, none, false]: [false, none, false] / [false, false, false]",
      "exp(1000 * close / close[1]) > 1: true / not finite on row 2",
      "warmup(sma(close, 3)) == 4: == 4 / 3",
      "2 >= high(rsi(close, 14)): >= 100 / 2",
    ]);
  });

  it("reads the values and parameters of its strategy, and sessions of one day", () => {
    const source = `strategy tested
trade [SPY]
clock day = 1d
param n = 2 in 1..5
risk { order_value <= 60_000usd  drawdown <= 20% }
average = sma(close, n)
rule buy { when close > average  enter long { size 1share } }
test average_of_two {
  given close [0.25, 0.5, 1.125]
  expect average gives [none, 0.375, 0.8125]
  expect session.bar gives [1, 2, 3]
  expect warmup(average) == 2
}`;
    expect(failures(source)).toEqual([]);
  });

  it("knows what never settles", () => {
    expect(failures("module my.tests\ntest never { expect settling(obv()) < 100 }")).toEqual(["settling(obv()) < 100: < 100 / never"]);
  });
});
