/** The model port over onnxruntime (semantics 15.5): whole batches of models that have been proved to give the bits of single rows, others row by row. */
import type { ModelRunner } from "../../graph/model-runner.ts";
import type { ModelId } from "../../graph/nodes.ts";
import { type ModelSession, openSession, type Ports } from "./session.ts";

export interface HostedModel {
  readonly session: ModelSession;
  readonly features: number;
  /** Whether a batch is known to give what single rows give. */
  readonly batches: boolean;
}

/** A model before it is opened, as it may go to another thread. */
export interface ModelSource {
  readonly id: ModelId;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly ports: Ports;
  readonly batches: boolean;
}

/** Opens models, or gives onnxruntime's reason against one. */
export async function openModels(sources: readonly ModelSource[]): Promise<ModelRunner | { readonly problem: string }> {
  const models = new Map<ModelId, HostedModel>();
  for (const { id, name, bytes, ports, batches } of sources) {
    const session = await openSession(bytes, ports);
    if ("problem" in session) return { problem: `onnxruntime cannot run model ${name}: ${session.problem}` };
    models.set(id, { session, features: ports.features, batches });
  }
  return modelRunner(models);
}

/** A call that fails abstains on its rows. */
export function modelRunner(models: ReadonlyMap<ModelId, HostedModel>): ModelRunner {
  return {
    answers: async ({ model: id, rows, inputs }) => {
      const model = models.get(id);
      if (model === undefined) throw new Error(`model ${id} has no session`);
      return model.batches ? await asked(model, rows, inputs) : await oneByOne(model, rows, inputs);
    },
  };
}

async function asked({ session }: HostedModel, rows: number, inputs: Float32Array): Promise<Float32Array> {
  try {
    return await session.run(rows, inputs);
  } catch {
    return new Float32Array(rows).fill(Number.NaN);
  }
}

async function oneByOne(model: HostedModel, rows: number, inputs: Float32Array): Promise<Float32Array> {
  const { features } = model;
  const answers = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [answer = Number.NaN] = await asked(model, 1, inputs.subarray(row * features, (row + 1) * features));
    answers[row] = answer;
  }
  return answers;
}
