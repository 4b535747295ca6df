/** The model port over onnxruntime (semantics 15.5): whole batches of models that have been proved to give the bits of single rows, others row by row. */
import type { ModelRunner } from "../../graph/model-runner.ts";
import type { ModelId } from "../../graph/nodes.ts";
import type { ModelSession } from "./session.ts";

export interface HostedModel {
  readonly session: ModelSession;
  readonly features: number;
  /** Whether a batch is known to give what single rows give. */
  readonly batches: boolean;
}

/** A call that fails abstains on its rows. */
export function modelRunner(models: ReadonlyMap<ModelId, HostedModel>): ModelRunner {
  return {
    answers: async (id, rows, inputs) => {
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
