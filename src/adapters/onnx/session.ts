/** One model in onnxruntime: on one thread, so that its bits do not depend on how many there are. */
import type { InferenceSession, Tensor } from "onnxruntime-node";

/** What a session is asked: the name of its input, and which component of which output is the answer. */
export interface Ports {
  readonly input: string;
  readonly features: number;
  readonly output: string;
  readonly component: number;
}

export interface ModelSession {
  /** The answers of so many rows, asked at once. Rejects where onnxruntime fails. */
  run(rows: number, inputs: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Version of onnxruntime. */
export async function runtimeVersion(): Promise<string> {
  const { env } = await import("onnxruntime-node");
  return env.versions.node ?? env.versions.common;
}

/** Opens a model, or gives onnxruntime's reason against it. */
export async function openSession(model: Uint8Array, ports: Ports): Promise<ModelSession | { readonly problem: string }> {
  const onnx = await import("onnxruntime-node");
  const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" };
  try {
    return sessionOf(await onnx.InferenceSession.create(model, { ...options, logSeverityLevel: 4 }), onnx.Tensor, ports);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function sessionOf(session: InferenceSession, TensorOf: typeof Tensor, { input, features, output, component }: Ports): ModelSession {
  const fetches = [output];
  return {
    run: async (rows, inputs) => {
      const { [output]: tensor } = await session.run({ [input]: new TensorOf("float32", inputs, [rows, features]) }, fetches);
      if (!(tensor?.data instanceof Float32Array)) throw new Error(`${output} is no float32`);
      const { data } = tensor;
      const width = data.length / rows;
      return Float32Array.from({ length: rows }, (_, row) => data[row * width + component] ?? Number.NaN);
    },
    close: () => session.release(),
  };
}
