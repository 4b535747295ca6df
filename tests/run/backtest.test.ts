import { describe, expect, it } from "vitest";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import type { Graph, Rule } from "../../src/graph/nodes.ts";
import { type BacktestInput, backtest } from "../../src/run/backtest.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { MARKET, PLAIN } from "../support/rules.ts";
import { barSource, barsOf, DAY } from "./bars.ts";
import { type GraphBuilder, graphBuilder } from "./graph-builder.ts";
import { failureIn, flat, lines, type Row, simulate } from "./simulate.ts";

const HOUR = 3_600_000_000;

function alwaysIn(b: GraphBuilder): Rule {
  const size = { kind: "shares", amount: b.constant(100), trim: false } as const;
  return { kind: "enter", name: "go", clock: 0, when: b.binary("lt", b.constant(0), b.input("close")), side: "long", size, ...PLAIN };
}

/** A strategy that uses much of the engine: crossings, a stop, sizes by risk, a daily halt. */
function busyGraph(): Graph {
  const b = graphBuilder();
  const close = b.input("close");
  const [fast, slow] = [b.window("mean", close, 2), b.window("mean", close, 5)];
  const range = b.binary("sub", b.window("highest", b.input("high"), 3), b.window("lowest", b.input("low"), 3));
  const loss = b.binary("sub", b.account("day_start_equity"), b.equity());
  const excess = b.binary("lt", b.binary("mul", b.constant(0.004), b.equity()), loss);
  const size = { kind: "risk", amount: b.binary("mul", b.constant(0.01), b.equity()), trim: true } as const;
  return b.graph({
    width: HOUR,
    rules: [
      {
        kind: "enter",
        name: "up",
        clock: 0,
        when: b.binary("lt", slow, fast),
        side: "long",
        size,
        ...PLAIN,
        stop: b.binary("sub", b.fill(), range),
      },
      {
        kind: "enter",
        name: "down",
        clock: 0,
        when: b.binary("lt", fast, slow),
        side: "short",
        size,
        ...PLAIN,
        stop: b.binary("add", b.fill(), range),
      },
      { kind: "exit", name: "up_over", clock: 0, when: b.binary("lt", fast, slow), trade: 0, order: MARKET },
      { kind: "exit", name: "down_over", clock: 0, when: b.binary("lt", slow, fast), trade: 1, order: MARKET },
    ],
    risk: [
      { measure: "order_value", limit: { kind: "constant", value: "60000" }, monitor: null },
      {
        measure: "day_loss",
        limit: { kind: "ratio", ratio: "0.004", of: "equity" },
        monitor: { excess, action: "flatten", until: "next_session" },
      },
    ],
    simulate: { slippage: "0.0005", fees: { kind: "ratio", ratio: "0.0002" } },
  });
}

function waves(count: number): readonly Row[] {
  let state = 12345;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  let close = 10_000;
  return Array.from({ length: count }, () => {
    const open = close + Math.round((random() - 0.5) * 40);
    close = Math.max(1000, open + Math.round((random() - 0.5) * 200));
    return [open, Math.max(open, close) + Math.round(random() * 30), Math.min(open, close) - Math.round(random() * 30), close] as const;
  });
}

