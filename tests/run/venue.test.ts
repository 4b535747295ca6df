import { describe, expect, it } from "vitest";
import type { EnterRule, Fees, Rule, Simulation } from "../../src/graph/nodes.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { MARKET, PLAIN } from "../support/rules.ts";
import { type GraphBuilder, graphBuilder } from "./graph-builder.ts";
import { failureIn, flat, lines, type Row, simulate } from "./simulate.ts";

const DAY = 86_400_000_000;

/** Enters 100 shares at once, with a stop `offset` from the fill. */
function entry(b: GraphBuilder, side: "long" | "short", offset: number | null): Rule {
  const size = { kind: "shares", amount: b.constant(100), trim: false } as const;
  const stop = offset === null ? null : b.binary("add", b.fill(), b.constant(offset));
  return { kind: "enter", name: "go", clock: 0, when: b.binary("lt", b.constant(9), b.input("close")), side, size, ...PLAIN, stop };
}

async function fills(side: "long" | "short", offset: number | null, rows: readonly Row[], simulation: Partial<Simulation> = {}) {
  const b = graphBuilder();
  const all = lines(await simulate(b.graph({ rules: [entry(b, side, offset)], simulate: simulation }), { rows }));
  return all.filter((line) => line.includes("fill"));
}

describe("stops (semantics 5.1)", () => {
  const then = (row: Row) => [flat(1000), flat(1000), row, flat(800)];

  it("that sell fill at their price when the row trades at or below it", async () => {
    expect(await fills("long", -1, then([1000, 1000, 900, 850]))).toEqual([
      "1 fill 1 buy 100 @ 10.00 fee 0.00",
      "2 fill 2 sell 100 @ 9.00 fee 0.00",
    ]);
    expect(await fills("long", -1, then([1000, 1000, 901, 850]).slice(0, 3))).toHaveLength(1);
  });

  it("that sell fill at the open when it is at or below them", async () => {
    expect((await fills("long", -1, then([900, 950, 800, 850])))[1]).toBe("2 fill 2 sell 100 @ 9.00 fee 0.00");
    expect((await fills("long", -1, then([880, 950, 800, 850])))[1]).toBe("2 fill 2 sell 100 @ 8.80 fee 0.00");
  });

  it("that buy are mirrored", async () => {
    expect((await fills("short", 1, then([1000, 1100, 1000, 850])))[1]).toBe("2 fill 2 buy 100 @ 11.00 fee 0.00");
    expect((await fills("short", 1, then([1150, 1200, 1000, 850])))[1]).toBe("2 fill 2 buy 100 @ 11.50 fee 0.00");
    expect(await fills("short", 1, then([1000, 1099, 1000, 850]))).toHaveLength(1);
  });

  it("work on the row of their entry, at the open too", async () => {
    expect(await fills("long", -1, [flat(1000), [1000, 1050, 890, 850]])).toEqual([
      "1 fill 1 buy 100 @ 10.00 fee 0.00",
      "1 fill 2 sell 100 @ 9.00 fee 0.00",
    ]);
    const b = graphBuilder();
    const stop = b.binary("sub", b.input("close"), b.constant(0.5));
    const rule: Rule = { ...(entry(b, "long", null) as EnterRule), stop };
    expect(lines(await simulate(b.graph({ rules: [rule] }), { rows: [flat(1000), [940, 960, 930, 800]] }))).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 9.40 fee 0.00",
      "1 order 2 sell 100 stop go at 9.50",
      "1 fill 2 sell 100 @ 9.40 fee 0.00",
    ]);
  });

  it("that the fill puts at or below 0 are rejected, and the trade goes on", async () => {
    const b = graphBuilder();
    const stop = b.binary("sub", b.binary("mul", b.fill(), b.constant(2)), b.constant(15));
    const rule: Rule = { ...(entry(b, "long", null) as EnterRule), stop };
    expect(lines(await simulate(b.graph({ rules: [rule] }), { rows: [flat(1000), flat(700), flat(1000)] }))).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 7.00 fee 0.00",
      "1 order 2 sell 100 stop go at -1.00 rejected: price",
    ]);
  });
});

