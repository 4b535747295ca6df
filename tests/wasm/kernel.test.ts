import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { wasm } from "../../src/backends/wasm/kernel.ts";
import { ARM, type Backend, type KernelOptions, SLOT } from "../../src/graph/kernel.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { BarChunk } from "../../src/market/bars.ts";
import { barsOf } from "../support/bars.ts";
import { type GraphBuilder, graphBuilder, parameter, stateField } from "../support/graph-builder.ts";
import { splitBars } from "../support/random-bars.ts";

function optionsOf(build: GraphBuilder, observed: readonly number[], parts: Partial<KernelOptions> = {}): KernelOptions {
  return { ...soleLane(build.graph()), parameters: [], priceDecimals: 2, capacity: 4096, observed, ...parts };
}

/** A walk of prices with ties. */
function walk(rows: number): BarChunk {
  let price = 10_000;
  return barsOf({ close: Array.from({ length: rows }, (_, i) => (price += ((i * 7919) % 13) - 6)) });
}

function valuesIn(backend: Backend, options: KernelOptions, bars: BarChunk, size: number): (number | null)[] {
  const kernel = backend(options);
  const values: (number | null)[] = [];
  for (const chunk of splitBars(bars, [size])) {
    kernel.load(chunk);
    for (let row = 0; row < chunk.rows; row++) for (const node of options.observed) values.push(kernel.value(node, row));
  }
  return values;
}

