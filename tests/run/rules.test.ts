import { describe, expect, it } from "vitest";
import type { EnterRule, NodeId, Rule, Size } from "../../src/graph/nodes.ts";
import { MARKET, PLAIN } from "../support/rules.ts";
import { type GraphBuilder, graphBuilder } from "./graph-builder.ts";
import { flat, lines, type Row, simulate } from "./simulate.ts";

function shares(b: GraphBuilder, count: number, trim = false): Size {
  return { kind: "shares", amount: b.constant(count), trim };
}

function enter(b: GraphBuilder, when: NodeId, parts: Partial<EnterRule> = {}): Rule {
  return { kind: "enter", name: "go", clock: 0, when, side: "long", size: shares(b, 100), ...PLAIN, ...parts };
}

function closeAbove(b: GraphBuilder, price: number): NodeId {
  return b.binary("lt", b.constant(price), b.input("close"));
}

function closeBelow(b: GraphBuilder, price: number): NodeId {
  return b.binary("lt", b.input("close"), b.constant(price));
}

describe("trades (semantics 3)", () => {
  it("enter on the next open, exit on the next open, and ignore entries while not idle", async () => {
    const b = graphBuilder();
    const graph = b.graph({
      rules: [enter(b, closeAbove(b, 10)), { kind: "exit", name: "leave", clock: 0, when: closeBelow(b, 12), trade: 0, order: MARKET }],
    });
    const rows: Row[] = [flat(900), flat(1100), [1150, 1300, 1100, 1250], flat(1300), flat(1150), [1100, 1100, 1100, 1000], flat(900)];
    const outcome = await simulate(graph, { rows });
    expect(lines(outcome)).toEqual([
      "1 order 1 buy 100 entry go",
      "2 fill 1 buy 100 @ 11.50 fee 0.00",
      "4 order 2 sell 100 exit leave",
      "5 fill 2 sell 100 @ 11.00 fee 0.00",
    ]);
    expect(outcome.end).toMatchObject({ cash: "99950.00", position: "0", round_trips: 1, orders: 2, fills: 2, final_equity: "99950.00" });
    expect(outcome.roundTrips).toEqual([{ symbol: "TEST", side: "long", openRow: 2, closeRow: 5, profit: "-50.00" }]);
    expect(outcome).toMatchObject({ exposedInstants: 3, firings: { go: 1, leave: 1 }, startRow: 0, bars: 7 });
  });

  it("do not exist before everything that a rule reads is ready, nor before `start after`", async () => {
    const b = graphBuilder();
    const graph = (startAfter: number) =>
      b.graph({ rules: [enter(b, b.binary("le", b.window("mean", b.input("close"), 3), b.input("close")))], simulate: { startAfter } });
    const rows = Array.from({ length: 6 }, () => flat(1000));
    expect((await simulate(graph(0), { rows })).startRow).toBe(2);
    expect(lines(await simulate(graph(0), { rows }))[0]).toBe("2 order 1 buy 100 entry go");
    expect(lines(await simulate(graph(4), { rows }))[0]).toBe("4 order 1 buy 100 entry go");
    expect(lines(await simulate(graph(9), { rows }))).toEqual([]);
  });

  it("place the stop at the entry's fill with the deciding row's features, and may end on that row and enter again at its close", async () => {
    const b = graphBuilder();
    const stop = b.binary("sub", b.fill(), b.binary("sub", b.input("high"), b.input("low")));
    const graph = b.graph({ rules: [enter(b, closeAbove(b, 9), { stop })] });
    const rows: Row[] = [[1000, 1010, 990, 1000], [1010, 1050, 985, 1000], [1000, 1000, 1000, 1000], flat(1000)];
    expect(lines(await simulate(graph, { rows }))).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.10 fee 0.00",
      "1 order 2 sell 100 stop go at 9.90",
      "1 fill 2 sell 100 @ 9.90 fee 0.00",
      "1 order 3 buy 100 entry go",
      "2 fill 3 buy 100 @ 10.00 fee 0.00",
      "2 order 4 sell 100 stop go at 9.35",
      "3 expire 4",
    ]);
  });

  it("cancel the stop with the exit, at once", async () => {
    const b = graphBuilder();
    const graph = b.graph({
      rules: [
        enter(b, closeAbove(b, 10), { side: "short", stop: b.binary("add", b.fill(), b.constant(1)) }),
        { kind: "exit", name: "leave", clock: 0, when: closeBelow(b, 9), trade: 0, order: MARKET },
      ],
    });
    const rows: Row[] = [flat(1050), flat(1000), flat(850), [1200, 1200, 1100, 1000]];
    expect(lines(await simulate(graph, { rows }))).toEqual([
      "0 order 1 sell 100 entry go",
      "1 fill 1 sell 100 @ 10.00 fee 0.00",
      "1 order 2 buy 100 stop go at 11.00",
      "2 cancel 2",
      "2 order 3 buy 100 exit leave",
      "3 fill 3 buy 100 @ 12.00 fee 0.00",
    ]);
  });

  it("ignore an entry on the row of an exit, even if the fill comes at once", async () => {
    const b = graphBuilder();
    const graph = b.graph({
      rules: [enter(b, closeAbove(b, 9)), { kind: "exit", name: "leave", clock: 0, when: closeAbove(b, 11), trade: 0, order: MARKET }],
      simulate: { market: "close" },
    });
    const rows = [1000, 1200, 1000].map(flat);
    expect(lines(await simulate(graph, { rows }))).toEqual([
      "0 order 1 buy 100 entry go",
      "0 fill 1 buy 100 @ 10.00 fee 0.00",
      "1 order 2 sell 100 exit leave",
      "1 fill 2 sell 100 @ 12.00 fee 0.00",
      "2 order 3 buy 100 entry go",
      "2 fill 3 buy 100 @ 10.00 fee 0.00",
    ]);
  });

  it("propose a rejected entry again only after its condition was false", async () => {
    const b = graphBuilder();
    const graph = b.graph({
      rules: [enter(b, closeAbove(b, 10))],
      risk: [{ measure: "order_value", limit: { kind: "constant", value: "1200" }, monitor: null }],
    });
    const rows = [1150, 1120, 1150, 900, 1120, 1100].map(flat);
    expect(lines(await simulate(graph, { rows }))).toEqual([
      "0 order 1 buy 100 entry go rejected: order_value",
      "4 order 2 buy 100 entry go",
      "5 fill 2 buy 100 @ 11.00 fee 0.00",
    ]);
  });

  it("know the entry's price and the bars held", async () => {
    const b = graphBuilder();
    const held = b.orElse(b.binary("le", b.constant(2), b.account("bars_held")), b.constant(false));
    const lost = b.orElse(b.binary("lt", b.input("close"), b.binary("sub", b.account("entry_price"), b.constant(2))), b.constant(false));
    const graph = b.graph({
      rules: [
        enter(b, closeAbove(b, 10)),
        { kind: "exit", name: "late", clock: 0, when: held, trade: 0, order: MARKET },
        { kind: "exit", name: "loss", clock: 0, when: lost, trade: 0, order: MARKET },
      ],
    });
    const rows = [1100, 1100, 1150, 1100, 1050, 1300, 1050, 1050].map(flat);
    expect(lines(await simulate(graph, { rows })).filter((line) => line.includes("order"))).toEqual([
      "0 order 1 buy 100 entry go",
      "3 order 2 sell 100 exit late",
      "4 order 3 buy 100 entry go",
      "6 order 4 sell 100 exit loss",
      "7 order 5 buy 100 entry go",
    ]);
  });
});

