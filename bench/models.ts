/**
 * `node bench/models.ts [--bars N] [--rounds N]`: what a model costs. A bare call of onnxruntime beside the ONNX branch's own, the kernel's evaluation of the same
 * models, and backtests over a seeded walk with a hundred trees in the kernel. The models are made here from a fixed seed; medians of rounds in turns, in CPU time
 * of the process, which a busy machine changes less than the clock's.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { openSession } from "../src/adapters/onnx/session.ts";
import { wasmLanes } from "../src/backends/wasm/kernel.ts";
import { nativeModel } from "../src/backends/wasm/model-module.ts";
import { moduleReader } from "../src/cli/modules.ts";
import { compile } from "../src/compile.ts";
import type { Model } from "../src/graph/nodes.ts";
import { fileHash, type ModelBytes } from "../src/models/model-file.ts";
import { nativeSteps } from "../src/models/native.ts";
import { readOnnx } from "../src/models/onnx.ts";
import { backtest } from "../src/run/backtest.ts";
import { prng } from "../src/values/prng.ts";
import { onnxBytes } from "../tests/support/onnx-writer.ts";
import { benchSeries } from "./series.ts";

const { values: flags } = parseArgs({
  options: { bars: { type: "string", default: "1000000" }, rounds: { type: "string", default: "5" } },
});
const ROWS = 5_000;
const ROUNDS = Number(flags.rounds);
const random = prng(7);
const near = (middle: number, width: number): number => Math.fround(middle + width * (2 * random.uniform() - 1));

const PORTS = {
  inputs: [{ name: "X", shape: [0, 2] }],
  outputs: [
    { name: "label", type: 7, shape: [0] },
    { name: "probabilities", shape: [0, 2] },
  ],
};
const CLASSIFIER = { domain: "ai.onnx.ml", inputs: ["X"], outputs: ["label", "probabilities"] };

function linear(): Uint8Array {
  const attributes = {
    classlabels_ints: [0, 1],
    coefficients: { floats: [-4, 30, 4, -30] },
    intercepts: { floats: [1.5, -1.5] },
    post_transform: "LOGISTIC",
  };
  return onnxBytes({ ...PORTS, operators: [{ type: "LinearClassifier", ...CLASSIFIER, attributes }] });
}

/** Full trees: nodes 0 to 6 split, 7 to 14 are leaves. */
function forest(trees: number): Uint8Array {
  const nodes = Array.from({ length: trees * 15 }, (_, at) => ({ tree: Math.floor(at / 15), node: at % 15 }));
  const leaves = nodes.filter(({ node }) => node > 6);
  const column = (of: (node: number) => number): readonly number[] => nodes.map(({ node }) => of(node));
  const features = nodes.map(() => random.below(2));
  const attributes = {
    nodes_treeids: nodes.map(({ tree }) => tree),
    nodes_nodeids: column((node) => node),
    nodes_featureids: features,
    nodes_modes: nodes.map(({ node }) => (node > 6 ? "LEAF" : "BRANCH_LEQ")),
    nodes_values: { floats: features.map((feature) => (feature === 0 ? near(0.5, 0.3) : near(0.0005, 0.0004))) },
    nodes_truenodeids: column((node) => (node > 6 ? 0 : 2 * node + 1)),
    nodes_falsenodeids: column((node) => (node > 6 ? 0 : 2 * node + 2)),
    class_treeids: leaves.map(({ tree }) => tree),
    class_nodeids: leaves.map(({ node }) => node),
    class_ids: leaves.map(() => 0),
    class_weights: { floats: leaves.map(() => near(0, 0.1)) },
    classlabels_int64s: [0, 1],
    post_transform: "LOGISTIC",
  };
  return onnxBytes({ ...PORTS, operators: [{ type: "TreeEnsembleClassifier", ...CLASSIFIER, attributes }] });
}

