/** A model of the command line: its files, its session, and inputs to try it with. */
import type { ModelSession } from "../adapters/onnx/session.ts";
import type { ModelFile, ModelProblem } from "../models/model-file.ts";
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
  throw await modelFailure(path, read.ok ? { kind: "unreadable", reason: "there is no such file" } : read.problem);
}

/** What is wrong with a model's files, in the words of the compiler. */
export async function modelFailure(file: string, problem: ModelProblem): Promise<CommandFailure> {
  const { MODELS } = await import("../check/messages/models.ts");
  const told = (text: string, ...help: readonly string[]) => new CommandFailure(1, "model_invalid", text, help);
  switch (problem.kind) {
    case "unreadable":
      return told(MODELS.E0506.text({ file, ...problem }));
    case "sidecar":
      return told(MODELS.E0507.text({ file, ...problem }));
    case "operators":
      return told(MODELS.E0508.text({ file, ...problem }));
    case "shape":
    case "type":
      return told(MODELS.E0501.text({ file, ...problem }));
    case "changed":
      return told(MODELS.E0503.text({ file, ...problem }), `If the new file is meant: \`stratc model pin ${file}\`.`);
  }
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
