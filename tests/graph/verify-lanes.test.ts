import { describe, expect, it } from "vitest";
import type { Graph, NodeId } from "../../src/graph/nodes.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { type GraphBuilder, graphBuilder } from "../support/graph-builder.ts";
import { LANE_PARTS } from "../support/random-crossings.ts";

const [BAR, DAY] = [0, 1];

/** The problems of a graph whose rule on `clock` reads `value`. */
function problems(value: (b: GraphBuilder) => NodeId, clock = BAR, parts: Partial<Graph> = {}): readonly string[] {
  const b = graphBuilder();
  const read = value(b);
  const when = b.node(read).type === "bool" ? read : b.binary("lt", b.number(0), read);
  const size = { kind: "shares", amount: b.number(1), trim: false } as const;
  const rules = [{ kind: "hold", name: "hold", clock, when, size, short: false, entries: null }] as const;
  return shapeProblems(b.graph({ ...LANE_PARTS, rules, ...parts }));
}

function legs(value: (b: GraphBuilder) => NodeId): readonly string[] {
  const b = graphBuilder();
  const size = { kind: "shares", amount: b.number(1), trim: false } as const;
  const when = b.binary("lt", b.number(0), value(b));
  const rule = {
    kind: "legs",
    name: "pair",
    clock: BAR,
    when,
    legs: [{ symbol: 0, size }],
    short: false,
    entries: null,
    within: 1,
  } as const;
  return shapeProblems(b.graph({ ...LANE_PARTS, rules: [rule] }));
}

describe("clocks", () => {
  it("do not meet without a crossing", () => {
    expect(problems((b) => b.binary("add", b.input("close"), b.input("close", DAY)))).toContain("node 2 reads clocks 0 and 1");
    expect(problems((b) => b.input("close", DAY))).toEqual(["node 0 (input): is read on clock 0, not 1"]);
    expect(problems((b) => b.sample(b.input("close"), null, DAY))).toEqual(["node 0 (input): is read on clock 1, not 0"]);
    expect(problems((b) => b.sample(b.input("close", DAY), null, DAY))).toEqual([]);
  });

  it("are sampled by faster ones only, or of another symbol", () => {
    expect(problems((b) => b.sample(b.input("close"), 1, BAR))).toEqual([]);
    expect(problems((b) => b.sample(b.input("close"), null, BAR))).toEqual(["node 1 (sample): clock 0 is no slower than 0"]);
    expect(problems((b) => b.sample(b.input("close"), 1, BAR), DAY)).toEqual(["node 1 (sample): clock 0 is no slower than 1"]);
  });

  it("gather the first one", () => {
    expect(problems((b) => b.gather("last", b.sample(b.input("close"), 1, BAR), DAY), DAY)).toEqual([]);
    expect(problems((b) => b.gather("last", b.input("close"), BAR))).toEqual(["node 1 (gather): is on the first clock"]);
    expect(problems((b) => b.gather("last", b.input("close", DAY), DAY), DAY)).toEqual(["node 0 (input): is read on clock 0, not 1"]);
  });

  it("begin with slower ones", () => {
    expect(problems((b) => b.begins(DAY, BAR))).toEqual([]);
    expect(problems((b) => b.begins(BAR, BAR))).toEqual(["node 0 (begins): clock 0 is no slower"]);
    expect(problems((b) => b.begins(DAY, BAR), DAY)).toEqual(["node 0 (begins): is read on clock 1, not 0"]);
  });

  it("come after those they are of, and exist", () => {
    const [bar, day] = LANE_PARTS.clocks;
    expect(problems((b) => b.input("close"), BAR, { clocks: [bar, { ...day, of: 1 }] })).toEqual(["clock day is of clock 1"]);
    expect(problems((b) => b.input("close", 2))).toEqual(["node 0 (input): clock 2 does not exist"]);
  });
});

describe("symbols and groups", () => {
  it("exist", () => {
    expect(problems((b) => b.sample(b.input("close"), 2, BAR))).toEqual(["node 1 (sample): symbol 2 does not exist"]);
    expect(problems((b) => b.member(3))).toEqual(["node 0 (member): group 3 does not exist"]);
  });

  it("stand in order, the universe first", () => {
    const [universe, both] = LANE_PARTS.groups;
    const close = (b: GraphBuilder): NodeId => b.input("close");
    expect(problems(close, BAR, { groups: [universe, { ...both, symbols: [1, 0] }] })).toEqual(["group both is not ascending"]);
    expect(problems(close, BAR, { groups: [both, universe] })).toEqual(["the first group is not that of the traded symbols"]);
  });

  it("are ranked by values that are there, perhaps none of them", () => {
    const perhaps = (b: GraphBuilder): NodeId => b.binary("div", b.input("close"), b.input("volume"));
    expect(problems((b) => b.across("rank", perhaps(b), 1))).toEqual(["node 3 (across): x is optional"]);
    const mean = (b: GraphBuilder): NodeId => {
      const x = b.input("close");
      return b.nodes.push({ op: "across", fn: "mean", x, group: 1, type: "number", optional: false }) - 1;
    };
    expect(problems(mean)).toEqual(["node 1 (across): must be optional"]);
  });

  it("are named by what the universe reads", () => {
    expect(legs((b) => b.sample(b.input("close"), 1, BAR))).toEqual([]);
    expect(legs((b) => b.across("count", b.binary("lt", b.input("open"), b.input("close")), 1))).toEqual([]);
    const problem = "is of a symbol, but read for the universe";
    expect(legs((b) => b.input("close"))).toEqual([`node 2 (input): ${problem}`]);
    expect(legs((b) => b.account("position"))).toEqual([`node 2 (account): ${problem}`]);
    expect(legs((b) => b.sample(b.input("close", DAY), null, DAY))).toEqual([`node 2 (input): ${problem}`]);
    expect(legs((b) => b.sample(b.sample(b.input("close", DAY), 1, DAY), null, DAY))).toEqual([]);
  });
});