describe("sizes (semantics 3.8)", () => {
  const first = async (size: (b: GraphBuilder) => Size, parts: Partial<EnterRule> = {}, stopOffset?: number) => {
    const b = graphBuilder();
    const stop = stopOffset === undefined ? null : b.binary("add", b.fill(), b.constant(stopOffset));
    const graph = b.graph({ rules: [enter(b, closeAbove(b, 1), { size: size(b), stop, ...parts })] });
    return lines(await simulate(graph, { rows: [flat(1030), flat(1030)] }))[0];
  };

  it("are shares, toward zero", async () => {
    expect(await first((b) => shares(b, 99.5))).toBe("0 order 1 buy 99 entry go");
    expect(await first((b) => shares(b, 0.5))).toBe("0 order 1 buy 0 entry go rejected: quantity");
    expect(await first((b) => shares(b, -5))).toBe("0 order 1 buy 0 entry go rejected: quantity");
  });

  it("are a value at the reference price", async () => {
    expect(await first((b) => ({ kind: "value", amount: b.constant(1000), trim: false }))).toBe("0 order 1 buy 97 entry go");
    const half = (b: GraphBuilder): Size => ({ kind: "value", amount: b.binary("mul", b.constant(0.5), b.equity()), trim: false });
    expect(await first(half)).toBe("0 order 1 buy 4854 entry go");
  });

  it("are what the stop may lose", async () => {
    const risk = (b: GraphBuilder): Size => ({ kind: "risk", amount: b.constant(1000), trim: false });
    expect(await first(risk, {}, -0.7)).toBe("0 order 1 buy 1428 entry go");
    expect(await first(risk, { side: "short" }, 0.7)).toBe("0 order 1 sell 1428 entry go");
    expect(await first(risk, {}, 0.7)).toBe("0 order 1 buy 0 entry go rejected: quantity stop_side");
    expect(await first(risk, {}, 0)).toBe("0 order 1 buy 0 entry go rejected: quantity stop_side");
  });

  it("need a stop on the losing side also when they do not depend on it", async () => {
    expect(await first((b) => shares(b, 10), {}, 0.5)).toBe("0 order 1 buy 10 entry go rejected: stop_side");
    expect(await first((b) => shares(b, 10), {}, -11)).toBe("0 order 1 buy 10 entry go rejected: price");
  });
});

