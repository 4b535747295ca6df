/** Loading that may have to wait for a model of the host: it yields what it asks, and goes on with the answers. */
import type { ModelQuestion, ModelRunner } from "../../graph/model-runner.ts";

export type Loading = Generator<ModelQuestion, void, Float32Array>;

/** Finishes what asks nothing. Throws where a model is asked. */
export function finishNow(loading: Loading): void {
  if (loading.next().done !== true) throw new Error("a model of the host was asked where nothing runs it");
}

/** Finishes, waiting for the answers. */
export async function finishLater(loading: Loading, models: ModelRunner): Promise<void> {
  for (let step = loading.next(); step.done !== true; ) step = loading.next(await models.answers(step.value));
}
