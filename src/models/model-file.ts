/** A model's two files, read and held against each other: what they say, or the first thing that is wrong with them. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { dayNumber } from "../values/civil-date.ts";
import { type OnnxModel, readOnnx } from "./onnx.ts";
import { readSidecar, type Sidecar } from "./sidecar.ts";

/** What is in the files; undefined where there is none. */
export interface ModelBytes {
  readonly model: Uint8Array | undefined;
  readonly sidecar: string | undefined;
}

export interface ModelFile {
  readonly onnx: OnnxModel;
  readonly sidecar: Sidecar;
  readonly hash: string;
}

/** `expected` and `actual` are what the sidecar says and what the model is. */
export type ModelProblem =
  | { readonly kind: "unreadable" | "sidecar" | "operators"; readonly reason: string }
  | { readonly kind: "shape" | "type" | "changed"; readonly what: string; readonly expected: string; readonly actual: string };

export type ReadModelFile = { readonly ok: true; readonly file: ModelFile } | { readonly ok: false; readonly problem: ModelProblem };

/** The versions of ONNX's operators that onnxruntime runs. */
const OPSETS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["", [7, 26]],
  ["ai.onnx.ml", [1, 5]],
]);

/** SHA-256 in hex, as sidecars and graphs hold it. */
export function fileHash(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** Reads both files. */
export function readModelFile({ model, sidecar: text }: ModelBytes): ReadModelFile {
  const refuse = (problem: ModelProblem): ReadModelFile => ({ ok: false, problem });
  if (model === undefined) return refuse({ kind: "unreadable", reason: "there is no such file" });
  const onnx = readOnnx(model);
  if ("problem" in onnx) return refuse({ kind: "unreadable", reason: onnx.problem });
  if (text === undefined) return refuse({ kind: "sidecar", reason: "there is none" });
  const sidecar = readSidecar(text);
  if ("problem" in sidecar) return refuse({ kind: "sidecar", reason: sidecar.problem });
  const hash = fileHash(model);
  const problem = changeOf(sidecar, hash) ?? opsetProblem(onnx) ?? inputProblem(onnx, sidecar) ?? outputProblem(onnx, sidecar);
  return problem === null ? { ok: true, file: { onnx, sidecar, hash } } : refuse(problem);
}

/** First and last instant of the training rows, UTC microseconds. */
export function trainedPeriod({ trained }: Sidecar): { readonly from: number; readonly to: number } {
  return { from: microseconds(trained.from), to: microseconds(trained.to) };
}

/** Of "2020-01-02T21:00:00.5Z", whose form the schema has checked. */
function microseconds(instant: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = instant.split(/[-T:Z]/).map(Number);
  const seconds = dayNumber(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
  return Math.round(seconds * 1_000_000);
}

function changeOf({ sha256: pinned }: Sidecar, hash: string): ModelProblem | null {
  return pinned === hash ? null : { kind: "changed", what: "the file", expected: pinned, actual: hash };
}

function opsetProblem({ opsets }: OnnxModel): ModelProblem | null {
  for (const [domain, version] of opsets) {
    const name = domain === "" ? "ai.onnx" : domain;
    const [first, last] = OPSETS.get(domain === "ai.onnx" ? "" : domain) ?? [];
    if (first === undefined || last === undefined) return { kind: "operators", reason: `it asks for operators of ${name}` };
    if (version < first || version > last)
      return { kind: "operators", reason: `it asks for ${name} ${version}; versions ${first} to ${last} are known` };
  }
  return null;
}

function inputProblem({ inputs }: OnnxModel, { features }: Sidecar): ModelProblem | null {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0)
    return { kind: "shape", what: "the inputs of the graph", expected: "1 tensor", actual: `${inputs.length}` };
  const what = `the input ${input.name}`;
  if (input.type !== "float32") return { kind: "type", what, expected: "float32", actual: input.type };
  const [rows, columns] = input.shape ?? [];
  const fits = input.shape?.length === 2 && (rows === null || rows === 0) && columns === features.length;
  return fits
    ? null
    : { kind: "shape", what, expected: `any number of rows × ${features.length} features`, actual: shapeText(input.shape) };
}

function outputProblem({ outputs }: OnnxModel, { output }: Sidecar): ModelProblem | null {
  const found = outputs.find(({ name }) => name === output.tensor);
  const what = `the output ${output.tensor}`;
  if (found === undefined)
    return { kind: "type", what, expected: output.tensor, actual: outputs.map(({ name }) => name).join(", ") || "no output" };
  if (found.type !== "float32") return { kind: "type", what, expected: "float32", actual: found.type };
  const columns = found.shape?.[1];
  const fits = found.shape === null || (found.shape.length === 2 && (columns == null || columns > output.component));
  return fits ? null : { kind: "shape", what, expected: `rows × more than ${output.component} components`, actual: shapeText(found.shape) };
}

function shapeText(shape: readonly (number | null)[] | null): string {
  return shape === null ? "no shape" : shape.map((length) => length ?? "?").join(" × ");
}
