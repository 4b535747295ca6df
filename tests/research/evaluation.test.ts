/** Combinations that run together come to what each comes to by itself, bit for bit: records, figures, hash. */
import { describe, expect, it } from "vitest";
import { openBars } from "../../src/adapters/files/open.ts";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import type { LaneBackend } from "../../src/graph/kernel.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { calendarNamed } from "../../src/market/calendars.ts";
import { evaluator } from "../../src/research/evaluation.ts";
import { randomSearch } from "../../src/research/sampling.ts";
import { admission, declaredDimension } from "../../src/research/space.ts";
import { type BacktestResult, backtest } from "../../src/run/backtest.ts";
import { compileFile } from "../support/compile-file.ts";

/** With a split and a dividend of each symbol half-way, where they are wanted. */
async function barsFor(graph: Graph, sample: string, splits = false): Promise<readonly BarSource[]> {
  const { dateOf } = calendarNamed(graph.calendar);
  return Promise.all(
    graph.symbols.map(async ({ name }) => {
      const opened = await openBars(sample, { symbol: name, calendar: graph.calendar });
      if (!opened.ok) throw new Error(opened.problems.map(({ message }) => message).join("; "));
      const { source } = opened;
      if (!splits) return source;
      const day = dateOf((source.info.from + source.info.to) / 2);
      const actions = [{ kind: "split", day, shares: 3, per: 2 } as const, { kind: "dividend", day: day + 1, amount: "0.1" } as const];
      return { ...source, actions };
    }),
  );
}

function compiled(source: string): Graph {
  const { value, diagnostics } = compile(source, { name: "tested.strat", readModule: moduleReader("tested.strat") });
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return value;
}

/** All that a run leaves behind. */
function told(result: BacktestResult): unknown {
  if (!result.ok) return result;
  const { outcome } = result;
  return { ...outcome, records: outcome.records, roundTrips: outcome.roundTrips, incidents: outcome.incidents, hash: outcome.hash };
}

const LIMITS =
  "risk { order_value <= 90_000usd  day_loss <= 20% * equity else flatten until next_session  drawdown <= 50% else flatten until manual }";

/** Windows inside recursions, recursions of shared values, conditions of one parameter, values that are read where a rule acts. */
const RECURSIVE = `strategy recursive
trade [DEMO]
clock bar = 1m in regular
param fast = 8 in 3..20 step 1
param slow = 30 in 15..60 step 3
param width = 1.5 in 0.5..3
require fast < slow
${LIMITS}
quick = ema(sma(close, fast), 9)
calm  = ema(ema(close, slow), fast)
range = atr(slow)
over  = rsi(close, fast) > 70
rule up   { when quick > calm and quick[1] > calm[1]  enter long { size 50shares  stop at fill - width * range } }
rule down { when over or quick < calm  exit up }
`;

/** The exponential leaves the numbers for some powers only. */
const HALTING = `strategy halting
trade [DEMO]
clock bar = 1m in regular
param power = 700 in 700..715 step 5
param length = 5 in 5..10 step 5
${LIMITS}
large = exp(power * (sma(close, length) / close ?? 1))
rule up   { when large > 1  enter long { size 5shares } }
rule down { when close < sma(close, length)  exit up }
`;

const CASES: readonly { readonly name: string; readonly graph: () => Graph; readonly sample: string; readonly splits?: boolean }[] = [
  { name: "stops sized by risk, a session window", graph: () => compileFile("strategies/vwap_pullback.strat"), sample: "sample:demo" },
  { name: "recursions", graph: () => compiled(RECURSIVE), sample: "sample:demo" },
  { name: "combinations that fail", graph: () => compiled(HALTING), sample: "sample:demo" },
  { name: "a split on the way", graph: () => compiled(RECURSIVE), sample: "sample:demo", splits: true },
  {
    name: "a dividend on the way",
    graph: () => compiled(RECURSIVE.replaceAll(/\bclose\b/g, "adjusted(close)")),
    sample: "sample:demo",
    splits: true,
  },
  { name: "splits of several symbols", graph: () => compileFile("strategies/rank_rotation.strat"), sample: "sample:days", splits: true },
  { name: "several symbols", graph: () => compileFile("strategies/rank_rotation.strat"), sample: "sample:days" },
];

const BACKENDS: Readonly<Record<string, LaneBackend>> = { wasm: wasmLanes, interpreter: interpretedLanes };

describe("combinations that run together", () => {
  for (const { name, graph: make, sample, splits = false } of CASES) {
    it.each(Object.keys(BACKENDS))(`equal their own backtests: ${name} (%s)`, async (backendName) => {
      const graph = make();
      const backend = BACKENDS[backendName]!;
      const space = graph.parameters.map(declaredDimension);
      const combinations = space.length === 0 ? [[], []] : randomSearch(space, admission(graph), 7, 5);
      const common = { graph, backend, sources: await barsFor(graph, sample, splits), cash: "100000" };
      const evaluate = evaluator({ ...common, varies: space.map(() => true), capacity: 1_000 });
      const together = await evaluate(combinations);
      for (const [index, parameters] of combinations.entries()) {
        expect(told(together[index]!)).toEqual(told(await backtest({ ...common, parameters })));
      }
    });
  }

  it("give the same again, and in any company", async () => {
    const graph = compiled(RECURSIVE);
    const space = graph.parameters.map(declaredDimension);
    const combinations = randomSearch(space, admission(graph), 5, 11);
    const data = { graph, backend: wasmLanes, sources: await barsFor(graph, "sample:demo"), cash: "100000", varies: space.map(() => true) };
    const evaluate = evaluator(data);
    const all = (await evaluate(combinations)).map(told);
    const single = (await Promise.all(combinations.toReversed().map((one) => evaluate([one])))).map(([result]) => told(result!));
    expect(single.toReversed()).toEqual(all);
  });
});
