/** Splits and dividends on a few bars (semantics 13), reckoned by hand. */
import { describe, expect, it } from "vitest";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { CorporateAction } from "../../src/market/actions.ts";
import { backtest } from "../../src/run/backtest.ts";
import { readModule } from "../check/support.ts";
import { barSource, barsOf } from "./bars.ts";
import { flat, lines } from "./simulate.ts";

const split = (day: number, shares: number, per: number): CorporateAction => ({ kind: "split", day, shares, per });
const dividend = (day: number, amount: string): CorporateAction => ({ kind: "dividend", day, amount });

/** Days at one price each, in cents; row n is the session of day n. */
async function outcomeOf(rules: string, prices: readonly number[], actions: readonly CorporateAction[]) {
  const source = `strategy test
trade [TEST]
calendar always
clock day = 1d
risk { order_value <= 1_000_000usd  day_loss <= 1_000_000usd }
${rules}`;
  const { value: graph, diagnostics } = compile(source, { name: "test", readModule });
  if (graph === undefined) throw new Error(diagnostics[0]?.message);
  const sources = [{ ...barSource(barsOf(prices.map(flat))), actions }];
  const result = await backtest({ graph, parameters: [], backend: interpretedLanes, sources, cash: "100000" });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome;
}

const BUY = "rule go { when session.day_of_month == 2  enter long { size 101shares stop at fill * 0.5 } }";

describe("a split", () => {
  it("pays for what is no whole share, at the last close, and the stop covers what is held", async () => {
    const outcome = await outcomeOf(BUY, [1000, 1000, 1000, 3000, 3000], [split(3, 1, 3)]);
    expect(lines(outcome)).toEqual([
      "1 order 1 buy 101 entry go",
      "2 fill 1 buy 101 @ 10.00 fee 0.00",
      "2 order 2 sell 101 stop go at 5.00",
      "3 split 1:3",
      "3 cash_in_lieu 20.00",
      "3 rescale 2 33 at 15.00",
      "4 expire 2",
    ]);
    expect(outcome.end).toMatchObject({ cash: "99010.00", position: "33", final_equity: "100000.00" });
  });

  it("that leaves no whole share ends the trade and its trip", async () => {
    const outcome = await outcomeOf(BUY.replace("101", "2"), [1000, 1000, 1000, 10_000, 10_000], [split(3, 1, 10)]);
    expect(lines(outcome).slice(3)).toEqual(["3 split 1:10", "3 cash_in_lieu 20.00", "3 cancel 2"]);
    expect(outcome.roundTrips).toMatchObject([{ openRow: 2, closeRow: 3, profit: "0.00" }]);
  });

  it("leaves the last target what the others leave, which may be more than its own part", async () => {
    const targets = "target 1/3 at fill * 2  target 1/3 at fill * 3  target at fill * 4";
    const rule = `rule go { when session.day_of_month == 2  enter long { size 12shares  ${targets} } }`;
    expect(lines(await outcomeOf(rule, [1000, 1000, 1000, 1500], [split(3, 2, 3)])).slice(2)).toEqual([
      "2 order 2 sell 4 target go at 20.00",
      "2 order 3 sell 4 target go at 30.00",
      "2 order 4 sell 4 target go at 40.00",
      "3 split 2:3",
      "3 rescale 2 2 at 30.00",
      "3 rescale 3 2 at 45.00",
      "3 rescale 4 4 at 60.00",
      "3 expire 2",
      "3 expire 3",
      "3 expire 4",
    ]);
  });

  it("finds an order on its way", async () => {
    const outcome = await outcomeOf(BUY, [1000, 1000, 500, 500], [split(2, 2, 1)]);
    expect(lines(outcome).slice(0, 4)).toEqual([
      "1 order 1 buy 101 entry go",
      "2 split 2:1",
      "2 rescale 1 202",
      "2 fill 1 buy 202 @ 5.00 fee 0.00",
    ]);
  });

  it("before the first row is none", async () => {
    expect(lines(await outcomeOf(BUY, [1000, 1000, 1000], [split(0, 7, 1), dividend(-4, "1")])).slice(0, 1)).toEqual([
      "1 order 1 buy 101 entry go",
    ]);
  });
});

describe("a dividend", () => {
  it("is of who holds the shares at the first row of its date, whole cents of it", async () => {
    const outcome = await outcomeOf(BUY, [1000, 1000, 1000, 990, 990], [dividend(2, "1"), dividend(3, "0.125")]);
    expect(lines(outcome).filter((line) => line.includes("dividend"))).toEqual(["3 dividend 12.62"]);
    expect(outcome.end).toMatchObject({ cash: "99002.62" });
  });

  it("is paid by who is short", async () => {
    const short = BUY.replace("long", "short").replace("0.5", "2");
    const outcome = await outcomeOf(short, [1000, 1000, 1000, 990, 990], [dividend(3, "0.125")]);
    expect(lines(outcome).filter((line) => line.includes("dividend"))).toEqual(["3 dividend -12.63"]);
  });

  it("is per new share where a split is on its date", async () => {
    const outcome = await outcomeOf(BUY, [1000, 1000, 1000, 500, 500], [dividend(3, "0.5"), split(3, 2, 1)]);
    expect(lines(outcome).slice(3, 6)).toEqual(["3 split 2:1", "3 rescale 2 202 at 2.50", "3 dividend 101.00"]);
  });
});
