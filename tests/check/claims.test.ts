/**
 * What the checker says of a value is true: on every row after its warm-up a value lies in its interval, is whole, not 0 and there where that is
 * claimed. `STRATC_RUNS` sets the number of files.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { wasmOf } from "../../src/backends/wasm/kernel.ts";
import { compileGraph } from "../../src/backends/wasm/module.ts";
import { checkStrategy } from "../../src/check/check.ts";
import type { CheckedProgram } from "../../src/check/program.ts";
import { type Facts, factsOf } from "../../src/check/terms/terms.ts";
import { lineStarts, positionAt } from "../../src/diagnostics/position.ts";
import { bounds } from "../../src/graph/bounds.ts";
import { evaluateRun } from "../../src/graph/evaluate.ts";
import { KernelHalt } from "../../src/graph/kernel.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { lower } from "../../src/lower/lower.ts";
import { parse } from "../../src/syntax/parse.ts";
import { randomBars, splitBars } from "../support/random-bars.ts";
import { PARAMETER_LINES, randomValueLines } from "../support/random-source.ts";
import { readModule, strategy } from "./support.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 100);

/** The program of the lines without mistakes, and its text. */
function checked(lines: readonly string[]): { readonly program: CheckedProgram; readonly source: string } {
  const names = lines.flatMap((line) => /\bv\d+(?= = )/.exec(line)?.[0] ?? []);
  const source = strategy([...PARAMETER_LINES, ...lines, ...names.map((name) => `plot ${name}`)].join("\n"));
  const parsed = parse(source, "random");
  expect(parsed.diagnostics).toEqual([]);
  const { value: program, diagnostics } = checkStrategy(parsed.value!, source, { readModule });
  if (program !== undefined) return { program, source };
  const starts = lineStarts(source);
  const wrong = new Set(diagnostics.map(({ span }) => source.split("\n")[positionAt(starts, span.start).line - 1]));
  const rest = lines.filter((line) => !wrong.has(line));
  expect(rest.length).toBeLessThan(lines.length);
  return checked(rest);
}

/** What is wrong with `value`, by what was claimed. */
function contradiction({ range, optional }: Facts, value: number | null): string | undefined {
  if (value === null) return optional ? undefined : "is none";
  if (value < range.low || value > range.high) return `is ${value}, not in ${range.low}..${range.high}`;
  if (range.nonzero && value === 0) return "is 0";
  return range.integer && !Number.isInteger(value) ? `is ${value}, not whole` : undefined;
}

/** Whether a value leaves the numbers: that ends a run, and says nothing of the rows before. */
function halts(step: () => void): boolean {
  try {
    step();
    return false;
  } catch (error) {
    if (error instanceof KernelHalt) return true;
    throw error;
  }
}

const cases = fc.record({
  lines: randomValueLines,
  bars: randomBars({ min: 1, max: 60 }),
  parameters: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0.1, 0.3, 0.5, 0.9)),
  priceDecimals: fc.constantFrom(0, 2, 9),
});

describe("what the checker claims", () => {
  it("holds on every row, and both backends say the same", () => {
    fc.assert(
      fc.property(cases, ({ lines, bars, parameters, priceDecimals }) => {
        const { program, source } = checked(lines);
        const graph = lower(program);
        expect(shapeProblems(graph)).toEqual([]);
        if (halts(() => evaluateRun(graph, parameters))) return;
        const claims = program.names.map(({ name, term }) => ({
          name,
          facts: factsOf(program.terms, term),
          node: graph.names[name]!.node,
        }));
        const { warmup } = bounds(graph, parameters);
        const observed = claims.map(({ node }) => node);
        const options = { ...soleLane(graph), parameters, priceDecimals, capacity: 1, observed };
        const [kernel, other] = [interpreter(options), wasmOf(compileGraph(soleLane(graph), observed, 1))(options)];
        for (const [index, row] of splitBars(bars, [1]).entries()) {
          const isHalted = halts(() => kernel.load(row));
          expect(halts(() => other.load(row))).toBe(isHalted);
          if (isHalted) return;
          for (const { name, facts, node } of claims) {
            const value = kernel.value(node, 0);
            expect(other.value(node, 0), `${name} on row ${index}\n${source}`).toBe(value);
            const wrong = index < warmup[node]! - 1 ? undefined : contradiction(facts, value);
            if (wrong !== undefined) throw new Error(`${name} ${wrong} on row ${index}\n${source}`);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});
