/**
 * No text makes the compiler throw or wait: whatever is done to a strategy ends in diagnostics whose places lie in the text, or in a graph that every
 * later stage takes. STRATC_FUZZ sets the number of edited programs (500); a failure names its seed and shows the text.
 */
import { globSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { compileLanes } from "../../src/backends/wasm/module.ts";
import { moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { renderDiagnostics } from "../../src/diagnostics/render.ts";
import { bounds } from "../../src/graph/bounds.ts";
import { graphHash } from "../../src/graph/hash.ts";
import { prng } from "../../src/values/prng.ts";
import { expectLinear } from "../support/linear-time.ts";
import { mutated } from "./mutations.ts";

const PROGRAMS = Number(process.env.STRATC_FUZZ ?? 500);
const SECONDS_A_PROGRAM = 5;
const sources = globSync(["strategies/*.strat", "bench/strategies/*.strat", "tests/judge/strategies/*.strat", "stdlib/*.strat"])
  .sort()
  .map((path) => readFileSync(path, "utf8"));
const readModule = moduleReader(".");

/** Takes a text through every stage; returns what is wrong with how it was taken, or null. */
function complaint(source: string): string | null {
  const started = performance.now();
  const { value, diagnostics } = compile(source, { name: "fuzz", readModule });
  if (value !== undefined && hasErrors(diagnostics)) return "a graph in spite of errors";
  for (const { span, code } of diagnostics) {
    if (span.source === "fuzz" && !(0 <= span.start && span.start <= span.end && span.end <= source.length))
      return `${code} is outside the text`;
  }
  if (renderDiagnostics(diagnostics, source, { color: false }).includes("undefined")) return "a diagnostic says undefined";
  if (value !== undefined) {
    graphHash(value);
    bounds(
      value,
      value.parameters.map((parameter) => parameter.default),
    );
    for (const { bytes } of compileLanes(value)) new WebAssembly.Module(bytes);
  }
  return performance.now() - started > SECONDS_A_PROGRAM * 1_000 ? `took more than ${SECONDS_A_PROGRAM} s` : null;
}

describe("edited strategies", () => {
  it(`never throw, ${PROGRAMS} of them`, { timeout: 60_000 + PROGRAMS * 200 }, () => {
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const random = prng(seed);
      const text = sources[random.below(sources.length)] ?? "";
      const source = mutated(text, sources[random.below(sources.length)] ?? "", random);
      let found: string | null;
      try {
        found = complaint(source);
      } catch (error) {
        found = error instanceof Error ? `threw ${error.stack}` : String(error);
      }
      if (found !== null) expect.fail(`seed ${seed}: ${found}\n${source}`);
    }
  });
});

describe("time is linear in the text", () => {
  const head = "strategy x\ntrade [A]\nclock day = 1d\nrisk { order_value <= 1usd  day_loss <= 1% * equity }\n";
  const rule = "\nrule r { when close > 1usd  enter long { size 1shares } }\n";
  const shapes: Readonly<Record<string, (size: number) => string>> = {
    "many values": (size) => head + Array.from({ length: size }, (_, i) => `v${i} = sma(close, ${(i % 400) + 2})\n`).join("") + rule,
    "many rules": (size) =>
      head + Array.from({ length: size }, (_, i) => `rule r${i} { when close > ${i}usd  enter long { size 1shares } }\n`).join(""),
    "many mistakes": (size) => head + Array.from({ length: size }, (_, i) => `v${i} = unknown${i} +\n`).join("") + rule,
    "a long chain": (size) => `${head}y = ${"close + ".repeat(size)}close${rule}`,
    "open brackets": (size) => `${head}y = ${"(".repeat(size)}${rule}`,
    "open blocks": (size) => `${head}${"rule a { when { ".repeat(size)}${rule}`,
    "a long line of noise": (size) => `${head}${"@ ".repeat(size)}${rule}`,
    "a long comment": (size) => `${head}// ${"x".repeat(size)}${rule}`,
  };

  it.each(Object.entries(shapes))("%s", (_, shape) =>
    expectLinear((source) => void compile(source, { name: "long", readModule }), shape, 500),
  );
});
