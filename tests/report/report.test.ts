/** What the reports say, and that both say the same. */
import { describe, expect, it } from "vitest";
import { ratioText } from "../../src/report/assumptions.ts";
import { consoleReport } from "../../src/report/console.ts";
import { reportJson } from "../../src/report/json.ts";
import { type ReportInput, reportOf } from "../../src/report/report.ts";
import { figure, grouped, isoText, money, signedPercent, timeText } from "../../src/report/text.ts";
import { GRAPH, outcomeOf } from "./outcome.ts";

function report(changes: Partial<ReportInput> = {}) {
  const input = { graph: GRAPH, dataHashes: ["b".repeat(64)], parameters: [12], cash: "100", outcome: outcomeOf(), seconds: 0.002 };
  return reportOf({ ...input, ...changes });
}

describe("the JSON report", () => {
  it("has every promised name", () => {
    const json = reportJson(report());
    expect(json).toMatchObject({
      strategy: "example",
      symbols: ["ABC"],
      parameters: { fast: 12 },
      final_equity: "121.00",
      net_profit: "21",
      fees: "1.50",
    });
    expect(json).toMatchObject({ from: "1970-01-01T00:00:00Z", bars: 50, bars_per_second: 25_000, rule_firings: { rescue: 0 } });
    expect(json.assumptions).toMatchObject({
      fill: "next_open",
      slippage: "0.0002",
      fees: "0.5bps",
      warm_up_bars: 1,
      first_decision_row: 4,
    });
  });

  it("counts an order under every check it failed, and halts by their limit", () => {
    const json = reportJson(report());
    expect(json.rejections).toEqual([
      { check: "order_value", orders: 1 },
      { check: "buying_power", orders: 1 },
    ]);
    expect(json.halts).toEqual([{ limit: "day_loss", action: "flatten", times: 2, first: "2020-01-15T21:00:00Z" }]);
  });
});

describe("the console report", () => {
  it("is plain text without colour, with every line inside 110 columns", () => {
    const text = consoleReport(report(), false);
    expect(text).not.toContain("\u001b");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(110);
    expect(consoleReport(report(), true)).toContain("\u001b");
  });

  it("says what a reader must not miss", () => {
    const text = consoleReport(report(), false);
    expect(text).toMatch(/rescue\s+0 {3}never fired/);
    expect(text).toContain("1 order rejected: order_value 1, buying_power 1");
    expect(text).toContain("day_loss halted trading 2 times (flatten), first at 2020-01-15T21:00:00Z");
    expect(text).toMatch(/Return\s+\+21\.00%\s+Buy and hold\s+\+50\.00%\s+Difference\s+-29\.00%/);
    expect(text).not.toContain("DECIDING CLOSE");
  });

  it("says loudly that orders fill at the close that decided them", () => {
    const graph = { ...GRAPH, simulate: { ...GRAPH.simulate, market: "close" as const } };
    expect(consoleReport(report({ graph }), false)).toContain("FILLS AT THE DECIDING CLOSE");
  });

  it("says that nothing was traded", () => {
    const outcome = outcomeOf({ end: { ...outcomeOf().end, fills: 0, round_trips: 0 }, roundTrips: [], buyAndHold: null });
    expect(consoleReport(report({ outcome }), false)).toContain("this strategy never traded");
  });
});

it("says that no rule was ever asked", () => {
  const { symbols, bars } = outcomeOf();
  const outcome = outcomeOf({ startRow: 300, symbols: symbols.map((symbol) => ({ ...symbol, start: null })), firings: { rescue: 0 } });
  const text = consoleReport(report({ outcome }), false);
  expect(text).toContain(`no rule was ever asked: they exist from bar 301 on, and the data has ${bars}`);
  expect(text).toMatch(/rescue\s+0 {3}never asked/);
});

describe("text", () => {
  it("writes ratios exactly", () => {
    expect(["0", "0.000", "0.0002", "0.00005", "0.05", "0.015", "1"].map(ratioText)).toEqual([
      "none",
      "none",
      "2bps",
      "0.5bps",
      "5%",
      "150bps",
      "100%",
    ]);
  });

  it("writes money, figures and percentages", () => {
    expect(["1234567.506000", "-0.010000", "100", "-0.001"].map(money)).toEqual(["1,234,567.51", "-0.01", "100.00", "0.00"]);
    expect(grouped("-1234.5678")).toBe("-1,234.5678");
    expect(figure(-0.0001, 2)).toBe("0.00");
    expect([1.25, -1, 0, 0.001, null].map(signedPercent)).toEqual(["+1.25%", "-1.00%", "0.00%", "0.00%", "–"]);
  });

  it("writes instants", () => {
    expect(timeText(1_381_152_660_000_000)).toBe("2013-10-07 13:31Z");
    expect(timeText(1_381_152_661_000_000)).toBe("2013-10-07 13:31:01Z");
    expect(isoText(1_381_152_660_000_000)).toBe("2013-10-07T13:31:00Z");
  });
});
