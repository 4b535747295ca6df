/** `stratc model compare`: a model's two branches side by side, measured here and now. */
import { performance } from "node:perf_hooks";
import { nativeModel } from "../backends/wasm/model-module.ts";
import type { Model } from "../graph/nodes.ts";
import { trainedPeriod } from "../models/model-file.ts";
import { nativeSteps } from "../models/native.ts";
import { writeJson } from "./command.ts";
import { CommandFailure, type ExitCode } from "./failure.ts";
import { drawnInputs, type LoadedModel, sessionOf } from "./model-loading.ts";
import type { Terminal } from "./terminal.ts";

const ROWS = 10_000;
const WARM_ROWS = 500;

interface Branch {
  readonly latencyMicrosecondsP50: number;
  readonly latencyMicrosecondsP99: number;
  /** One by one, and in one batch. */
  readonly rowsPerSecond: number;
  readonly batchRowsPerSecond: number;
  readonly openMilliseconds: number;
  readonly memoryMebibytes: number;
}

/** Measures and prints. */
export async function compareModel(loaded: LoadedModel, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { file, path } = loaded;
  const { sidecar, onnx, hash } = file;
  const steps = nativeSteps(onnx, sidecar.features.length, sidecar.output);
  if ("problem" in steps) throw new CommandFailure(1, "model_invalid", `The kernel cannot evaluate ${path}: ${steps.problem}.`);
  const features = sidecar.features.map(({ name }) => name);
  const bounds = { low: -Number.MAX_VALUE, high: Number.MAX_VALUE };
  const model: Model = { name: path, hash, features, ...bounds, timeout: null, trained: trainedPeriod(sidecar), steps };
  const inputs = await drawnInputs(file, ROWS);
  const native = await measuredNative(model, inputs);
  const hosted = await measuredOnnx(loaded, inputs);
  const difference = native.answers.reduce(
    (worst, answer, row) => Math.max(worst, Math.abs(answer - (hosted.answers[row] ?? Number.NaN))),
    0,
  );
  const facts = { rows: ROWS, difference, wasmBytes: native.bytes, onnxBytes: loaded.bytes.length };
  if (json) writeJson(terminal, { ok: true, file: path, ...facts, native: native.branch, onnx: hosted.branch });
  else terminal.write(table(native.branch, hosted.branch, facts));
  return 0;
}

type Facts = { readonly rows: number; readonly difference: number; readonly wasmBytes: number; readonly onnxBytes: number };

function table(native: Branch, onnx: Branch, { rows, difference, wasmBytes, onnxBytes }: Facts): string {
  const row = (what: string, a: string, b: string): string => `${what.padEnd(26)}${a.padStart(14)}${b.padStart(14)}`;
  const lines: readonly (readonly [string, keyof Branch, number])[] = [
    ["one row, p50 µs", "latencyMicrosecondsP50", 2],
    ["one row, p99 µs", "latencyMicrosecondsP99", 2],
    ["rows a second, one by one", "rowsPerSecond", 0],
    ["rows a second, one batch", "batchRowsPerSecond", 0],
    ["to open it, ms", "openMilliseconds", 1],
    ["memory, MiB", "memoryMebibytes", 1],
  ];
  return `${[
    row("", "native", "onnx"),
    ...lines.map(([what, key, digits]) => row(what, native[key].toFixed(digits), onnx[key].toFixed(digits))),
    row("to deploy, bytes", String(wasmBytes), String(onnxBytes)),
    "onnx needs onnxruntime beside it, native nothing",
    `largest difference of ${rows} answers: ${difference}`,
  ].join("\n")}\n`;
}

interface Measured {
  readonly branch: Branch;
  readonly answers: readonly number[];
}

async function measuredNative(model: Model, inputs: Float32Array): Promise<Measured & { readonly bytes: number }> {
  const before = process.memoryUsage().rss;
  const opened = performance.now();
  const { evaluate, bytes } = nativeModel(model);
  const openMilliseconds = performance.now() - opened;
  const { answers, ...times } = await oneByOne(inputs, model.features.length, (row) => evaluate(row));
  const branch = { ...times, batchRowsPerSecond: times.rowsPerSecond, openMilliseconds, memoryMebibytes: grown(before) };
  return { branch, answers, bytes };
}

async function measuredOnnx(loaded: LoadedModel, inputs: Float32Array): Promise<Measured> {
  const before = process.memoryUsage().rss;
  const opened = performance.now();
  const session = await sessionOf(loaded);
  const openMilliseconds = performance.now() - opened;
  const features = loaded.file.sidecar.features.length;
  const { answers, ...times } = await oneByOne(inputs, features, async (row) => (await session.run(1, row))[0] ?? Number.NaN);
  const started = performance.now();
  await session.run(inputs.length / features, inputs);
  const batchRowsPerSecond = inputs.length / features / ((performance.now() - started) / 1_000);
  const memoryMebibytes = grown(before);
  await session.close();
  return { branch: { ...times, batchRowsPerSecond, openMilliseconds, memoryMebibytes }, answers };
}

function grown(before: number): number {
  return Math.max(0, process.memoryUsage().rss - before) / 2 ** 20;
}

/** Asks for one row after the other, once warm. */
async function oneByOne(inputs: Float32Array, features: number, answer: (row: Float32Array) => number | Promise<number>) {
  const rows = inputs.length / features;
  const times: number[] = [];
  const answers: number[] = [];
  const rowAt = (row: number): Float32Array => inputs.subarray(row * features, (row + 1) * features);
  for (let row = 0; row < WARM_ROWS; row++) await answer(rowAt(row));
  for (let row = 0; row < rows; row++) {
    const started = performance.now();
    const given = answer(rowAt(row));
    answers.push(typeof given === "number" ? given : await given);
    times.push((performance.now() - started) * 1_000);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (rows - 1))] ?? Number.NaN;
  const total = times.reduce((sum, time) => sum + time, 0);
  return { answers, latencyMicrosecondsP50: at(0.5), latencyMicrosecondsP99: at(0.99), rowsPerSecond: (rows * 1e6) / total };
}
