/** Whatever the compiler makes is certified: the strategies of the repository, edited ones, random values; and random graphs in all but their risk lines. */
import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certify } from "../../src/certify/certificate.ts";
import { compile } from "../../src/compile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import { prng } from "../../src/values/prng.ts";
import { graphOf, readModule, strategy } from "../check/support.ts";
import { mutated } from "../e2e/mutations.ts";
import { compileFile } from "../support/compile-file.ts";
import { isLegal, randomGraph } from "../support/random-graph.ts";
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

/** Several clocks, several symbols, and both: their kernels are one a lane, so there is no module to compare. */
const SEVERAL = [
  `trade [SPY]
clock bar = 5m in regular
clock hour = 1h of bar short_last
clock day = 1d of bar
on day { up = close > sma(close, 50)  high5 = highest(high, 5) }
on hour { smooth = ema(close, 10)  traded = last(volume) }
rule buy { when day.up and close > hour.smooth and close > day.high5 and sum(volume, since: day) > 0share  enter long { size 10shares } }
rule out on hour { when close < day.high5 and traded > 0share  exit buy }`,
  `trade [AAPL, MSFT, NVDA]
context [SPY]
clock day = 1d
clock month = 1mo of day
group risky = [AAPL, MSFT]
param length = 100 in 50..200 step 50 { NVDA: 60 }
calm = (SPY.close > SPY.trend) ?? false
trend = sma(close, length)
plot calm
on month { change = close - close[3]  best = (universe.rank(change) <= 2) ?? false }
rule rotate on month { hold if best and risky.member and change > 0 then 20% * equity else 0usd }`,
  `trade [KO, PEP]
clock day = 1d
ratio = KO.close / PEP.close
z = (ratio - sma(ratio, 20)) / stdev(ratio, 20)
rule pair across universe { when z > 2  hold { KO: -10shares, PEP: 10shares } legs within 5s else flatten }`,
];

describe("a strategy of several clocks or symbols is certified", () => {
  it.each(SEVERAL)("%#, with a module for each lane", (lines) => {
    const graph = graphOf(`strategy several\n${lines}\nrisk { order_value <= 60_000usd  drawdown <= 20% }\n`);
    expect(findingsOf(certify(artifactsOf(graph)))).toEqual([]);
  });
});

it("derives of any graph the form, the edges, the bounds and the hash that the compiler has", () => {
  fc.assert(
    fc.property(randomGraph(), (graph) => {
      fc.pre(
        isLegal(
          graph,
          graph.parameters.map((each) => each.default),
          0,
        ),
      );
      expect(findings(graph).filter((finding) => !finding.startsWith("gate"))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
