/**
 * Slips of the hand in shipped files: how many are shown where they are, and how many errors follow from them. STRATC_MUTANTS sets their number
 * (1,000); a run prints what it has measured.
 */
import { expect, it } from "vitest";
import { moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { type Mutant, mutant } from "./mutants.ts";

const MUTANTS = Number(process.env.STRATC_MUTANTS ?? 1_000);
const mutants = Array.from({ length: MUTANTS }, (_, seed) => mutant(seed));
const readModule = moduleReader(".");

function errorsIn(source: string, name: string): readonly Diagnostic[] {
  return compile(source, { name, readModule }).diagnostics.filter((diagnostic) => diagnostic.severity === "error");
}

function touches({ span }: Diagnostic, { path, from, to }: Mutant): boolean {
  return span.source === path && span.start <= to && span.end >= from;
}

it(`${MUTANTS} slips are shown where they are, with few errors after the first`, { timeout: 60_000 + MUTANTS * 60 }, () => {
  let [wrong, shown, few] = [0, 0, 0];
  for (const one of mutants) {
    const [first, ...others] = errorsIn(one.source, one.path);
    if (first === undefined) continue;
    wrong++;
    if (touches(first, one)) shown++;
    if (others.length <= 3) few++;
  }
  const percent = (count: number) => ((100 * count) / wrong).toFixed(1);
  console.log(`${MUTANTS} mutants, ${wrong} with errors: ${percent(shown)} % shown in place, ${percent(few)} % with at most 3 errors more`);
  expect(wrong).toBeGreaterThan(0.9 * MUTANTS);
  expect(shown / wrong).toBeGreaterThan(0.85);
  expect(few / wrong).toBeGreaterThan(0.97);
});
