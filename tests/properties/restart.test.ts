/** A kernel that begins anew is as a new one whose rows are counted from elsewhere, in both backends. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { wasm } from "../../src/backends/wasm/kernel.ts";
import { type Backend, type Kernel, KernelHalt, type KernelOptions } from "../../src/graph/kernel.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { BarChunk } from "../../src/market/bars.ts";
import { randomBars, splitBars } from "../support/random-bars.ts";
import { isLegal, observable, randomGraph, randomParameters } from "../support/random-graph.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 150);

/** All that is observed, and the rows on which it is ready, counted from `begin`; or where it halts. */
function seen(kernel: Kernel, { observed }: KernelOptions, chunks: readonly BarChunk[], begin: number) {
  const values: Float64Array[] = [];
  try {
    for (const chunk of chunks) {
      kernel.load(chunk);
      values.push(...observed.map((node) => kernel.column(node).slice(0, chunk.rows)));
    }
  } catch (error) {
    if (!(error instanceof KernelHalt)) throw error;
    return { values, halt: [error.reason, error.node, error.row - begin] };
  }
  return { values, readyRows: observed.map((node) => kernel.readyRow(node) - begin) };
}

function restarted(backend: Backend, options: KernelOptions, before: readonly BarChunk[], begin: number): Kernel | null {
  const kernel = backend(options);
  try {
    for (const chunk of before) kernel.load(chunk);
  } catch (error) {
    if (error instanceof KernelHalt) return null;
    throw error;
  }
  kernel.restart(begin);
  return kernel;
}

describe("restart", () => {
  it("forgets all rows", () => {
    const cases = fc.record({
      graph: randomGraph(),
      parameters: randomParameters,
      before: randomBars({ min: 1, max: 60 }),
      after: randomBars({ min: 1, max: 60 }),
      sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      begin: fc.nat(100),
    });
    fc.assert(
      fc.property(cases, ({ graph, parameters, before, after, sizes, begin }) => {
        fc.pre(isLegal(graph, parameters, 0));
        const options: KernelOptions = { ...soleLane(graph), parameters, priceDecimals: 2, capacity: 60, observed: observable(graph) };
        const chunks = splitBars(after, sizes);
        const expected = seen(interpreter(options), options, chunks, 0);
        for (const backend of [interpreter, wasm]) {
          const kernel = restarted(backend, options, splitBars(before, sizes), begin);
          if (kernel !== null) expect(seen(kernel, options, chunks, begin)).toEqual(expected);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
