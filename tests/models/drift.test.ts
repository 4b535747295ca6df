/** Drift (semantics 15.9): the largest distance of an input's mean over 100 rows from training's, in training's deviations, as a monitor. */
import { expect, it } from "vitest";
import { modelRunner } from "../../src/adapters/onnx/runner.ts";
import { openSession } from "../../src/adapters/onnx/session.ts";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import { graphToJson } from "../../src/graph/json.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { RunRecord } from "../../src/run/outcome.ts";
import { artifactsOf, findingsIn } from "../certify/support.ts";
import { readModule } from "../check/support.ts";
import { engineRecords, play } from "../live/support.ts";
import { barSource, barsOf, DAY } from "../run/bars.ts";
import { readModel } from "../support/models.ts";

interface Written {
  readonly risk?: string;
  readonly branch?: string;
  readonly symbols?: string;
  readonly model?: string;
}

const MODEL = 'BRANCH "up.onnx" { input { rsi: 0.5, range: close / open - 50% } output p: ratio in 0%..100% timeout 20ms }';

function source({ risk = "drift <= 3 else no_entries until manual", branch = "native", symbols = "SPY", model }: Written): string {
  return `strategy drifting
trade [${symbols}]
calendar always
clock day = 1d
risk { order_value <= 5_000usd  drawdown <= 50%  ${risk} }
model net = ${(model ?? MODEL).replace("BRANCH", branch)}
rule buy  { when net.p < 99%  enter long { size 1share } }
rule sell { when (bars_held ?? 0bars) >= 1bars  exit buy }
`;
}

/** Trained on a mean of 0.5 and a deviation of 0.25 of each input. */
function trained(deviation = 0.25) {
  const { model, sidecar } = readModel("up.onnx");
  const known = JSON.parse(sidecar!);
  const features = known.features.map((feature: object) => ({ ...feature, mean: 0.5, deviation }));
  return { model, sidecar: JSON.stringify({ ...known, features }) };
}

function compiled(written: Written, deviation?: number) {
  return compile(source(written), { name: "x.strat", readModule, readModel: () => trained(deviation) });
}

function graphOf(written: Written): Graph {
  const { value, diagnostics } = compiled(written);
  expect(diagnostics).toEqual([]);
  return value!;
}

/** `range` is close ÷ open − 0.5: 0.5 where the close is the open. */
function closing(closes: readonly number[]): BarSource {
  return barSource(barsOf(closes.map((close) => [10_000, Math.max(close, 10_000), 10_000, close])), { width: DAY, priceDecimals: 2 });
}

const steady = (rows: number, close = 10_000): number[] => Array.from({ length: rows }, () => close);

async function models() {
  const session = await openSession(readModel("up.onnx").model!, { input: "X", features: 2, output: "probabilities", component: 1 });
  if ("problem" in session) throw new Error(session.problem);
  return modelRunner(new Map([[0, { session, features: 2, batches: false }]]));
}

async function recordsOf(graph: Graph, sources: readonly BarSource[], backend = wasmLanes): Promise<readonly RunRecord[]> {
  const result = await backtest({ graph, parameters: [], backend, sources, cash: "100000", models: await models() });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records;
}

function haltsIn(records: readonly RunRecord[]) {
  return records.flatMap((record) => (record.event === "halt" ? [[record.limit, record.action, record.row]] : []));
}

/** 3 deviations are 0.75 above the mean: a close of 1.75 × the open. */
it.each([
  ["as in training", [steady(300)], []],
  ["at the limit", [steady(300, 17_500)], []],
  ["a cent beyond it, as soon as there are 100 rows", [steady(300, 17_501)], [["drift", "no_entries", 99]]],
  ["beyond it after 76 rows of 4 deviations", [[...steady(150), ...steady(100, 20_000)]], [["drift", "no_entries", 225]]],
  ["of one of two symbols", [steady(300), [...steady(150), ...steady(100, 20_000)]], [["drift", "no_entries", 225]]],
])("fires %s", async (_, closes, halts) => {
  const symbols = closes.length === 1 ? "SPY" : "SPY, KO";
  for (const branch of ["native", "onnx"]) {
    const graph = graphOf({ branch, symbols });
    const sources = closes.map(closing);
    const records = await recordsOf(graph, sources);
    expect(haltsIn(records)).toEqual(halts);
    const refused = records.filter((record) => record.event === "order" && record.reasons.includes("halted"));
    expect(refused.length > 0).toBe(halts.length > 0);
    expect(records.some(({ event }) => event === "fill")).toBe(halts[0]?.[2] !== 99);
    expect(await recordsOf(graph, sources, interpretedLanes)).toEqual(records);
    const { entries } = await play([{ graph, sources, models: await models() }]);
    expect(engineRecords(entries, "drifting")).toEqual(records);
  }
});

it("fires again in a later session, where the halt ends with the session", async () => {
  const graph = graphOf({ risk: "drift <= 3 else no_entries until next_session" });
  expect(haltsIn(await recordsOf(graph, [closing(steady(103, 17_501))]))).toHaveLength(4);
});

it("is certified, and a monitor that watches something else, or leaves an input out, is not", () => {
  const graph = graphOf({ model: MODEL.replace("0.5,", "close / open,") });
  const { graph: text } = artifactsOf(graph);
  expect(findingsIn(JSON.parse(text))).toEqual(expect.not.arrayContaining([expect.stringContaining("gate: risk line")]));
  const drift = graph.risk.findIndex(({ measure }) => measure === "drift");
  const watching = (excess: number) => ({
    ...graph,
    risk: graph.risk.map((line, index) => (index === drift ? { ...line, monitor: { ...line.monitor!, excess } } : line)),
  });
  const condition = graph.nodes[graph.risk[drift]!.monitor!.excess]!;
  if (condition.op !== "binary") throw new Error("no comparison");
  const largest = graph.nodes[condition.b]!;
  if (largest.op !== "binary" || largest.fn !== "max") throw new Error("not the larger of two");
  const one = { ...graph, nodes: graph.nodes.map((node) => (node === condition ? { ...condition, b: largest.a } : node)) };
  for (const wrong of [watching(graph.rules[0]!.when), one])
    expect(findingsIn(JSON.parse(graphToJson(wrong as Graph)))).toContainEqual(
      expect.stringMatching(/^gate: risk line 3 \(drift\) does not fire/),
    );
});

it.each([
  ["without else", { risk: "drift <= 4" }, undefined, /rejects no order: say what happens/],
  ["of a ratio", { risk: "drift <= 4% else no_entries until manual" }, undefined, /a number above 0/],
  ["of nothing", { risk: "drift <= 0 else no_entries until manual" }, undefined, /a number above 0/],
  ["where training knows no deviation", {}, 0, /`rsi` of `net` has none: its sidecar says 0/],
])("is refused %s", (_, written, deviation, says) => {
  const { diagnostics } = compiled(written, deviation);
  expect(diagnostics.map(({ code }) => code)).toEqual(["E0605"]);
  expect(diagnostics[0]?.message).toMatch(says);
});

it("is refused without a model", () => {
  const text = source({})
    .replace(/^model.*\n/m, "")
    .replace("net.p < 99%", "close >= open");
  const { diagnostics } = compile(text, { name: "x.strat", readModule });
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "E0605 `drift` is of the inputs of models, and this file has no model.",
  ]);
});
