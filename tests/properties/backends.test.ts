/**
 * Interpreter and WebAssembly say the same, bit for bit: values, conditions, wakes, marks and halts, for any graph, bars, split into chunks
 * and host, also from a snapshot. `STRATC_RUNS` sets the number of cases; with `STRATC_COVERAGE` the kinds of nodes met are printed.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { wasmOf } from "../../src/backends/wasm/kernel.ts";
import { compileGraph } from "../../src/backends/wasm/module.ts";
import { evaluateRun } from "../../src/graph/evaluate.ts";
import type { KernelOptions } from "../../src/graph/kernel.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import { hostTurns, playScript, type Script } from "../support/kernel-script.ts";
import { randomBars } from "../support/random-bars.ts";
import { coverage, observable, randomGraph, randomParameters } from "../support/random-graph.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 300);

const cases = fc.record({
  graph: randomGraph(),
  parameters: randomParameters,
  priceDecimals: fc.constantFrom(0, 2, 4, 9),
  script: fc.record({
    bars: randomBars({ min: 1, max: 120 }),
    sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
    turns: hostTurns,
    handOver: fc.boolean(),
  }),
});

/** The module has room for the largest chunk and no more, so that its columns are moved often. */
function transcripts(graph: Graph, parameters: readonly number[], priceDecimals: number, script: Script) {
  const observed = observable(graph);
  const options: KernelOptions = { ...soleLane(graph), parameters, priceDecimals, capacity: script.bars.rows, observed };
  const tight = wasmOf(compileGraph(soleLane(graph), observed, Math.max(...script.sizes)));
  return [playScript(interpreter, options, script), playScript(tight, options, script)] as const;
}

/** Parameters whose values of the run are finite; others are refused before the first row. */
function isLegal(graph: Graph, parameters: readonly number[]): boolean {
  try {
    evaluateRun(graph, parameters);
    return true;
  } catch {
    return false;
  }
}

describe("backends", () => {
  it("give the same transcript", () => {
    const met: Graph[] = [];
    fc.assert(
      fc.property(cases, ({ graph, parameters, priceDecimals, script }) => {
        fc.pre(isLegal(graph, parameters));
        met.push(graph);
        const [expected, actual] = transcripts(graph, parameters, priceDecimals, script);
        expect(actual).toEqual(expected);
      }),
      { numRuns: RUNS, ...(process.env.STRATC_SEED === undefined ? {} : { seed: Number(process.env.STRATC_SEED) }) },
    );
    if (process.env.STRATC_COVERAGE !== undefined)
      console.log(
        [...coverage(met)]
          .sort()
          .map(([kind, count]) => `${kind}: ${count}`)
          .join("\n"),
      );
  });
});
