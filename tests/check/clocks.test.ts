/** Values on several clocks, of several symbols and of groups: what they become in the graph. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import { graphHash } from "../../src/graph/hash.ts";
import type { Graph, Node } from "../../src/graph/nodes.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { codes, graphOf, readModule } from "./support.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 150);

const HEADER = `strategy test
trade [KO, PEP]
context [SPY]
group drinks = [PEP, KO]
clock bar = 5m in regular
clock hour = 1h of bar short_last
clock day = 1d of bar
clock week = 1w of day
param width = 2 in 1..3 { PEP: 3, KO: 1 }
risk { order_value <= 60_000usd  drawdown <= 20% }
`;

/** The node that an expression of the first clock is, with the graph around it. */
function plotted(expression: string, lines = ""): { readonly node: Node; readonly graph: Graph } {
  const graph = graphOf(`${HEADER}${lines}\nvalue = ${expression}\nplot value`);
  return { node: graph.nodes[graph.names.value!.node]!, graph };
}

/** A node with its operands written out. */
function written(graph: Graph, node: Node): unknown {
  const { type: _type, optional: _optional, ...rest } = node;
  return "x" in rest ? { ...rest, x: written(graph, graph.nodes[rest.x]!) } : rest;
}

function meaning(expression: string, lines = ""): unknown {
  const { node, graph } = plotted(expression, lines);
  expect(shapeProblems(graph)).toEqual([]);
  return written(graph, node);
}

const close = (clock: number) => ({ op: "input", field: "close", clock });

describe("a qualified read", () => {
  it("of a clock is what was at its last tick", () =>
    expect(meaning("day.close")).toEqual({ op: "sample", x: close(2), symbol: null, clock: 2 }));
  it("of a symbol is what it is there", () => expect(meaning("SPY.close")).toEqual({ op: "sample", x: close(0), symbol: 2, clock: 0 }));
  it("of both is one read", () => expect(meaning("SPY.day.close")).toEqual({ op: "sample", x: close(2), symbol: 2, clock: 2 }));
  it("may be of what a function of the file makes there, first called on that clock", () => {
    const fn = "fn average(x: series U): series U { return mean(x, 3) }";
    const { node, graph } = plotted("day.smooth", `${fn}\non day { smooth = average(close) }`);
    expect(node.op === "sample" && graph.nodes[node.x]).toMatchObject({
      op: "window",
      fn: "mean",
      x: graph.nodes.findIndex((each) => each.op === "input"),
    });
  });
  it("of its own clock is nothing special", () => expect(meaning("bar.close")).toEqual(close(0)));
  it("takes its offset along to another clock, and counts its own rows of another symbol", () => {
    expect(meaning("SPY.day.close[2]")).toMatchObject({ op: "sample", x: { op: "delay", x: close(2) } });
    expect(meaning("SPY.close[2]")).toMatchObject({ op: "delay", x: { op: "sample", x: close(0) } });
  });
  it("of a record is one of each field", () =>
    expect(meaning("day.band.upper", "on day { band = bollinger(close, 20, width) }")).toMatchObject({
      op: "sample",
      clock: 2,
    }));
  it("of what is the same everywhere is that", () => expect(meaning("day.k", "k = 3")).toEqual({ op: "constant", value: 3 }));
  it("of a parameter with values of its own for symbols is theirs", () =>
    expect(meaning("PEP.width")).toMatchObject({ op: "sample", x: { op: "parameter" }, symbol: 1 }));
});

it("a parameter without a range spans its values for symbols", () => {
  const { parameters } = graphOf(`${HEADER}param k = 2 { SPY: 5, KO: 1 }`);
  const overrides = [
    { symbol: 0, value: 1 },
    { symbol: 2, value: 5 },
  ];
  expect(parameters[1]).toEqual({ name: "k", kind: "int", unit: "number", default: 2, min: 1, max: 5, step: null, overrides });
});

describe("values together", () => {
  it("inside a tick of a slower clock", () =>
    expect(meaning("week.top", "on week { top = max(high) }")).toEqual({
      op: "sample",
      x: { op: "gather", fn: "highest", x: { op: "input", field: "high", clock: 0 }, clock: 3 },
      symbol: null,
      clock: 3,
    }));
  it("of a group, ascending", () => {
    expect(meaning("drinks.percent_rank(close)")).toEqual({ op: "across", fn: "percent_rank", x: close(0), group: 1 });
    expect(plotted("drinks.member").graph.groups[1]).toEqual({ name: "drinks", symbols: [0, 1] });
  });
  it("since a slower clock began", () => {
    const { graph } = plotted("sum(volume, since: week)");
    expect(graph.nodes).toContainEqual({ op: "begins", type: "bool", optional: false, of: 3, clock: 0 });
  });
});

