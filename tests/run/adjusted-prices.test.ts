/** Prices adjusted for dividends (semantics 13.11): on a few bars reckoned by hand, and on Apple's of 23 years against LEAN's factors. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openActions } from "../../src/adapters/files/actions.ts";
import { openBars } from "../../src/adapters/files/open.ts";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { expressionRows } from "../../src/cli/expression-rows.ts";
import { compile, compileExpression } from "../../src/compile.ts";
import type { CorporateAction } from "../../src/market/actions.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { backtest } from "../../src/run/backtest.ts";
import { civilDate } from "../../src/values/civil-date.ts";
import { readModule } from "../check/support.ts";
import { describeWithSharedData, sharedPath } from "../support/shared-data.ts";
import { barSource, barsOf, DAY } from "./bars.ts";
import { flat } from "./simulate.ts";

const split = (day: number, shares: number, per: number): CorporateAction => ({ kind: "split", day, shares, per });
const dividend = (day: number, amount: string): CorporateAction => ({ kind: "dividend", day, amount });

/** An expression on all rows of a source; null for none. */
async function valuesOf(expression: string, source: BarSource, calendar: "nyse" | "always" = "always") {
  const clock = { name: "bar", width: source.info.width, of: null, regularOnly: false, shortLast: false };
  const compiled = compileExpression(expression, { name: "expression", readModule, symbol: source.info.symbol, calendar, clock });
  if (compiled.value === undefined) throw new Error(compiled.diagnostics[0]?.message);
  const rows = [];
  for await (const part of expressionRows(compiled.value, source)) rows.push(...part);
  return rows;
}

/** Days at one price each, in cents; row n is the session of day n. */
async function adjusted(expression: string, prices: readonly number[], actions: readonly CorporateAction[]) {
  const rows = await valuesOf(expression, { ...barSource(barsOf(prices.map(flat))), actions });
  return rows.map(({ values }) => values[0]);
}

describe("adjusted(close)", () => {
  it("is the traded price on its own row, and of rows before multiplied by the factors of what went ex since", async () => {
    const prices = [1000, 1000, 900, 800, 800];
    const actions = [dividend(2, "1"), dividend(3, "0.90")];
    expect(await adjusted("adjusted(close) / 1share", prices, actions)).toEqual([10, 10, 9, 8, 8]);
    expect(await adjusted("adjusted(close)[1] / 1share", prices, actions)).toEqual([null, 10, 9, 9 * (8.1 / 9), 8]);
    expect(await adjusted("adjusted(close)[2] / 1share", prices, actions)).toEqual([null, null, 9, 10 * (0.9 * (8.1 / 9)), 9 * (8.1 / 9)]);
    expect(await adjusted("mean(adjusted(close), 3) / 1share", prices, actions)).toEqual([
      null,
      null,
      9,
      8.1 * (2 / 3) + 8 / 3,
      8.033333333333333,
    ]);
    expect(await adjusted("close[2] / 1share", prices, actions)).toEqual([null, null, 10, 10, 9]);
  });

  it("takes a dividend after a split of its date as one of new shares", async () => {
    const prices = [1000, 1000, 500, 450];
    const actions = [dividend(2, "0.5"), split(2, 2, 1)];
    expect(await adjusted("adjusted(close)[1] / 1share", prices, actions)).toEqual([null, 10, 4.5, 5]);
  });

  it("of a slower clock is that of its rows, also where a dividend parts them", async () => {
    const source = (open: string) => `strategy test
trade [TEST]
calendar always
clock bar = 1d
clock week = 1w of bar
risk { order_value <= 1_000_000usd  day_loss <= 1_000_000usd }
on week { told = adjusted(high) == max(adjusted(high)) and adjusted(${open}) == first(adjusted(open)) and adjusted(low) < low and low == adjusted(close) }
rule go { when week.told ?? false  enter long { size 1shares } }`;
    expect(compile(source("open"), { name: "test", readModule }).diagnostics.map(({ code }) => code)).toEqual(["E0405", "E0405"]);
    const ratio = `strategy test
trade [TEST]
calendar always
clock bar = 1d
clock week = 1w of bar
risk { order_value <= 1_000_000usd  day_loss <= 1_000_000usd }
on week { fall = adjusted(close) / adjusted(open)  low_of = adjusted(low) / adjusted(close) }
rule go { when (week.fall == 0.9 and week.low_of == 1) ?? false  enter long { size 1shares } }`;
    const { value: graph, diagnostics } = compile(ratio, { name: "test", readModule });
    if (graph === undefined) throw new Error(diagnostics[0]?.message);
    // Day 4 is a Monday. 20, of which 10 are paid: 10 that fall to 9.
    const prices = [2000, 2000, 2000, 2000, 2000, 1000, 900, 900, 900, 900, 900, 900];
    const sources = [{ ...barSource(barsOf(prices.map(flat))), actions: [dividend(5, "10")] }];
    for (const backend of [interpretedLanes, wasmLanes]) {
      const result = await backtest({ graph, parameters: [], backend, sources, cash: "100000" });
      if (!result.ok) throw new Error(result.failure.message);
      expect(result.outcome.records.flatMap((record) => (record.event === "order" ? [record.row] : []))).toEqual([11]);
    }
  });

  it("fails by name where a dividend is all that a share was worth", async () => {
    await expect(adjusted("adjusted(close) / 1share", [1000, 1000, 1000], [dividend(2, "10")])).rejects.toThrow(
      /dividend of 10 on 1970-01-03: the last close before it is 10/,
    );
  });
});

const DAILY = "lean/equity/usa/daily/aapl.zip";
const FACTORS = "lean/equity/usa/factor_files/aapl.csv";

describeWithSharedData("Apple's dividends", [DAILY, FACTORS], () => {
  it("adjust a year's prices as LEAN's factors do", async () => {
    const opened = await openBars([sharedPath(DAILY)], { symbol: "AAPL", calendar: "nyse" });
    const actions = await openActions(sharedPath(FACTORS), "nyse");
    if (!opened.ok || !actions.ok) throw new Error("the data cannot be read");
    const source = { ...opened.source, actions: actions.value.get("") ?? [] };
    const back = await valuesOf("adjusted(close)[250] / 1share", source, "nyse");
    const raw = await valuesOf("close[250] / 1share", source, "nyse");
    const factors = readFileSync(sharedPath(FACTORS), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const factorOn = (time: number): number => {
      const { year, month, day } = civilDate(Math.floor(time / DAY));
      const date = `${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
      return Number(factors.find(([until = ""]) => until >= date)?.[1]);
    };
    let crossed = 0;
    for (let row = 250; row < back.length; row++) {
      const expected = factorOn(back[row - 250]!.time) / factorOn(back[row]!.time);
      expect(Number(back[row]!.values[0]) / Number(raw[row]!.values[0])).toBeCloseTo(expected, 5);
      if (expected !== 1) crossed += 1;
    }
    expect(crossed).toBeGreaterThan(2_000);
  });
});
