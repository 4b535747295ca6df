import fc from "fast-check";
import { describe, expect, it } from "vitest";
import initializeWabt from "wabt";
import { wasm, wasmOf } from "../../src/backends/wasm/kernel.ts";
import { compileGraph, DEFAULT_CAPACITY } from "../../src/backends/wasm/module.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import { hostTurns, playScript } from "../support/kernel-script.ts";
import { randomBars } from "../support/random-bars.ts";
import { observable, randomGraph, randomParameters } from "../support/random-graph.ts";

describe("a module", () => {
  it("is valid for any graph", async () => {
    const wabt = await initializeWabt();
    fc.assert(
      fc.property(randomGraph(), (graph) => {
        const binary = wabt.readWasm(compileGraph(soleLane(graph), observable(graph), DEFAULT_CAPACITY).bytes, {});
        binary.validate();
        binary.destroy();
      }),
      { numRuns: 30 },
    );
  });

  it("serves every parameter set", () => {
    const cases = fc.tuple(
      randomGraph(),
      fc.array(randomParameters, { minLength: 2, maxLength: 4 }),
      randomBars({ min: 40, max: 80 }),
      hostTurns,
    );
    fc.assert(
      fc.property(cases, ([graph, sets, bars, turns]) => {
        const observed = observable(graph);
        const shared = wasmOf(compileGraph(soleLane(graph), observed, bars.rows));
        for (const parameters of sets) {
          const options = { ...soleLane(graph), parameters, priceDecimals: 2, capacity: bars.rows, observed };
          const script = { bars, sizes: [bars.rows], turns, handOver: false };
          expect(playScript(shared, options, script)).toEqual(playScript(wasm, options, script));
        }
      }),
      { numRuns: 20 },
    );
  });
});
