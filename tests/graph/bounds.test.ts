import { describe, expect, it } from "vitest";
import { type Bounds, bounds } from "../../src/graph/bounds.ts";
import type { NodeId } from "../../src/graph/nodes.ts";
import { type GraphBuilder, type GraphParts, graphBuilder, parameter, stateField } from "../support/graph-builder.ts";
import { LANE_PARTS } from "../support/random-crossings.ts";

/** The bounds of a graph that decides by `value > 0`, and the node's own warm-up. */
function boundsOf(value: (build: GraphBuilder) => NodeId, parts: GraphParts = {}, parameters: readonly number[] = []) {
  const build = graphBuilder();
  const node = value(build);
  const when = build.binary("lt", build.number(0), node);
  const size = { kind: "shares", amount: build.number(1), trim: false } as const;
  const graph = build.graph({ rules: [{ kind: "hold", name: "hold", clock: 0, when, size, short: false, entries: null }], ...parts });
  const found = bounds(graph, parameters);
  return { ...found, own: found.warmup[node] };
}

/** `rec y = seed mean(x, n) then prev(y) + (x − prev(y)) / n`, which has the coefficient 1 − 1/n. */
function smoothed(b: GraphBuilder, x: NodeId, length: NodeId): NodeId {
  const state = b.nextState();
  const previous = b.previous(state, 0);
  const then = b.binary("add", previous, b.binary("div", b.binary("sub", x, previous), length, true));
  b.addState({ fields: [stateField(b.window("mean", x, length, 100), then)], reset: null, settlesIn: null });
  return b.field(state, 0);
}

function recursion(b: GraphBuilder, then: (previous: NodeId) => NodeId, settlesIn: NodeId | null = null): NodeId {
  const state = b.nextState();
  b.addState({ fields: [stateField(b.input("close"), then(b.previous(state, 0)))], reset: null, settlesIn });
  return b.field(state, 0);
}

describe("warm-up and start", () => {
  it("count rows up to and including the first value", () => {
    expect(boundsOf((b) => b.input("close")).own).toBe(1);
    expect(boundsOf((b) => b.number(3)).own).toBe(1);
    expect(boundsOf((b) => b.delay(b.input("close"), b.number(4), 4)).own).toBe(5);
    expect(boundsOf((b) => b.window("mean", b.delay(b.input("close"), b.number(4), 4), b.number(3), 3)).own).toBe(7);
    expect(boundsOf((b) => smoothed(b, b.input("close"), b.number(14))).own).toBe(14);
    const sum = (b: GraphBuilder) => b.reduce("sum", 0, [b.number(1), b.number(6)], 6, b.delay(b.input("close"), b.index(0), 6));
    expect(boundsOf(sum).own).toBe(7);
  });

  it("depend on the parameters", () => {
    const parts = { parameters: [parameter("n", "int", 1, 100)] };
    const average = (b: GraphBuilder) => b.window("mean", b.input("close"), b.parameter(0), 100);
    expect([1, 30, 100].map((n) => boundsOf(average, parts, [n]).own)).toEqual([1, 30, 100]);
    expect(() => boundsOf(average, parts, [101])).toThrow("node 1 is 101, not an integer in 1..100");
  });

  it("decide the start by the largest warm-up of what decides, or later", () => {
    const average = (b: GraphBuilder) => b.window("mean", b.input("close"), b.number(30), 30);
    expect(boundsOf(average).runStart).toBe(29);
    expect(boundsOf((b) => smoothed(b, b.input("close"), b.number(14))).runStart).toBe(13);
    const simulate = {
      market: "next_open",
      slippage: "0",
      fees: { kind: "none" },
      borrow: "0",
      limit: "through",
      volumeCap: null,
      startAfter: 2000,
    } as const;
    expect(boundsOf(average, { simulate }).runStart).toBe(2000);
  });
});

