/** The figures of semantics section 7 against values worked out by hand. */
import { describe, expect, it } from "vitest";
import { metricsOf } from "../../src/report/metrics.ts";
import { outcomeOf } from "./outcome.ts";

const metrics = metricsOf(outcomeOf(), "100", "nyse");

describe("metrics", () => {
  it("keeps money exact", () => {
    const large = outcomeOf({ end: { ...outcomeOf().end, final_equity: "100000000000000.000000001" } });
    expect(metricsOf(large, "0.000000002", "nyse").netProfit).toBe("99999999999999.999999999");
    expect(metrics.netProfit).toBe("21");
  });

  it("measures the return on the starting cash", () => {
    expect(metrics.returnPercent).toBe(21);
    expect(metrics.buyAndHoldPercent).toBe(50);
  });

  it("spreads the growth over years of 365.25 days: 1.21 in two years is 10 % a year", () => {
    expect(metrics.cagrPercent).toBeCloseTo(10, 12);
  });

  // Session returns 10 %, −10 %, 20 %: mean² ÷ sample variance = (1/15)² ÷ (7/300) = 4/21.
  it("annualises Sharpe with 252 sessions, or 365 where every day is one", () => {
    expect(metrics.sharpe).toBeCloseTo(Math.sqrt((252 * 4) / 21), 12);
    expect(metricsOf(outcomeOf(), "100", "always").sharpe).toBeCloseTo(Math.sqrt((365 * 4) / 21), 12);
  });

  // Root mean square of the negative returns over all three: √(0.01 ÷ 3).
  it("divides Sortino by the downside over all sessions", () => {
    expect(metrics.sortino).toBeCloseTo(Math.sqrt((252 * (1 / 225)) / (0.01 / 3)), 12);
  });

  it("counts trips", () => {
    expect(metrics.winRatePercent).toBeCloseTo(200 / 3, 12);
    expect(metrics.profitFactor).toBeCloseTo(31.1 / 10.1, 12);
    expect(metrics.averageProfit).toBe(7);
    expect(metrics.largestWin).toBe("30.10");
    expect(metrics.largestLoss).toBe("-10.10");
    expect(metrics.averageBarsHeld).toBe(3);
    expect(metrics.exposurePercent).toBe(20);
    expect(metrics.maxDrawdownPercent).toBe(10);
  });
});

describe("a figure that does not exist is null", () => {
  it("without trips", () => {
    const idle = metricsOf(outcomeOf({ roundTrips: [] }), "100", "nyse");
    expect(idle).toMatchObject({ winRatePercent: null, profitFactor: null, averageProfit: null, largestWin: null, averageBarsHeld: null });
  });

  it("without a losing trip there is no profit factor", () => {
    const lucky = metricsOf(
      outcomeOf({ roundTrips: [{ symbol: "TEST", side: "long", openRow: 0, closeRow: 1, profit: "5.00" }] }),
      "100",
      "nyse",
    );
    expect(lucky).toMatchObject({ profitFactor: null, winRatePercent: 100, largestLoss: null });
  });

  it("a trip that breaks even is no win and no loss", () => {
    const even = metricsOf(
      outcomeOf({ roundTrips: [{ symbol: "TEST", side: "long", openRow: 0, closeRow: 1, profit: "0.00" }] }),
      "100",
      "nyse",
    );
    expect(even).toMatchObject({ profitFactor: null, winRatePercent: 0, largestWin: null, largestLoss: null });
  });

  it("with too few sessions, without deviation, without downside", () => {
    const equity = (values: number[]) => metricsOf(outcomeOf({ sessionEquity: { time: values, equity: values } }), "100", "nyse");
    expect(equity([100, 110])).toMatchObject({ sharpe: null, sortino: null });
    expect(equity([100, 100, 100])).toMatchObject({ sharpe: null, sortino: null });
    expect(equity([100, 110, 121.5]).sortino).toBeNull();
    expect(equity([]).sharpe).toBeNull();
  });

  it("no yearly growth of nothing, of debts, or in no time", () => {
    const ended = (final_equity: string) => metricsOf(outcomeOf({ end: { ...outcomeOf().end, final_equity } }), "100", "nyse").cagrPercent;
    expect(ended("0.00")).toBeNull();
    expect(ended("-5.00")).toBeNull();
    expect(metricsOf(outcomeOf({ to: 0 }), "100", "nyse").cagrPercent).toBeNull();
  });
});
