/** The graph does not depend on how the file was written: order of operands, order and names of definitions, repetition, what is only plotted. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graphHash } from "../../src/graph/hash.ts";
import { evaluate, graphOf, strategy } from "./support.ts";

const rule = "rule buy { when fast > slow and close > open  enter long { size 1share } }";

function nodesOf(lines: string): unknown {
  const { nodes, states, rules } = graphOf(strategy(lines));
  return { nodes, states, rules };
}

describe("one meaning, one graph", () => {
  const plain = nodesOf(`fast = ema(close, 10)\nslow = sma(close, 30) + open\n${rule}`);
  it("order of definitions", () => expect(nodesOf(`slow = sma(close, 30) + open\n${rule}\nfast = ema(close, 10)`)).toEqual(plain));
  it("order of operands", () =>
    expect(
      nodesOf(
        `fast = ema(close, 10)\nslow = open + sma(close, 30)\n${rule.replace("fast > slow and close > open", "open < close and slow < fast")}`,
      ),
    ).toEqual(plain));
  it("repetition and unused names", () =>
    expect(nodesOf(`fast = ema(close, 2 * 5)\nslow = mean(close, 30) + open\nunused = ema(close, 10) / 2\n${rule}`)).toEqual(plain));
  it("the same recursion under another name", () =>
    expect(
      nodesOf(
        `rec quick = seed mean(close, 10) then (close - prev(quick)) * (2 / 11) + prev(quick)\nfast = quick\nslow = open + sma(close, 30)\n${rule}`,
      ),
    ).toEqual(plain));
  it("plots stay out of the hash", () => {
    const lines = `fast = ema(close, 10)\nslow = sma(close, 30) + open\n${rule}`;
    const plotted = graphOf(strategy(`${lines}\nplot slow, atr(14)`));
    expect(graphHash(plotted)).toEqual(graphHash(graphOf(strategy(lines))));
    expect(plotted.plots).toEqual(["slow", "atr(14)"]);
  });
});

describe("what lowering leaves as written", () => {
  it("parameters stay, whatever their default", () => {
    const { nodes, parameters } = graphOf(
      strategy("param n = 10 in 5..20 step 1\nrule buy { when close > sma(close, n) enter long { size 1share } }"),
    );
    expect(parameters).toEqual([{ name: "n", kind: "int", unit: "number", default: 10, min: 5, max: 20, step: 1, overrides: [] }]);
    expect(nodes.filter((node) => node.op === "window")).toEqual([
      expect.objectContaining({ max: 20, length: nodes.findIndex((node) => node.op === "parameter") }),
    ]);
  });
  it("sums are not re-associated", () => {
    const sum = (text: string) => evaluate(text).value!.graph.nodes.length;
    expect(sum("close + open + high")).toBe(5);
    expect(sum("(close + open + high) - (close + (open + high))")).toBe(8);
  });
  it("one recursion is one state", () =>
    expect(evaluate("ema(close, 10) / ema(close, 10) - rma(close, 10) / ema(close, 11)").value!.graph.states).toHaveLength(3));
  it("percentages are the nearest doubles", () => {
    const constants = (text: string) => evaluate(text).value!.graph.nodes.flatMap((node) => (node.op === "constant" ? [node.value] : []));
    expect(constants("close * 0.5%")).toEqual([0.005]);
    expect(constants("close * 8.1bps")).toEqual([0.00081]);
    expect(constants("close * 29%")).toEqual([0.29]);
  });
});

describe("any expression", () => {
  const leaf = fc.constantFrom("close", "open", "high", "low", "close[1]", "sma(close, 3)", "ema(open, 4)", "1usd / 1share");
  const { price } = fc.letrec<{ price: string; condition: string }>((tie) => ({
    price: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie("price"), fc.constantFrom("+", "-"), tie("price")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(fc.constantFrom("min", "max"), tie("price"), tie("price")).map(([fn, a, b]) => `${fn}(${a}, ${b})`),
      fc.tuple(tie("condition"), tie("price"), tie("price")).map(([c, a, b]) => `(if ${c} then ${a} else ${b})`),
      fc.tuple(tie("price"), tie("price"), tie("price")).map(([a, b, c]) => `((${a} / ${b} ?? 1) * ${c})`),
    ),
    condition: fc.oneof(
      { maxDepth: 3 },
      fc.tuple(tie("price"), tie("price")).map(([a, b]) => `(${a} + volume / volume[1] * close * 0 ?? ${a}) != ${b}`),
    ),
  }));
  it("compiles or is refused, and its names name its value", () =>
    fc.assert(
      fc.property(price, (text) => {
        const { value, diagnostics } = evaluate(text);
        if (value === undefined) expect(diagnostics.length).toBeGreaterThan(0);
        else expect(value.outputs).toEqual([expect.objectContaining({ name: text, unit: "usd/share" })]);
      }),
      { numRuns: 60 },
    ));
});
