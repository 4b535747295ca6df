import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { bounds } from "../../src/graph/bounds.ts";
import { intervals } from "../../src/graph/intervals.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import { hostTurns, playScript } from "../support/kernel-script.ts";
import { randomBars } from "../support/random-bars.ts";
import { observable, randomGraph, randomParameters } from "../support/random-graph.ts";

const cases = fc.record({
  graph: randomGraph(),
  parameters: randomParameters,
  priceDecimals: fc.nat(9),
  bars: randomBars({ min: 1, max: 90 }),
  turns: hostTurns,
});

describe("the interpreter", () => {
  it("gives the same values, wakes and marks for any split into chunks and across a snapshot", () => {
    const property = fc.property(
      cases,
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      ({ graph, parameters, priceDecimals, bars, turns }, sizes, handOver) => {
        const options = { ...soleLane(graph), parameters, priceDecimals, capacity: bars.rows, observed: observable(graph) };
        const whole = playScript(interpreter, options, { bars, sizes: [bars.rows], turns, handOver: false });
        const split = playScript(interpreter, options, { bars, sizes, turns, handOver });
        expect(split.halt).toEqual(whole.halt);
        if (whole.halt !== null) return;
        expect(split.values).toEqual(whole.values);
        expect(split.events).toEqual(whole.events);
        expect(split.marks.at(-1)).toEqual(whole.marks.at(-1));
      },
    );
    fc.assert(property, { numRuns: 150 });
  });

  it("has every value from its warm-up on, inside its interval", () => {
    let halted = 0;
    const property = fc.property(cases, ({ graph, parameters, priceDecimals, bars, turns }) => {
      const observed = observable(graph);
      const options = { ...soleLane(graph), parameters, priceDecimals, capacity: bars.rows, observed };
      const { values, halt } = playScript(interpreter, options, { bars, sizes: [bars.rows], turns, handOver: false });
      if (halt !== null) halted += 1;
      const { warmup } = bounds(graph, parameters);
      const range = intervals(graph);
      observed.forEach((id, i) => {
        const seen = values[i]!;
        if (!graph.nodes[id]!.optional && seen.length > 0) expect(firstIndex(seen)).toBe(Math.min(seen.length, warmup[id]! - 1));
        for (const value of seen) {
          if (value === null) continue;
          expect(value).toBeGreaterThanOrEqual(range[id]!.low);
          expect(value).toBeLessThanOrEqual(range[id]!.high);
        }
      });
    });
    fc.assert(property, { numRuns: 150 });
    expect(halted).toBeLessThan(40);
  });
});

/** The index of the first value that is there, or the length. */
function firstIndex(values: readonly (number | null)[]): number {
  const index = values.findIndex((value) => value !== null);
  return index < 0 ? values.length : index;
}
