/** One native model alone in a module, for measuring it and for holding it against onnxruntime. */
import type { Model } from "../../graph/nodes.ts";
import { call, give } from "./emit.ts";
import { libraryOf } from "./library.ts";
import { defineModel, modelRegion } from "./models.ts";
import { moduleWriter } from "./module-writer.ts";

const PAGE_BYTES = 65_536;

export interface NativeModel {
  /** Size of its module in bytes. */
  readonly bytes: number;
  /** The answer for one row of float32 numbers; perhaps not a number. */
  evaluate(inputs: Float32Array): number;
}

/** The model of these steps, compiled. Throws where it has none. */
export function nativeModel(model: Model): NativeModel {
  const region = modelRegion(model, 0);
  const writer = moduleWriter();
  const evaluate = defineModel(writer, libraryOf(writer), region);
  writer.define("answer", [], "f64", () => give(call(evaluate)));
  const bytes = writer.finish(Math.ceil(region.data.length / PAGE_BYTES), [region]);
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports;
  const inputs = new Float64Array(exports.memory.buffer, region.vectors[0], model.features.length);
  return {
    bytes: bytes.length,
    evaluate: (row) => {
      inputs.set(row);
      return exports.answer();
    },
  };
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  answer(): number;
}
