/** The sessions of the models that onnxruntime runs for a strategy. */
import type { HostedModel } from "../adapters/onnx/runner.ts";
import type { ModelRunner } from "../graph/model-runner.ts";
import type { Graph, ModelId } from "../graph/nodes.ts";
import { CommandFailure } from "./failure.ts";
import { modelReader } from "./modules.ts";

/** What runs the models that the graph of the strategy at `path` asks of the host; undefined where it asks for none. */
export async function hostedModels(graph: Graph, path: string, store: string): Promise<{ readonly models?: ModelRunner }> {
  const hosted = [...graph.models.entries()].filter(([, { steps }]) => steps === null);
  if (hosted.length === 0) return {};
  const { fileAt } = await import("./source.ts");
  const { readModelFile } = await import("../models/model-file.ts");
  const { openSession } = await import("../adapters/onnx/session.ts");
  const { modelRunner } = await import("../adapters/onnx/runner.ts");
  const { isProved } = await import("../adapters/onnx/proofs.ts");
  const files = new Map(fileAt(path).items.flatMap((item) => (item.kind === "model" ? [[item.name.text, item.file] as const] : [])));
  const models = new Map<ModelId, HostedModel>();
  for (const [id, { name, hash, features }] of hosted) {
    const bytes = modelReader(path)(files.get(name) ?? "");
    const read = readModelFile(bytes);
    if (!read.ok || bytes.model === undefined || read.file.hash !== hash)
      throw new CommandFailure(1, "model_invalid", `The file of model ${name} has changed since it was compiled.`);
    const { onnx, sidecar } = read.file;
    const { tensor: output, component } = sidecar.output;
    const session = await openSession(bytes.model, { input: onnx.inputs[0]?.name ?? "", features: features.length, output, component });
    if ("problem" in session) throw new CommandFailure(3, "outside_failed", `onnxruntime cannot run model ${name}: ${session.problem}`);
    models.set(id, { session, features: features.length, batches: await isProved(store, hash) });
  }
  return { models: modelRunner(models) };
}
