/** Models for tests: a logistic regression on two features, whole and broken in every way, by path. */
import type { ModelBytes } from "../../src/models/model-file.ts";
import { fileHash } from "../../src/models/model-file.ts";
import { type OnnxText, type OperatorText, onnxBytes } from "./onnx-writer.ts";

function classifier(changes: NonNullable<OperatorText["attributes"]>): OperatorText {
  const attributes = {
    classlabels_ints: [0, 1],
    coefficients: { floats: [-4, 30, 4, -30] },
    intercepts: { floats: [1.5, -1.5] },
    post_transform: "LOGISTIC",
    ...changes,
  };
  return { type: "LinearClassifier", domain: "ai.onnx.ml", inputs: ["X"], outputs: ["label", "probabilities"], attributes };
}

/** p = 1 ÷ (1 + exp(−(4 rsi − 30 range − 1.5))). */
const UP: OnnxText = {
  operators: [classifier({})],
  inputs: [{ name: "X", shape: [0, 2] }],
  outputs: [
    { name: "label", type: 7, shape: [0] },
    { name: "probabilities", shape: [0, 2] },
  ],
};

/** What the sidecar of `model` says, with `changes`. */
function sidecarOf(model: Uint8Array, features: readonly string[], changes: object = {}): object {
  return {
    schema: "stratc-model/1.0",
    version: "1.0.0",
    sha256: fileHash(model),
    features: features.map((name) => ({ name, mean: 0.5, deviation: 0.1 })),
    output: { name: "p", tensor: "probabilities", component: 1, meaning: "probability that the next close is higher" },
    trained: { from: "1990-01-02T21:00:00Z", to: "1999-12-31T21:00:00Z" },
    libraries: { "scikit-learn": "1.9.1" },
    ...changes,
  };
}

function files(model: Uint8Array, changes: object = {}): ModelBytes {
  return { model, sidecar: JSON.stringify(sidecarOf(model, ["rsi", "range"], changes)) };
}

const up = onnxBytes(UP);
const retrained = onnxBytes({ ...UP, opsets: { "": 20, "ai.onnx.ml": 3 } });
const withPorts = (changes: Partial<OnnxText>): ModelBytes => files(onnxBytes({ ...UP, ...changes }));
const identity = { type: "Erf", inputs: ["probabilities"], outputs: ["bent"] };

const MODELS: Readonly<Record<string, ModelBytes>> = {
  "up.onnx": files(up),
  "truncated.onnx": files(up.subarray(0, up.length - 30)),
  "corrupt.onnx": files(up.map((byte, at) => (at === 9 ? byte ^ 0xff : byte))),
  "text.onnx": files(new TextEncoder().encode("PK this is no model")),
  "empty.onnx": files(new Uint8Array()),
  "alone.onnx": { model: up, sidecar: undefined },
  "unwritten.onnx": { model: up, sidecar: "{" },
  "unversioned.onnx": files(up, { version: "one" }),
  "retrained.onnx": { model: retrained, sidecar: JSON.stringify(sidecarOf(up, ["rsi", "range"])) },
  "future.onnx": withPorts({ opsets: { "": 99, "ai.onnx.ml": 3 } }),
  "foreign.onnx": withPorts({ opsets: { "": 21, "com.microsoft": 1 } }),
  "wide.onnx": withPorts({ inputs: [{ name: "X", shape: [0, 5] }] }),
  "flat.onnx": withPorts({ inputs: [{ name: "X", shape: [0] }] }),
  "double.onnx": withPorts({ inputs: [{ name: "X", type: 11, shape: [0, 2] }] }),
  "split.onnx": withPorts({ inputs: ["X", "Y"].map((name) => ({ name, shape: [0, 1] })) }),
  "mapped.onnx": files(up, { output: { name: "p", tensor: "output_probability", component: 1, meaning: "a map" } }),
  "stretched.onnx": withPorts({ operators: [classifier({ coefficients: { floats: [-4, 30, 1, 4, -30, 1] } })] }),
  "boundless.onnx": withPorts({ operators: [classifier({ intercepts: { floats: [1.5, Number.POSITIVE_INFINITY] } })] }),
  "narrow.onnx": files(up, { output: { name: "p", tensor: "probabilities", component: 2, meaning: "the third class" } }),
  "bent.onnx": files(onnxBytes({ ...UP, operators: [...UP.operators, identity], outputs: [{ name: "bent", shape: [0, 2] }] }), {
    output: { name: "p", tensor: "bent", component: 1, meaning: "bent" },
  }),
};

/** The files of a model of tests. */
export function readModel(path: string): ModelBytes {
  return MODELS[path] ?? { model: undefined, sidecar: undefined };
}
