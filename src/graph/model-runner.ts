/** The model port: what runs the models that the kernel does not evaluate (semantics 15.5). */
import type { ModelId } from "./nodes.ts";

export interface ModelRunner {
  /**
   * The answers of `graph.models[model]` for `rows` rows of inputs, one row after the other; not a number where a call failed or was not in time. Nothing
   * is kept from call to call, so the answer of a row does not depend on what it is asked with.
   */
  answers(model: ModelId, rows: number, inputs: Float32Array): Promise<Float32Array>;
}
