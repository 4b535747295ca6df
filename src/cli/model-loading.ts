/** A model of the command line: its files, its session, and inputs to try it with. */
import type { ModelSession } from "../adapters/onnx/session.ts";
import type { ModelFile } from "../models/model-file.ts";
import { CommandFailure } from "./failure.ts";
import { modelBytes } from "./modules.ts";

/** A model with its bytes. */
export interface LoadedModel {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly file: ModelFile;
}

/** Reads a model and its sidecar. Throws `CommandFailure` with what is wrong. */
export async function load(path: string): Promise<LoadedModel> {
  const { readModelFile } = await import("../models/model-file.ts");
  const files = modelBytes(path);
  const read = readModelFile(files);
  if (read.ok && files.model !== undefined) return { path, bytes: files.model, file: read.file };
  const problem = read.ok ? "" : "reason" in read.problem ? read.problem.reason : compared(read.problem);
  throw new CommandFailure(1, "model_invalid", `${path}: ${problem}.`);
}

function compared({ what, expected, actual }: { readonly what: string; readonly expected: string; readonly actual: string }): string {
  return `${what}: expected ${expected}, is ${actual}`;
}

/** Opens the session of a model. Throws `CommandFailure` where onnxruntime refuses it. */
export async function sessionOf({ path, bytes, file }: LoadedModel): Promise<ModelSession> {
  const { openSession } = await import("../adapters/onnx/session.ts");
  const { tensor: output, component } = file.sidecar.output;
  const input = file.onnx.inputs[0]?.name ?? "";
  const session = await openSession(bytes, { input, features: file.sidecar.features.length, output, component });
  if ("problem" in session) throw new CommandFailure(3, "outside_failed", `onnxruntime cannot run ${path}: ${session.problem}`);
  return session;
}

/** `rows` rows of inputs, uniform within three deviations of each feature's mean; the same for every run. */
export async function drawnInputs({ sidecar }: ModelFile, rows: number): Promise<Float32Array> {
  const { prng } = await import("../values/prng.ts");
  const random = prng(1);
  const { features } = sidecar;
  return Float32Array.from({ length: rows * features.length }, (_, at) => {
    const { mean, deviation } = features[at % features.length] ?? { mean: 0, deviation: 1 };
    return mean + 3 * deviation * (2 * random.uniform() - 1);
  });
}
