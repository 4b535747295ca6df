import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { KernelHalt } from "../../src/graph/kernel.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { NodeId } from "../../src/graph/nodes.ts";
import type { BarChunk } from "../../src/market/bars.ts";
import { barsOf } from "../support/bars.ts";
import { type GraphBuilder, graphBuilder, parameter, stateField } from "../support/graph-builder.ts";

/** The values of one node, prices having one decimal; null where it has none or is not ready. */
function valuesOf(make: (build: GraphBuilder) => NodeId, bars: BarChunk, parameters: readonly number[] = []): readonly (number | null)[] {
  const build = graphBuilder();
  const node = make(build);
  const graph = build.graph({ parameters: parameters.map((_, i) => parameter(`p${i}`, "int", 0, 9)) });
  const kernel = interpreter({ ...soleLane(graph), parameters, priceDecimals: 1, capacity: bars.rows, observed: [node] });
  kernel.load(bars);
  return Array.from({ length: bars.rows }, (_, row) => kernel.value(node, row));
}

const close = (...ticks: readonly number[]): BarChunk => barsOf({ close: ticks });

describe("values on one row", () => {
  it("reads prices as ticks over 10^d and other columns as they are", () => {
    const bars = barsOf({ close: [123], open: [7], volume: [1.5], session_weekday: [5] });
    expect(valuesOf((b) => b.input("close"), bars)).toEqual([12.3]);
    expect(valuesOf((b) => b.input("open"), bars)).toEqual([0.7]);
    expect(valuesOf((b) => b.input("volume"), bars)).toEqual([1.5]);
    expect(valuesOf((b) => b.input("session_weekday"), bars)).toEqual([5]);
  });

  it("has no value for a division by 0, and passes none on, through `and` and `or` too", () => {
    const bars = barsOf({ close: [10, 20], volume: [0, 2] });
    const quotient = (b: GraphBuilder) => b.binary("div", b.input("close"), b.input("volume"));
    expect(valuesOf(quotient, bars)).toEqual([null, 1]);
    expect(valuesOf((b) => b.binary("mod", b.number(7), b.input("volume")), bars)).toEqual([null, 1]);
    expect(valuesOf((b) => b.binary("or", b.bool(true), b.binary("lt", quotient(b), b.number(5))), bars)).toEqual([null, 1]);
    expect(valuesOf((b) => b.binary("and", b.bool(false), b.binary("lt", quotient(b), b.number(5))), bars)).toEqual([null, 0]);
    expect(valuesOf((b) => b.fallback(quotient(b), b.number(-1)), bars)).toEqual([-1, 1]);
    expect(valuesOf((b) => b.select(b.binary("lt", quotient(b), b.number(5)), b.number(1), b.number(2)), bars)).toEqual([null, 1]);
    expect(valuesOf((b) => b.select(b.bool(true), b.input("close"), quotient(b)), bars)).toEqual([1, 2]);
    expect(valuesOf((b) => b.select(b.bool(false), b.input("close"), b.none("number")), bars)).toEqual([null, null]);
  });

  it("computes the other functions", () => {
    const bars = close(-25, 40);
    const one = (fn: Parameters<GraphBuilder["unary"]>[0]) => valuesOf((b) => b.unary(fn, b.input("close")), bars);
    expect(one("neg")).toEqual([2.5, -4]);
    expect(one("abs")).toEqual([2.5, 4]);
    expect(one("sqrt")).toEqual([null, 2]);
    expect(one("floor")).toEqual([-3, 4]);
    expect(one("log")[0]).toBeNull();
    const two = (fn: Parameters<GraphBuilder["binary"]>[0]) => valuesOf((b) => b.binary(fn, b.input("close"), b.number(3)), bars);
    expect(two("mod")).toEqual([0.5, 1]);
    expect(two("min")).toEqual([-2.5, 3]);
    expect(two("max")).toEqual([3, 4]);
    expect(two("le")).toEqual([1, 0]);
    expect(two("ne")).toEqual([1, 1]);
    expect(valuesOf((b) => b.power(b.input("close"), 3), bars)).toEqual([-15.625, 64]);
    expect(valuesOf((b) => b.power(b.binary("sub", b.input("close"), b.number(4)), -1), bars)).toEqual([1 / -6.5, null]);
    expect(valuesOf((b) => b.binary("pow", b.input("close"), b.number(0.5)), close(40))).toEqual([2]);
    expect(valuesOf((b) => b.unary("not", b.binary("lt", b.input("close"), b.number(0))), bars)).toEqual([0, 1]);
  });
});