describe("a function", () => {
  it("is one of the clock on which it is called", () => {
    const { graph } = plotted("day.sma(close, 3) + sma(close, 3) + hour.sma(close, 3)");
    expect(graph.nodes.flatMap((node) => (node.op === "input" ? [node.clock] : []))).toEqual([0, 1, 2]);
  });
  it("begins its window with the clock of its call", () => {
    const { graph } = plotted("vwap(since: week)", "on day { v = vwap(since: week) }");
    expect(graph.nodes.flatMap((node) => (node.op === "begins" ? [node.clock] : []))).toEqual([0]);
  });
});

it("values of one name on several clocks are several, in any order", () => {
  const lines = [
    "vol = stdev(close, 20) + day.vol",
    "on day { vol = stdev(close, 5) + hour_vol  hour_vol = last(hour.vol) }",
    "on hour { vol = stdev(close, 3) }",
  ];
  const { nodes, names } = graphOf(`${HEADER}${lines.join("\n")}\nplot vol`);
  expect(Object.keys(names)).toEqual(["vol", "day.vol", "day.hour_vol", "hour.vol"]);
  expect(graphOf(`${HEADER}${lines.reverse().join("\n")}\nplot vol`).nodes).toEqual(nodes);
});

it("the hash knows clocks, not what they are called", () => {
  const rules = "rule buy { when day.up and SPY.close > close  enter long { size 1share } }\non day { up = close > open }";
  const source = `${HEADER}${rules}`;
  const hash = graphHash(graphOf(source));
  expect(graphHash(graphOf(source.replace(/\bday\b/g, "session_day").replace(/drinks/g, "colas")))).toEqual(hash);
  expect(graphHash(graphOf(source.replace("day.up", "hour.up").replace("on day", "on hour")))).not.toEqual(hash);
});

describe("any program over several clocks and symbols", () => {
  const CLOCKS = ["bar", "hour", "day", "week"];
  const leaf = fc.constantFrom(
    "close",
    "open",
    "high[1]",
    "low",
    "sma(close, 3)",
    "ema(open, 4)",
    "SPY.close",
    "KO.atr(3)",
    "drinks.mean(close)",
  );
  const { price } = fc.letrec<{ price: string; part: string }>((tie) => ({
    part: fc.oneof(
      fc.tuple(fc.constantFrom(...CLOCKS, "SPY", "PEP.day", "KO.week"), leaf).map(([q, x]) => `${q}.${x}`),
      fc.tuple(fc.constantFrom("last", "first", "max", "mean", "sum"), tie("price")).map(([fn, x]) => `${fn}(${x})`),
      fc.tuple(fc.constantFrom("universe", "drinks"), fc.constantFrom("sum", "max"), tie("price")).map(([g, fn, x]) => `${g}.${fn}(${x})`),
      fc.tuple(tie("price"), fc.constantFrom("[1]", "")).map(([x, by]) => `(${x})${by}`),
      fc.tuple(fc.constantFrom("sma", "highest", "mean"), tie("price")).map(([fn, x]) => `${fn}(${x}, 3)`),
      fc.tuple(tie("price"), fc.constantFrom(...CLOCKS)).map(([x, clock]) => `sum(${x}, since: ${clock})`),
      tie("price").map((x) => `(${x} ?? close)`),
    ),
    price: fc.oneof(
      { maxDepth: 4 },
      leaf,
      tie("part"),
      fc.tuple(tie("price"), fc.constantFrom("+", "-"), tie("price")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie("price"), tie("price"), tie("price")).map(([a, b, c]) => `(if ${a} > ${b} then ${c} else width * ${a})`),
    ),
  }));
  const value = fc.tuple(fc.constantFrom(...CLOCKS), price);

  it("is refused, or its graph has the shape that backends accept", () => {
    let compiled = 0;
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const lines = values.map(([clock, text], i) => `on ${clock} { x${i} = ${text} }`);
        const plots = values.map(([clock], i) => (clock === "bar" ? `x${i}` : `${clock}.x${i}`));
        const reads = plots.map(
          (plot) =>
            `rule r${plot.replace(".", "_")} across universe { when KO.${plot} > 1usd / 1share  hold { KO: 1share }  legs within 5s else flatten }`,
        );
        const source = `${HEADER}${lines.join("\n")}\nplot ${plots.join(", ")}\n${reads.join("\n")}`;
        const { value: graph, diagnostics } = compile(source, { name: "test.strat", readModule });
        if (graph === undefined) expect(codes(diagnostics).filter((code) => !code.startsWith("W"))).not.toEqual([]);
        else expect(shapeProblems(graph)).toEqual([]);
        if (graph !== undefined) compiled += 1;
      }),
      { numRuns: RUNS },
    );
    expect(compiled).toBeGreaterThan(10);
  });
});