describe("the WebAssembly kernel", () => {
  it("has long windows of every kind, whatever the chunks", () => {
    const build = graphBuilder();
    const close = build.input("close");
    const n = build.number(300);
    const change = build.binary("sub", close, build.delay(close, build.number(17), 17));
    const windows = (["sum", "mean", "highest", "lowest", "variance"] as const).flatMap((fn) => [
      build.window(fn, close, n, 300),
      build.window(fn, change, n, 300),
    ]);
    const observed = [...windows, build.window("quantile", change, n, 300, build.number(0.9))];
    const options = optionsOf(build, observed);
    const bars = walk(900);
    const expected = valuesIn(interpreter, options, bars, 900);
    for (const size of [900, 256, 1]) expect(valuesIn(wasm, options, bars, size)).toEqual(expected);
  });

  it("halts at the same node and row after the warm-up", () => {
    const build = graphBuilder();
    const small = build.binary("mul", build.input("close"), build.number(1e-300));
    const large = build.binary("div", build.number(1e10), small);
    const options = optionsOf(build, [build.window("mean", build.input("close"), build.number(5), 5), large]);
    const prices = Array.from({ length: 40 }, (_, i) => (i === 31 ? 1 : 10_000_000_000_000));
    for (const backend of [interpreter, wasm]) {
      const kernel = backend(options);
      kernel.load(barsOf({ close: prices.slice(0, 20) }));
      expect(() => kernel.load(barsOf({ close: prices.slice(20) }))).toThrow(`not_finite at node ${large}, row 31`);
    }
  });

  it("halts where a sum or one of its elements leaves the range, also where the 128 bits wrap", () => {
    const build = graphBuilder();
    const sum = build.window("sum", build.input("volume"), build.number(3), 3);
    for (const large of [2 ** 53 - 7, 2 ** 53 * 1.5, 2 ** 56, 1.1493778804658833e18, 1e280]) {
      const volume = [1, 2, 3, 4, 5, 6, 7, 8, 2 ** 53, large, 1];
      for (const backend of [interpreter, wasm]) {
        const kernel = backend(optionsOf(build, [sum]));
        kernel.load(barsOf({ close: volume.slice(0, 6).fill(1), volume: volume.slice(0, 6) }));
        const rest = barsOf({ close: volume.slice(6).fill(1), volume: volume.slice(6) });
        expect(() => kernel.load(rest)).toThrow(`sum_out_of_range at node ${sum}, row 9`);
      }
    }
  });

  it("seeds where a given column has its first value, told no earlier", () => {
    const build = graphBuilder();
    const given = build.sample(build.input("close", 1), null, 1);
    const state = build.nextState();
    const then = build.binary("add", build.previous(state, 0), given);
    build.addState({ fields: [stateField(build.number(0), then)], reset: null, settlesIn: null });
    const sum = build.field(state, 0);
    const mean = build.window("mean", given, build.number(2), 2);
    const options = optionsOf(build, [given, sum, mean], { given: [given] });
    const column = (values: readonly number[], readyRow: number) => new Map([[given, { values: Float64Array.from(values), readyRow }]]);
    for (const backend of [interpreter, wasm]) {
      const kernel = backend(options);
      kernel.load(walk(2), column([8, 9], Number.POSITIVE_INFINITY));
      expect(options.observed.map(kernel.readyRow)).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
      expect(() => kernel.load(walk(3), column([7, 3, 4], 1))).toThrow("ready from row 1");
      const other = backend(options);
      other.load(walk(2), column([8, 9], Number.POSITIVE_INFINITY));
      other.load(walk(3), column([7, 3, 4], 3));
      expect(options.observed.map(other.readyRow)).toEqual([3, 3, 4]);
      const none = Number.NaN;
      expect(options.observed.map((node) => [...other.column(node)])).toEqual([
        [none, 3, 4],
        [none, 0, 4],
        [none, none, 3.5],
      ]);
    }
  });

  it("leaves marks to the host where it does not mark", () => {
    const build = graphBuilder();
    const when = build.binary("lt", build.account("equity"), build.number(90));
    const options = optionsOf(build, [], { conditions: [when], marks: false });
    for (const backend of [interpreter, wasm]) {
      const kernel = backend(options);
      kernel.load(walk(20));
      kernel.arms[0] = ARM.whenTrue;
      kernel.slots[SLOT.position] = 5;
      kernel.slots[SLOT.wakeLow] = Number.NEGATIVE_INFINITY;
      kernel.slots[SLOT.wakeHigh] = Number.POSITIVE_INFINITY;
      kernel.slots[SLOT.wakeRow] = Number.POSITIVE_INFINITY;
      kernel.slots[SLOT.equity] = 100;
      expect(kernel.run(0, 0, 20)).toBe(40);
      kernel.slots[SLOT.equity] = 80;
      expect(kernel.run(7, 1, 20)).toBe(15);
      expect([SLOT.equity, SLOT.equityPeak, SLOT.maxDrawdown].map((slot) => kernel.slots[slot])).toEqual([80, 0, 0]);
    }
  });

  it("refuses prices whose windows no integer holds", () => {
    const build = graphBuilder();
    const mean = build.window("mean", build.input("close"), build.number(2000), 2000);
    expect(() => wasm(optionsOf(build, [mean])).load(barsOf({ close: [2 ** 53 - 1] }))).toThrow(RangeError);
  });

  it("refuses a snapshot of other parameters", () => {
    const build = graphBuilder();
    const mean = build.window("mean", build.input("close"), build.parameter(0), 9);
    const graph = build.graph({ parameters: [parameter("n", "int", 1, 9)] });
    const kernelOf = (n: number) => wasm({ ...soleLane(graph), parameters: [n], priceDecimals: 2, capacity: 16, observed: [mean] });
    const snapshot = kernelOf(3).save();
    kernelOf(3).restore(snapshot);
    expect(() => kernelOf(4).restore(snapshot)).toThrow("another graph, parameter set or version");
  });

  it("refuses more rows than it was made for", () => {
    expect(() => wasm(optionsOf(graphBuilder(), [], { capacity: 3 })).load(walk(4))).toThrow("room for 3");
  });

  it("walks over rows sixteen at a time while flat and finds the first", () => {
    const build = graphBuilder();
    const when = build.binary("lt", build.number(200), build.input("close"));
    const size = { kind: "shares", amount: build.number(1), trim: false } as const;
    const graph = build.graph({ rules: [{ kind: "hold", name: "hold", clock: 0, when, size, short: false, entries: null }] });
    for (let hit = 0; hit < 70; hit++) {
      const kernel = wasm({ ...soleLane(graph), parameters: [], priceDecimals: 2, capacity: 64, observed: [] });
      kernel.slots.set([100, 0, Number.NaN, Number.NaN, 100, 100, 0, 100, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
      kernel.slots[SLOT.wakeRow] = Number.POSITIVE_INFINITY;
      kernel.arms[0] = ARM.whenTrue;
      kernel.load(barsOf({ close: Array.from({ length: 64 }, (_, row) => (row === hit ? 30_000 : 100)) }));
      expect(kernel.run(0, 0, 64)).toBe(hit < 64 ? 2 * hit + 1 : 128);
      kernel.slots[SLOT.wakeRow] = 40;
      expect(kernel.run(1, 0, 60)).toBe(hit >= 1 && hit < 40 ? 2 * hit + 1 : 80);
    }
  });
});
