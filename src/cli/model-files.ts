/** The files of the models that onnxruntime runs for a strategy. */
import type { ModelSource } from "../adapters/onnx/runner.ts";
import type { ModelRunner } from "../graph/model-runner.ts";
import type { Graph } from "../graph/nodes.ts";
import { CommandFailure } from "./failure.ts";
import { modelReader } from "./modules.ts";

/** What runs the models that the graph of the strategy at `path` asks of the host; undefined where it asks for none. */
export async function hostedModels(graph: Graph, path: string, store: string): Promise<{ readonly models?: ModelRunner }> {
  const sources = await modelSources(graph, path, store);
  return sources.length === 0 ? {} : { models: await openedModels(sources) };
}

async function openedModels(sources: readonly ModelSource[]): Promise<ModelRunner> {
  const { openModels } = await import("../adapters/onnx/runner.ts");
  const models = await openModels(sources);
  if ("problem" in models) throw new CommandFailure(3, "outside_failed", models.problem);
  return models;
}

/** The same for other threads to open, once it is known that onnxruntime can. */
export async function sharedModels(graph: Graph, path: string, store: string): Promise<readonly ModelSource[]> {
  const sources = await modelSources(graph, path, store);
  if (sources.length > 0) await openedModels(sources);
  return sources;
}

async function modelSources(graph: Graph, path: string, store: string): Promise<readonly ModelSource[]> {
  const hosted = [...graph.models.entries()].filter(([, { steps }]) => steps === null);
  if (hosted.length === 0) return [];
  const { fileAt } = await import("./source.ts");
  const { readModelFile } = await import("../models/model-file.ts");
  const { isProved } = await import("../adapters/onnx/proofs.ts");
  const files = new Map(fileAt(path).items.flatMap((item) => (item.kind === "model" ? [[item.name.text, item.file] as const] : [])));
  const sources: ModelSource[] = [];
  for (const [id, { name, hash, features }] of hosted) {
    const bytes = modelReader(path)(files.get(name) ?? "");
    const read = readModelFile(bytes);
    if (!read.ok || bytes.model === undefined || read.file.hash !== hash)
      throw new CommandFailure(1, "model_invalid", `The file of model ${name} has changed since it was compiled.`);
    const { onnx, sidecar } = read.file;
    const { tensor: output, component } = sidecar.output;
    const ports = { input: onnx.inputs[0]?.name ?? "", features: features.length, output, component };
    sources.push({ id, name, bytes: bytes.model, ports, batches: await isProved(store, hash) });
  }
  return sources;
}