describe("values of the past", () => {
  it("delays by a constant or a parameter, none included", () => {
    const bars = barsOf({ close: [10, 20, 30], volume: [0, 1, 1] });
    expect(valuesOf((b) => b.delay(b.input("close"), b.number(2), 2), bars)).toEqual([null, null, 1]);
    expect(valuesOf((b) => b.delay(b.input("close"), b.parameter(0), 9), bars, [1])).toEqual([null, 1, 2]);
    expect(valuesOf((b) => b.delay(b.input("close"), b.parameter(0), 9), bars, [0])).toEqual([1, 2, 3]);
    const quotient = (b: GraphBuilder) => b.binary("div", b.input("close"), b.input("volume"));
    expect(valuesOf((b) => b.fallback(b.delay(quotient(b), b.number(1), 1), b.number(9)), bars)).toEqual([null, 9, 2]);
  });

  it("takes windows over the last n values, this one included", () => {
    const bars = close(10, 30, 20, 60);
    const window = (fn: Parameters<GraphBuilder["window"]>[0], n: number) =>
      valuesOf((b) => b.window(fn, b.input("close"), b.number(n), n), bars);
    expect(window("sum", 2)).toEqual([null, 4, 5, 8]);
    expect(window("mean", 3)).toEqual([null, null, 2, 110 / 30]);
    expect(window("highest", 3)).toEqual([null, null, 3, 6]);
    expect(window("lowest", 2)).toEqual([null, 1, 2, 2]);
    expect(window("variance", 1)).toEqual([0, 0, 0, 0]);
    expect(window("variance", 2)).toEqual([null, 1, 0.25, 4]);
    const rising = (b: GraphBuilder) => b.binary("lt", b.delay(b.input("close"), b.number(1), 1), b.input("close"));
    expect(valuesOf((b) => b.window("count", rising(b), b.number(2), 2), bars)).toEqual([null, null, 1, 1]);
    const quantile = (q: number) => valuesOf((b) => b.window("quantile", b.input("close"), b.number(4), 4, b.number(q)), bars)[3];
    expect([0, 0.5, 0.9, 1].map(quantile)).toEqual([1, 2.5, 3 + (3 * 0.9 - 2) * 3, 6]);
  });

  it("sums prices exactly: 0.1 ten times is 1, and so is a shifted average", () => {
    const bars = close(...Array<number>(12).fill(1));
    expect(valuesOf((b) => b.window("sum", b.input("close"), b.number(10), 10), bars)[11]).toBe(1);
    const shifted = (b: GraphBuilder) => b.delay(b.delay(b.input("close"), b.number(1), 1), b.number(1), 1);
    expect(valuesOf((b) => b.window("mean", shifted(b), b.number(10), 10), bars)[11]).toBe(0.1);
    expect(valuesOf((b) => b.anchored("sum", b.input("close"), "session"), bars)[9]).toBe(1);
  });

  it("sums other values as multiples of 2^−72, whatever their order", () => {
    const bars = barsOf({ close: [1, 1, 1, 1], volume: [2 ** 53, 1, 0.5, 1] });
    const sums = valuesOf((b) => b.window("sum", b.unary("neg", b.input("volume")), b.number(3), 3), bars);
    expect(sums).toEqual([null, null, -(2 ** 53 + 2), -2.5]);
  });

  it("halts where a sum or an element leaves ±2^54, also while the window fills", () => {
    const volumes = (...volume: number[]) => barsOf({ close: volume.map(() => 1), volume });
    const mean = (n: number) => (b: GraphBuilder) => b.window("mean", b.input("volume"), b.number(n), n);
    expect(valuesOf(mean(2), volumes(2 ** 53, 2 ** 53))).toEqual([null, 2 ** 53]);
    expect(() => valuesOf(mean(2), volumes(2 ** 53, 2 ** 53 + 2))).toThrow(new KernelHalt("sum_out_of_range", 2, 1));
    expect(() => valuesOf(mean(5), volumes(1, 2 ** 55))).toThrow(new KernelHalt("sum_out_of_range", 2, 1));
  });

  it("halts where a value is not finite, and names the place", () => {
    const squared = (b: GraphBuilder) => b.power(b.unary("exp", b.input("close")), 2);
    expect(() => valuesOf(squared, close(10, 5000))).toThrow(new KernelHalt("not_finite", 2, 1));
  });
});

describe("windows since an event", () => {
  const bars = barsOf({ close: [10, 20, 30, 40, 50], session_bar: [7, 8, 1, 2, 1] });

  it("hold the session so far, from the first row on", () => {
    const over = (fn: Parameters<GraphBuilder["anchored"]>[0]) => valuesOf((b) => b.anchored(fn, b.input("close"), "session"), bars);
    expect(over("sum")).toEqual([1, 3, 3, 7, 5]);
    expect(over("mean")).toEqual([1, 1.5, 3, 3.5, 5]);
    expect(over("highest")).toEqual([1, 2, 3, 4, 5]);
    expect(over("lowest")).toEqual([1, 1, 3, 3, 5]);
  });

  it("hold only rows where `where` is true, and may be empty", () => {
    const high = (b: GraphBuilder) => b.binary("lt", b.number(3), b.input("close"));
    const since = (fn: Parameters<GraphBuilder["anchored"]>[0]) =>
      valuesOf((b) => b.anchored(fn, b.input("close"), "session", high(b)), bars);
    expect(since("sum")).toEqual([0, 0, 0, 4, 5]);
    expect(since("mean")).toEqual([null, null, null, 4, 5]);
  });

  it("begin where a condition is true, that row included, and not before it ever was", () => {
    const two = (b: GraphBuilder) => b.binary("eq", b.input("session_bar"), b.number(2));
    const one = (b: GraphBuilder) => b.binary("eq", b.input("session_bar"), b.number(1));
    expect(valuesOf((b) => b.anchored("lowest", b.input("close"), { condition: two(b) }), bars)).toEqual([null, null, null, 4, 4]);
    expect(valuesOf((b) => b.anchored("sum", b.input("close"), { condition: one(b) }), bars)).toEqual([0, 0, 3, 7, 5]);
    const rising = (b: GraphBuilder) => b.binary("lt", b.number(3), b.input("close"));
    expect(valuesOf((b) => b.anchored("count", rising(b), { condition: one(b) }), bars)).toEqual([0, 0, 0, 1, 1]);
  });
});