describe("a backtest", () => {
  it("is the same for any chunk capacity", async () => {
    const rows = waves(400);
    const whole = await simulate(busyGraph(), { rows, width: HOUR });
    expect(whole.end.fills).toBeGreaterThan(50);
    expect(lines(whole).some((line) => line.includes("halt"))).toBe(true);
    for (const capacity of [1, 7, 24, 399]) {
      const { wakes: _, ...outcome } = await simulate(busyGraph(), { rows, width: HOUR, capacity });
      expect({ ...outcome, wakes: 0 }).toEqual({ ...whole, wakes: 0 });
    }
  });

  it("is the same in whole cents as at a scale where money is BigInt", async () => {
    const cents = waves(300);
    const graph = {
      ...busyGraph(),
      simulate: {
        market: "next_open",
        slippage: "0",
        fees: { kind: "none" },
        borrow: "0",
        limit: "through",
        volumeCap: null,
        startAfter: 0,
      },
    } as const;
    const coarse = await simulate(graph, { rows: cents, width: HOUR });
    const finer = cents.map(([open, high, low, close]): Row => [open * 1e5, high * 1e5, low * 1e5, close * 1e5]);
    const fine = await simulate(graph, { rows: finer, width: HOUR, priceDecimals: 7 });
    expect(lines(fine).map((line) => line.replace(/(\.\d\d)0{5}/g, "$1"))).toEqual(lines(coarse));
    expect(fine.end.final_equity).toBe(`${coarse.end.final_equity}00000`);
    expect(fine.sessionEquity).toEqual(coarse.sessionEquity);
  });

  it("reports equity at each session's close, exposure, drawdown and what buying and holding gives", async () => {
    const b = graphBuilder();
    const graph = b.graph({ rules: [alwaysIn(b)], width: 12 * HOUR, simulate: { fees: { kind: "per_share", amount: "0.01" } } });
    const outcome = await simulate(graph, { rows: [1000, 1000, 1100, 990, 1200].map(flat), width: 12 * HOUR, cash: "2000" });
    expect(outcome.sessionEquity).toEqual({ time: [24 * HOUR, 48 * HOUR, 60 * HOUR], equity: [1999, 1989, 2199] });
    expect(outcome).toMatchObject({ exposedInstants: 4, from: 12 * HOUR, to: 60 * HOUR, bars: 5 });
    expect(outcome.maxDrawdown).toBe(1 - 1989 / 2099);
    // 199 shares: 200 would leave nothing for their fee of 2.00.
    expect(outcome.buyAndHold).toBe((10 - 1.99 + 199 * 12) / 2000 - 1);
  });

  it("takes the rows that end within the dates asked for", async () => {
    const b = graphBuilder();
    const input: BacktestInput = {
      graph: b.graph({ rules: [alwaysIn(b)] }),
      parameters: [],
      backend: interpretedLanes,
      sources: [barSource(barsOf(Array.from({ length: 9 }, () => flat(1000))))],
      cash: "100000",
      from: 3 * DAY,
      to: 6 * DAY,
      capacity: 4,
    };
    expect(await backtest(input)).toMatchObject({ ok: true, outcome: { bars: 4, from: 3 * DAY, to: 6 * DAY } });
    expect(await backtest({ ...input, from: 20 * DAY, to: 30 * DAY })).toMatchObject({ ok: false, failure: { kind: "no_rows" } });
  });

  it("sees no rows outside regular hours where the clock asks for that", async () => {
    const b = graphBuilder();
    const graph = b.graph({ rules: [alwaysIn(b)], width: HOUR / 2, calendar: "nyse", regularOnly: true });
    // Monday 2019-02-04: regular hours are 14:30 to 21:00 UTC.
    const rows = Array.from({ length: 48 }, () => flat(1000));
    const outcome = await simulate(graph, { rows, width: HOUR / 2, begin: dayNumber(2019, 2, 4) * DAY });
    expect(outcome.bars).toBe(13);
    expect(outcome.records[0]).toMatchObject({ time: "2019-02-04T15:00:00Z", row: 0 });
  });

  it("journals who it is, every record and its end", async () => {
    const entries: unknown[] = [];
    const b = graphBuilder();
    const result = await backtest({
      graph: b.graph({ rules: [alwaysIn(b)] }),
      parameters: [],
      backend: interpretedLanes,
      sources: [barSource(barsOf([flat(1000), flat(1000)]))],
      cash: "100000",
      journal: { append: (entry) => entries.push(entry), whenRoom: async () => ({ ok: true, value: null }) },
    });
    if (!result.ok) throw new Error(result.failure.message);
    expect(entries[0]).toMatchObject({ event: "begin", strategy: "test", cash: "100000", data: "test" });
    expect(entries.slice(1)).toEqual(result.outcome.records);
    expect(result.outcome.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("a backtest that cannot be", () => {
  const graph = (b = graphBuilder(), parts: Partial<Graph> = {}): Graph => ({ ...b.graph({ rules: [alwaysIn(b)] }), ...parts });
  const rows = [flat(1000), flat(1000)];

  it("names bars of another width", async () => {
    const b = graphBuilder();
    const hourly = b.graph({ rules: [alwaysIn(b)], width: HOUR });
    expect(await failureIn(hourly, { rows })).toMatchObject({ kind: "width_mismatch", clock: HOUR, dataset: DAY });
  });

  it("names dates outside the calendar", async () => {
    expect(await failureIn(graph(undefined, { calendar: "nyse" }), { rows })).toMatchObject({ kind: "outside_calendar", calendar: "nyse" });
  });

  it("names cash that is no positive amount", async () => {
    for (const cash of ["0", "-5", "1.005", "much"])
      expect(await failureIn(graph(), { rows, cash })).toMatchObject({ kind: "invalid_cash", cash });
  });

  it("names an account too large for exact money", async () => {
    expect(await failureIn(graph(), { rows, cash: "999999999999999999" })).toMatchObject({ kind: "money_out_of_range" });
  });

  it("names a broken `require`", async () => {
    const b = graphBuilder();
    expect(await failureIn(graph(b, { requirements: [b.constant(false)] }), { rows })).toMatchObject({ kind: "invalid_parameters" });
  });

  it("names the value that left the numbers", async () => {
    const b = graphBuilder();
    const growing = b.unary("exp", b.binary("mul", b.input("close"), b.constant(100)));
    const size = { kind: "shares", amount: b.constant(1), trim: false } as const;
    const rule: Rule = { kind: "enter", name: "go", clock: 0, when: b.binary("lt", b.constant(0), growing), side: "long", size, ...PLAIN };
    const names = { wild: { node: growing, unit: "number", doc: null } };
    expect(await failureIn(b.graph({ rules: [rule], names }), { rows })).toMatchObject({
      kind: "kernel_halt",
      name: "wild",
      row: 0,
      time: "1970-01-02T00:00:00Z",
      reason: "not_finite",
    });
  });
});
