/**
 * Interpreter and WebAssembly say the same, bit for bit: values, conditions, wakes, marks and halts, for any graph, bars, split into chunks
 * and host, also from a snapshot. `STRATC_RUNS` sets the number of cases; with `STRATC_COVERAGE` the kinds of nodes met are printed.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { wasmOf } from "../../src/backends/wasm/kernel.ts";
import { compileGraph } from "../../src/backends/wasm/module.ts";
import { isDirect } from "../../src/graph/clocks.ts";
import type { KernelOptions } from "../../src/graph/kernel.ts";
import { isCrossing } from "../../src/graph/kinds.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { Graph, NodeId } from "../../src/graph/nodes.ts";
import { hostTurns, playScript, type Script } from "../support/kernel-script.ts";
import { randomBars } from "../support/random-bars.ts";
import { givenRuns, randomNoise } from "../support/random-crossings.ts";
import { coverage, isLegal, observable, randomGraph, randomLaneGraph, randomParameters } from "../support/random-graph.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 300);

const parts = {
  parameters: randomParameters,
  priceDecimals: fc.constantFrom(0, 2, 4, 9),
  script: fc.record({
    bars: randomBars({ min: 1, max: 120 }),
    sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
    turns: hostTurns,
    handOver: fc.boolean(),
  }),
};
const cases = fc.record({ graph: randomGraph(), ...parts });
const laneCases = fc.record({
  graph: randomLaneGraph(),
  symbol: fc.constantFrom(0, 1, null),
  marks: fc.boolean(),
  noise: randomNoise,
  ...parts,
});

/** The module has room for the largest chunk and no more, so that its columns are moved often. */
function transcripts(options: KernelOptions, script: Script) {
  const tight = wasmOf(compileGraph(options, options.observed, Math.max(...script.sizes)));
  return [playScript(interpreter, options, script), playScript(tight, options, script)] as const;
}

/** What crosses, and now and then what an earlier stage has evaluated. */
function givenNodes(graph: Graph, noise: readonly number[]): readonly NodeId[] {
  const crosses = (id: NodeId): boolean => isCrossing(graph.nodes[id]!);
  const isPublished = (id: NodeId): boolean => !isDirect(graph, id) && noise[id % noise.length]! % 9 === 0;
  return observable(graph).filter((id) => crosses(id) || isPublished(id));
}

const settings = { numRuns: RUNS, ...(process.env.STRATC_SEED === undefined ? {} : { seed: Number(process.env.STRATC_SEED) }) };

function printCoverage(met: readonly Graph[]): void {
  if (process.env.STRATC_COVERAGE === undefined) return;
  const counts = [...coverage(met)].sort().map(([kind, count]) => `${kind}: ${count}`);
  console.log(counts.join("\n"));
}

describe("backends", () => {
  it("give the same transcript", () => {
    const met: Graph[] = [];
    fc.assert(
      fc.property(cases, ({ graph, parameters, priceDecimals, script }) => {
        fc.pre(isLegal(graph, parameters, 0));
        met.push(graph);
        const observed = observable(graph);
        const options: KernelOptions = { ...soleLane(graph), parameters, priceDecimals, capacity: script.bars.rows, observed };
        const [expected, actual] = transcripts(options, script);
        expect(actual).toEqual(expected);
      }),
      settings,
    );
    printCoverage(met);
  });

  it("give the same transcript of a lane with given columns, whenever they are ready and whenever that is told", () => {
    const met: Graph[] = [];
    fc.assert(
      fc.property(laneCases, ({ graph, symbol, marks, noise, parameters, priceDecimals, script }) => {
        fc.pre(isLegal(graph, parameters, symbol));
        met.push(graph);
        const [observed, given] = [observable(graph), givenNodes(graph, noise)];
        const { conditions } = soleLane(graph);
        const options = { graph, symbol, conditions, given, marks, parameters, priceDecimals, capacity: script.bars.rows, observed };
        const columns = givenRuns(graph, given, script.bars.rows, noise);
        const [expected, actual] = transcripts(options, { ...script, given: columns });
        expect(actual).toEqual(expected);
        const whole = playScript(interpreter, options, { ...script, sizes: [script.bars.rows], given: columns, foresight: true });
        expect([whole.halt, whole.halt === null ? whole.values : null]).toEqual([
          expected.halt,
          expected.halt === null ? expected.values : null,
        ]);
      }),
      settings,
    );
    printCoverage(met);
  });
});