function stepsOf(bytes: Uint8Array): Model {
  const onnx = readOnnx(bytes);
  const steps = "problem" in onnx ? onnx : nativeSteps(onnx, 2, { tensor: "probabilities", component: 1 });
  if ("problem" in steps) throw new Error(steps.problem);
  return {
    name: "model",
    hash: fileHash(bytes),
    features: ["rsi", "range"],
    low: 0,
    high: 1,
    timeout: null,
    trained: { from: 0, to: 0 },
    steps,
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const inputs = Float32Array.from({ length: ROWS * 2 }, (_, at) => (at % 2 === 0 ? near(0.5, 0.4) : near(0.0005, 0.0005)));
const rowAt = (row: number): Float32Array => inputs.subarray(row * 2, row * 2 + 2);

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Microseconds a row of one call after the other. */
async function timed(call: (row: Float32Array) => unknown): Promise<number> {
  const started = cpuMicroseconds();
  for (let row = 0; row < ROWS; row++) {
    const answer = call(rowAt(row));
    if (answer instanceof Promise) await answer;
  }
  return (cpuMicroseconds() - started) / ROWS;
}

async function branches(name: string, bytes: Uint8Array): Promise<void> {
  const bare = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" });
  const session = await openSession(bytes, { input: "X", features: 2, output: "probabilities", component: 1 });
  if ("problem" in session) throw new Error(session.problem);
  const { evaluate } = nativeModel(stepsOf(bytes));
  const times: Readonly<Record<"bare" | "branch" | "native", number[]>> = { bare: [], branch: [], native: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    times.bare.push(await timed((row) => bare.run({ X: new Tensor("float32", row, [1, 2]) }, ["probabilities"])));
    times.branch.push(await timed((row) => session.run(1, row)));
    times.native.push(await timed(evaluate));
  }
  const [a, b, c] = [median(times.bare.slice(1)), median(times.branch.slice(1)), median(times.native.slice(1))];
  const line = `${name}: onnxruntime bare ${a.toFixed(2)} µs a row, the branch ${b.toFixed(2)} (${(b / a).toFixed(2)}x), native ${c.toFixed(3)} (${(a / c).toFixed(1)}x faster)`;
  process.stdout.write(`${line}\n`);
  await session.close();
}

function filesOf(bytes: Uint8Array): ModelBytes {
  const sidecar = {
    schema: "stratc-model/1.0",
    version: "1.0.0",
    sha256: fileHash(bytes),
    features: ["rsi", "range"].map((name) => ({ name, mean: 0, deviation: 1 })),
    output: { name: "p", tensor: "probabilities", component: 1, meaning: "made for measuring" },
    trained: { from: "1990-01-01T00:00:00Z", to: "1990-01-02T00:00:00Z" },
    libraries: {},
  };
  return { model: bytes, sidecar: JSON.stringify(sidecar) };
}

async function backtests(bytes: Uint8Array): Promise<void> {
  const { bars } = await benchSeries(undefined, Number(flags.bars), mkdtempSync(join(tmpdir(), "stratc-bench-")));
  const source = `strategy modelled
trade [BENCH]
calendar always
clock bar = 1m
risk { order_value <= 90_000usd  day_loss <= 50% * equity else flatten until next_session }
model net = native "forest.onnx" { input { rsi: rsi(close, 14) / 100, range: atr(14) / close } output p: ratio in 0%..100% }
rule buy  { when net.p > 60%  enter long { size 100shares } }
rule sell { when (net.p ?? 0) < 40%  exit buy }
`;
  const { value: graph, diagnostics } = compile(source, { name: "bench", readModule: moduleReader("."), readModel: () => filesOf(bytes) });
  if (graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const rates: number[] = [];
  let trips = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const started = cpuMicroseconds();
    const result = await backtest({ graph, parameters: [], backend: wasmLanes, sources: [bars], cash: "100000" });
    if (!result.ok) throw new Error(result.failure.message);
    rates.push(bars.info.rows / ((cpuMicroseconds() - started) / 1e6));
    trips = result.outcome.end.round_trips;
  }
  process.stdout.write(
    `backtest of ${bars.info.rows} bars, 100 trees of depth 3, native: ${Math.round(median(rates.slice(1)))} bars/s, ${trips} round trips\n`,
  );
}

const trees = forest(100);
await branches("logistic regression", linear());
await branches("100 trees of depth 3", trees);
await backtests(trees);
