/** The model port: what runs the models that the kernel does not evaluate (semantics 15.5). */
import type { ModelId } from "./nodes.ts";

/** What `graph.models[model]` is asked: `rows` rows of inputs, one row after the other. */
export interface ModelQuestion {
  readonly model: ModelId;
  readonly rows: number;
  readonly inputs: Float32Array;
}

export interface ModelRunner {
  /**
   * The answer of each row; not a number where a call failed. Nothing is kept from call to call, so the answer of a row does not depend on what it is
   * asked with.
   */
  answers(question: ModelQuestion): Promise<Float32Array>;
}
