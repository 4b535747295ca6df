/** Whatever the compiler makes is certified: the strategies of the repository, edited ones, random values; and random graphs in all but their risk lines. */
import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certify } from "../../src/certify/certificate.ts";
import { compile } from "../../src/compile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import { prng } from "../../src/values/prng.ts";
import { readModule, strategy } from "../check/support.ts";
import { mutated } from "../e2e/mutations.ts";
import { compileFile } from "../support/compile-file.ts";
import { randomGraph } from "../support/random-graph.ts";
import { PARAMETER_LINES, randomValueLines } from "../support/random-source.ts";
import { artifactsOf, findingsOf } from "./support.ts";

const FILES = globSync(["strategies/*.strat", "tests/judge/strategies/*.strat", "bench/strategies/*.strat"]);
const EDITED = 150;

function findings(graph: Graph): readonly string[] {
  return findingsOf(certify(artifactsOf(graph)));
}

describe("a strategy that compiles is certified", () => {
  it.each(FILES)("%s", (file) => {
    expect(findings(compileFile(file))).toEqual([]);
  });

  it("when it is an edited one", () => {
    const texts = [...FILES].sort().map((file) => readFileSync(file, "utf8"));
    let compiled = 0;
    for (let seed = 0; seed < EDITED; seed++) {
      const random = prng(seed);
      const source = mutated(texts[random.below(texts.length)]!, texts[random.below(texts.length)]!, random);
      const { value, diagnostics } = compile(source, { name: "edited", readModule });
      if (value === undefined || hasErrors(diagnostics)) continue;
      compiled++;
      expect(findings(value), source).toEqual([]);
    }
    expect(compiled).toBeGreaterThan(5);
  });

  it("whatever values it names", () => {
    fc.assert(
      fc.property(randomValueLines, (lines) => {
        const source = strategy([...PARAMETER_LINES, ...lines, "rule buy { when close > open  enter long { size 1share } }"].join("\n"));
        const { value, diagnostics } = compile(source, { name: "values", readModule });
        fc.pre(value !== undefined && !hasErrors(diagnostics));
        expect(findings(value!), source).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

it("derives of any graph the form, the edges, the bounds and the hash that the compiler has", () => {
  fc.assert(
    fc.property(randomGraph(), (graph) => {
      expect(findings(graph).filter((finding) => !finding.startsWith("gate"))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