describe("slippage (semantics 5.2)", () => {
  it("goes against the order and is rounded against it", async () => {
    const rows = [flat(1000), flat(1001), [1000, 1000, 900, 850] as const];
    const outcome = await fills("long", -1, rows, { slippage: "0.001" });
    expect(outcome).toEqual(["1 fill 1 buy 100 @ 10.03 fee 0.00", "2 fill 2 sell 100 @ 9.02 fee 0.00"]);
    expect((await fills("short", null, rows, { slippage: "0.001" }))[0]).toBe("1 fill 1 sell 100 @ 9.99 fee 0.00");
  });

  it("is summed up exactly", async () => {
    const b = graphBuilder();
    const graph = b.graph({ rules: [entry(b, "long", -1)], simulate: { slippage: "0.001" } });
    expect((await simulate(graph, { rows: [flat(1000), flat(1001), [1000, 1000, 900, 850]] })).slippage).toBe("3.00");
  });
});

describe("fees (semantics 5.3, 8)", () => {
  const withFees = (fees: Fees, begin = 0) => {
    const b = graphBuilder();
    const graph = b.graph({ rules: [entry(b, "long", -1)], simulate: { fees } });
    return { graph, market: { rows: [flat(1000), flat(1001), [1000, 1000, 900, 850] as const], begin } };
  };
  const charged = async (fees: Fees, begin = 0) => {
    const { graph, market } = withFees(fees, begin);
    return (await simulate(graph, market)).records.flatMap((record) => (record.event === "fill" ? [record.fee] : []));
  };

  it("are rounded up to the money scale", async () => {
    expect(await charged({ kind: "per_share", amount: "0.00351" })).toEqual(["0.36", "0.36"]);
    expect(await charged({ kind: "ratio", ratio: "0.0005" })).toEqual(["0.51", "0.46"]);
    expect(await charged({ kind: "ratio", ratio: "0.001" })).toEqual(["1.01", "0.91"]);
  });

  it("of the regulators are for sells, each rounded up to the cent", async () => {
    const begin = dayNumber(2019, 2, 4) * DAY;
    expect(await charged({ kind: "table", name: "alpaca_equities" }, begin)).toEqual(["0.00", "0.04"]);
  });

  it("of a date without rates end the run with the date", async () => {
    const { graph, market } = withFees({ kind: "table", name: "alpaca_equities" }, dayNumber(1999, 2, 1) * DAY);
    expect(await failureIn(graph, market)).toMatchObject({ kind: "fee_date_uncovered", date: "1999-02-03" });
  });
});

describe("market: close (semantics 5.6)", () => {
  it("fills on the deciding row at its close; the stop works from the next row on", async () => {
    const rows: Row[] = [[1000, 1000, 500, 1000], [1000, 1000, 900, 850], flat(800)];
    expect(await fills("long", -1, rows, { market: "close", slippage: "0.001" })).toEqual([
      "0 fill 1 buy 100 @ 10.01 fee 0.00",
      "1 fill 2 sell 100 @ 9.00 fee 0.00",
    ]);
  });

  it("starts the day from the mark before the fill at that close", async () => {
    const b = graphBuilder();
    const fellBelowStart = b.binary("lt", b.equity(), b.account("day_start_equity"));
    const graph = b.graph({
      rules: [entry(b, "long", null), { kind: "exit", name: "leave", clock: 0, when: fellBelowStart, trade: 0, order: MARKET }],
      simulate: { market: "close", fees: { kind: "ratio", ratio: "0.001" } },
    });
    expect(lines(await simulate(graph, { rows: [1000, 1000, 1000].map(flat) })).filter((line) => line.includes("order"))).toEqual([
      "0 order 1 buy 100 entry go",
      "1 order 2 sell 100 exit leave",
      "2 order 3 buy 100 entry go",
    ]);
  });
});