describe("several lanes", () => {
  const trend = (b: GraphBuilder) => b.sample(b.window("mean", b.input("close", 1), b.number(20), 20), null, 1);

  it("are warm on their own clocks", () => {
    const found = boundsOf((b) => b.window("highest", trend(b), b.number(3), 3), LANE_PARTS);
    expect(found.own).toBe(3);
    expect([...found.clockWarmups]).toEqual([
      [0, 3],
      [1, 20],
    ]);
    expect(found.runStart).toBe(2);
  });

  it("settle one after the other, in rows of the first clock", () => {
    const daily = (b: GraphBuilder, then: (x: NodeId) => NodeId) => then(b.sample(smoothed(b, b.input("close", 1), b.number(14)), null, 1));
    const ticks = Number(boundsOf((b) => smoothed(b, b.input("close"), b.number(14))).settling);
    expect(boundsOf((b) => daily(b, (x) => x), LANE_PARTS).settling).toBe(ticks * 288);
    expect(boundsOf((b) => daily(b, (x) => smoothed(b, x, b.number(14))), LANE_PARTS).settling).toBe(ticks * 288 + ticks);
    const begun = (b: GraphBuilder) => b.anchored("sum", b.input("volume"), { condition: b.begins(1, 0) });
    expect(boundsOf(begun, LANE_PARTS).settling).toBe(288);
  });

  it("count for every symbol that needs them", () => {
    const rank = (b: GraphBuilder, group: number) =>
      b.fallback(b.across("rank", b.delay(b.input("close"), b.number(9), 9), group), b.number(0));
    const [one, two] = [2, 1].map((group) => boundsOf((b) => rank(b, group), LANE_PARTS));
    expect(two!.stateBytes - one!.stateBytes).toBeGreaterThanOrEqual(9 * 8);
    expect(two!.operationsPerRow).toBeGreaterThan(one!.operationsPerRow);
  });
});

describe("memory and work", () => {
  it("hold the longest look back at each node, over all parameter sets", () => {
    const build = graphBuilder();
    const [close, n] = [build.input("close"), build.parameter(0)];
    build.delay(close, build.number(5), 5);
    build.window("sum", close, n, 50);
    const found = bounds(build.graph({ parameters: [parameter("n", "int", 1, 50)] }), [2]);
    expect(found.history[close]).toBe(49);
    expect(found.history[n]).toBe(0);
  });

  it("count what the rules read and nothing else", () => {
    const plain = boundsOf((b) => b.input("close"));
    const dressed = boundsOf((b) => {
      b.window("highest", b.input("volume"), b.number(50), 50);
      return b.input("close");
    });
    const pick = ({ stateBytes, operationsPerRow }: Bounds) => [stateBytes, operationsPerRow];
    expect(pick(dressed)).toEqual(pick(plain));
    const window = boundsOf((b) => b.window("highest", b.input("close"), b.number(50), 50));
    expect(window.stateBytes - plain.stateBytes).toBe(8 * (49 + 50 + 3));
    expect(window.operationsPerRow - plain.operationsPerRow).toBe(50);
  });
});

describe("settling", () => {
  it("is nothing for windows", () => {
    expect(boundsOf((b) => b.window("mean", b.input("close"), b.number(30), 30)).settling).toBe(0);
  });

  it("is the smallest m with c^m within 1e-9 for one recursion", () => {
    // An exponential average over 80 rows: c = 79/81, as design and language documents work out.
    const weight = (b: GraphBuilder) => b.number(2 / 81);
    const exponential = (b: GraphBuilder) =>
      recursion(b, (previous) => b.binary("add", previous, b.binary("mul", b.binary("sub", b.input("close"), previous), weight(b))));
    expect(boundsOf(exponential).settling).toBe(829);
    expect(boundsOf((b) => smoothed(b, b.input("close"), b.number(2))).settling).toBe(30);
    expect(boundsOf((b) => smoothed(b, b.input("close"), b.number(1))).settling).toBe(1);
  });

  it("is longer for recursions that feed one another", () => {
    const twice = (b: GraphBuilder) => smoothed(b, smoothed(b, b.input("close"), b.number(2)), b.number(2));
    // Two with c = 1/2: (1 + m/2) 2^−m is 1.05e−9 for m = 34 and 0.54e−9 for m = 35.
    expect(boundsOf(twice).settling).toBe(35);
  });

  it("waits for the next session where a window is since the session's begin", () => {
    const sum = (b: GraphBuilder) => b.anchored("sum", b.input("volume"), "session");
    expect(boundsOf(sum).settling).toBe(288);
    expect(
      boundsOf(sum, { clocks: [{ name: "day", width: 86_400_000_000, of: null, regularOnly: false, shortLast: false }] }).settling,
    ).toBe(1);
  });

  it("is declared where the recursion is not affine, and unknown without", () => {
    const product = (b: GraphBuilder) => (previous: NodeId) => b.power(previous, 2);
    expect(boundsOf((b) => recursion(b, product(b))).settling).toBe("unknown");
    expect(boundsOf((b) => recursion(b, product(b), b.number(500))).settling).toBe(500);
  });

  it("never comes where a coefficient is 1, or as good as 1", () => {
    const total = (b: GraphBuilder) => recursion(b, (previous) => b.binary("add", previous, b.input("volume")));
    expect(boundsOf(total).settling).toBe("never");
    const almost = (b: GraphBuilder) => recursion(b, (previous) => b.binary("mul", previous, b.number(1 - Number.EPSILON)));
    expect(boundsOf(almost).settling).toBe("never");
  });
});
