/**
 * What the checker says of a value is true: on every row after its warm-up a value lies in its interval, is whole, not 0 and there where that is
 * claimed. `STRATC_RUNS` sets the number of files.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { checkStrategy } from "../../src/check/check.ts";
import type { CheckedProgram } from "../../src/check/program.ts";
import { type Facts, factsOf } from "../../src/check/terms.ts";
import { lineStarts, positionAt } from "../../src/diagnostics/position.ts";
import { bounds } from "../../src/graph/bounds.ts";
import { evaluateRun } from "../../src/graph/evaluate.ts";
import { KernelHalt } from "../../src/graph/kernel.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { lower } from "../../src/lower/lower.ts";
import { parse } from "../../src/syntax/parse.ts";
import { randomBars, splitBars } from "../support/random-bars.ts";
import { PARAMETER_LINES, randomValueLines } from "../support/random-source.ts";
import { readModule, strategy } from "./support.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 300);

/** The program of the lines without mistakes, and its text. */
function checked(lines: readonly string[]): { readonly program: CheckedProgram; readonly source: string } {
  const names = lines.flatMap((line) => /\bv\d+(?= = )/.exec(line)?.[0] ?? []);
  const source = strategy([...PARAMETER_LINES, ...lines, ...names.map((name) => `plot ${name}`)].join("\n"));
  const parsed = parse(source, "random");
  expect(parsed.diagnostics).toEqual([]);
  const { value: program, diagnostics } = checkStrategy(parsed.value!, source, readModule);
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

describe("what the checker claims", () => {
  it("holds on every row", () => {
    const bars = randomBars({ min: 1, max: 60 });
    const parameters = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0.1, 0.3, 0.5, 0.9));
    fc.assert(
      fc.property(randomValueLines, bars, parameters, fc.constantFrom(0, 2, 9), (lines, chunk, given, priceDecimals) => {
        const { program, source } = checked(lines);
        const graph = lower(program);
        expect(shapeProblems(graph)).toEqual([]);
        const claims = program.names.map(({ name, term }) => ({
          name,
          facts: factsOf(program.terms, term),
          node: graph.names[name]!.node,
        }));
        if (halts(() => evaluateRun(graph, given))) return;
        const { warmup } = bounds(graph, given);
        const observed = claims.map(({ node }) => node);
        const kernel = interpreter({ graph, parameters: given, priceDecimals, capacity: 1, observed });
        for (const [index, row] of splitBars(chunk, [1]).entries()) {
          if (halts(() => kernel.load(row))) return;
          for (const { name, facts, node } of claims) {
            const wrong = index < warmup[node]! - 1 ? undefined : contradiction(facts, kernel.value(node, 0));
            if (wrong !== undefined) throw new Error(`${name} ${wrong} on row ${index}\n${source}`);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});