describe("hold (semantics 3.7)", () => {
  const hold = (name: string, when: NodeId, amount: NodeId, size: Partial<Size> = {}): Extract<Rule, { kind: "hold" }> => ({
    kind: "hold",
    name,
    clock: 0,
    when,
    size: { kind: "shares", amount, trim: false, ...size },
    short: true,
    entries: null,
  });

  it("orders what is missing to the target, across zero in one order", async () => {
    const b = graphBuilder();
    const graph = b.graph({
      rules: [hold("up", closeAbove(b, 10), b.constant(100)), hold("down", closeBelow(b, 10), b.constant(-50))],
    });
    const outcome = await simulate(graph, { rows: [1100, 1100, 900, 950, 1100].map(flat) });
    expect(lines(outcome)).toEqual([
      "0 order 1 buy 100 hold up",
      "1 fill 1 buy 100 @ 11.00 fee 0.00",
      "2 order 2 sell 150 hold down",
      "3 fill 2 sell 150 @ 9.50 fee 0.00",
      "4 order 3 buy 150 hold up",
      "4 expire 3",
    ]);
    expect(outcome.roundTrips).toEqual([{ symbol: "TEST", side: "long", openRow: 1, closeRow: 3, profit: "-150.00" }]);
    expect(outcome.firings).toEqual({ up: 2, down: 1 });
  });

  it("counts what works already", async () => {
    const b = graphBuilder();
    const graph = b.graph({
      rules: [hold("much", closeAbove(b, 10), b.constant(100)), hold("less", closeAbove(b, 10), b.constant(40))],
    });
    expect(lines(await simulate(graph, { rows: [flat(1100), flat(1100)] })).slice(0, 4)).toEqual([
      "0 order 1 buy 100 hold much",
      "0 order 2 sell 60 hold less",
      "1 fill 1 buy 100 @ 11.00 fee 0.00",
      "1 fill 2 sell 60 @ 11.00 fee 0.00",
    ]);
  });

  it("checks the opening part of an order across zero with what working orders leave", async () => {
    const b = graphBuilder();
    const graph = b.graph({
      rules: [hold("none", closeAbove(b, 10), b.constant(0)), hold("short", closeAbove(b, 10), b.constant(-90))],
      risk: [{ measure: "order_value", limit: { kind: "constant", value: "1000" }, monitor: null }],
    });
    const rising = b.graph({ ...graph, rules: [hold("up", closeBelow(b, 10), b.constant(90)), ...graph.rules], risk: graph.risk });
    expect(lines(await simulate(rising, { rows: [flat(900), flat(1100), flat(1100)] })).slice(0, 4)).toEqual([
      "0 order 1 buy 90 hold up",
      "1 fill 1 buy 90 @ 11.00 fee 0.00",
      "1 order 2 sell 90 hold none",
      "1 order 3 sell 90 hold short rejected: order_value",
    ]);
  });

  it("is proposed again on every row after a rejection", async () => {
    const b = graphBuilder();
    const graph = b.graph({
      rules: [hold("up", closeAbove(b, 10), b.constant(100))],
      risk: [{ measure: "order_value", limit: { kind: "constant", value: "1155" }, monitor: null }],
    });
    expect(lines(await simulate(graph, { rows: [1101, 1101, 1100].map(flat) }))).toEqual([
      "0 order 1 buy 100 hold up rejected: order_value",
      "1 order 2 buy 100 hold up rejected: order_value",
      "2 order 3 buy 100 hold up",
      "2 expire 3",
    ]);
  });

  it("lowers only the opening part with trim", async () => {
    const b = graphBuilder();
    const target = b.select(closeAbove(b, 10), b.constant(100), b.constant(-100));
    const graph = b.graph({
      rules: [hold("up", closeAbove(b, 10), b.constant(10)), hold("turn", b.constant(true), target, { trim: true })],
      risk: [{ measure: "position_value", limit: { kind: "constant", value: "120" }, monitor: null }],
    });
    expect(lines(await simulate(graph, { rows: [1100, 1100, 900].map(flat) }))).toEqual([
      "0 order 1 buy 10 hold up",
      "0 order 2 buy 90 hold turn rejected: quantity",
      "1 fill 1 buy 10 @ 11.00 fee 0.00",
      "1 order 3 buy 90 hold turn rejected: quantity",
      "2 order 4 sell 22 hold turn",
      "2 expire 4",
    ]);
  });

  it("keeps only its reducing part outside the entry window", async () => {
    const b = graphBuilder();
    const target = b.select(closeAbove(b, 10), b.constant(100), b.constant(-100));
    const entries = b.binary("lt", b.input("session_weekday"), b.constant(5));
    const graph = b.graph({ rules: [{ ...hold("turn", b.constant(true), target), entries }] });
    // The first of these bars is of 1969-12-31, a Wednesday.
    const rows = [1100, 1100, 900, 900, 900, 900].map(flat);
    expect(lines(await simulate(graph, { rows, begin: -86_400_000_000 })).filter((line) => line.includes("order"))).toEqual([
      "0 order 1 buy 100 hold turn",
      "2 order 2 sell 100 hold turn",
      "5 order 3 sell 100 hold turn",
    ]);
  });
});