describe("reductions", () => {
  const bars = close(10, 20, 40);
  const weighted = (b: GraphBuilder, to: NodeId) => {
    const index = b.index(0);
    const term = b.binary("mul", b.delay(b.input("close"), index, 9), b.binary("add", index, b.number(1)));
    return (fn: "sum" | "mean" | "min" | "max") => b.reduce(fn, 0, [b.number(0), to], 9, term);
  };

  it("combine their terms in the order of the index", () => {
    expect(valuesOf((b) => weighted(b, b.number(1))("sum"), bars)).toEqual([null, 4, 8]);
    expect(valuesOf((b) => weighted(b, b.number(1))("mean"), bars)).toEqual([null, 2, 4]);
    expect(valuesOf((b) => weighted(b, b.parameter(0))("min"), bars, [1])).toEqual([null, 2, 4]);
    expect(valuesOf((b) => weighted(b, b.parameter(0))("max"), bars, [2])).toEqual([null, null, 4]);
    expect(valuesOf((b) => weighted(b, b.parameter(0))("sum"), bars, [0])).toEqual([1, 2, 4]);
  });

  it("count, and have no value where a term has none", () => {
    const below = (b: GraphBuilder) => b.binary("lt", b.delay(b.input("close"), b.index(0), 9), b.number(3));
    expect(valuesOf((b) => b.reduce("count", 0, [b.number(0), b.number(1)], 2, below(b)), bars)).toEqual([null, 2, 1]);
    const inverse = (b: GraphBuilder) => b.binary("div", b.input("close"), b.index(0));
    expect(valuesOf((b) => b.reduce("sum", 0, [b.number(0), b.number(1)], 2, inverse(b)), bars)).toEqual([null, null, null]);
    expect(valuesOf((b) => b.reduce("sum", 0, [b.number(1), b.number(2)], 2, inverse(b)), bars)).toEqual([1.5, 3, 6]);
  });

  it("are 0 or none without terms", () => {
    const empty = (fn: "sum" | "mean") => (b: GraphBuilder) => b.reduce(fn, 0, [b.number(3), b.number(2)], 1, b.input("close"), true);
    expect(valuesOf(empty("sum"), bars)).toEqual([0, 0, 0]);
    expect(valuesOf(empty("mean"), bars)).toEqual([null, null, null]);
  });
});

describe("recursions", () => {
  it("are seeded when seed and then are ready, then follow", () => {
    const average = (b: GraphBuilder) => {
      const x = b.input("close");
      const previous = b.previous(0, 0);
      const then = b.binary("add", previous, b.binary("div", b.binary("sub", x, previous), b.number(2), true));
      b.addState({ fields: [stateField(b.window("mean", x, b.number(3), 3), then)], reset: null, settlesIn: null });
      return b.field(0, 0);
    };
    expect(valuesOf(average, close(10, 20, 30, 60, 0))).toEqual([null, null, 2, 4, 2]);
  });

  it("wait one row less for what only `then` reads", () => {
    const difference = (b: GraphBuilder) => {
      const change = b.binary("sub", b.input("close"), b.delay(b.input("close"), b.number(3), 3));
      b.addState({ fields: [stateField(b.number(100), b.binary("add", b.previous(0, 0), change))], reset: null, settlesIn: null });
      return b.field(0, 0);
    };
    expect(valuesOf(difference, close(10, 20, 30, 60, 0))).toEqual([null, null, 100, 105, 103]);
  });

  it("start again from the seed where reset is true", () => {
    const counter = (b: GraphBuilder) => {
      const reset = b.binary("lt", b.number(2), b.previous(0, 0));
      const then = b.binary("add", b.previous(0, 0), b.number(1));
      b.addState({ fields: [stateField(b.number(0), then)], reset, settlesIn: null });
      return b.field(0, 0);
    };
    expect(valuesOf(counter, close(1, 1, 1, 1, 1, 1))).toEqual([0, 1, 2, 3, 0, 1]);
  });

  it("carry several fields at once, each reading the others of the row before", () => {
    const swap = (b: GraphBuilder) => {
      const fields = [stateField(b.number(1), b.previous(0, 1)), stateField(b.input("close"), b.previous(0, 0))];
      b.addState({ fields, reset: null, settlesIn: null });
      return b.binary("sub", b.field(0, 0), b.field(0, 1));
    };
    expect(valuesOf(swap, close(50, 60, 70))).toEqual([-4, 4, -4]);
  });
});
