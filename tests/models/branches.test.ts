/** The two branches of a model: the kernel's steps against onnxruntime, and the compiled steps against the interpreter's, bit for bit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSession } from "../../src/adapters/onnx/session.ts";
import { nativeModel } from "../../src/backends/wasm/model-module.ts";
import { evaluateModel, type ModelSteps } from "../../src/graph/model-steps.ts";
import type { Model } from "../../src/graph/nodes.ts";
import { nativeSteps } from "../../src/models/native.ts";
import { readOnnx } from "../../src/models/onnx.ts";
import { type OnnxText, type OperatorText, onnxBytes } from "../support/onnx-writer.ts";
import { RANDOM_MODELS } from "../support/random-models.ts";

const ML = "ai.onnx.ml";

function tree(values: readonly number[], weights: readonly number[], classes: boolean, post: string): OperatorText {
  const [treeids, nodeids] = [
    [0, 0, 0, 0, 0, 1, 1, 1],
    [0, 1, 2, 3, 4, 0, 1, 2],
  ];
  const leaves = { treeids: [0, 0, 0, 1, 1], nodeids: [2, 3, 4, 1, 2], ids: [0, 0, 0, 0, 0] };
  const prefix = classes ? "class" : "target";
  return {
    type: classes ? "TreeEnsembleClassifier" : "TreeEnsembleRegressor",
    domain: ML,
    inputs: ["X"],
    outputs: classes ? ["label", "Y"] : ["Y"],
    attributes: {
      nodes_treeids: treeids,
      nodes_nodeids: nodeids,
      nodes_featureids: [0, 1, 0, 0, 0, 1, 0, 0],
      nodes_modes: ["BRANCH_LEQ", "BRANCH_LT", "LEAF", "LEAF", "LEAF", "BRANCH_GT", "LEAF", "LEAF"],
      nodes_values: { floats: [values[0]!, values[1]!, 0, 0, 0, values[2]!, 0, 0] },
      nodes_truenodeids: [1, 2, 0, 0, 0, 1, 0, 0],
      nodes_falsenodeids: [4, 3, 0, 0, 0, 2, 0, 0],
      [`${prefix}_treeids`]: leaves.treeids,
      [`${prefix}_nodeids`]: leaves.nodeids,
      [`${prefix}_ids`]: leaves.ids,
      [`${prefix}_weights`]: { floats: weights },
      base_values: { floats: [0.25] },
      post_transform: post,
      ...(classes ? { classlabels_int64s: [0, 1] } : { n_targets: 1 }),
    },
  };
}

const operator = (
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: OperatorText["attributes"] = {},
  domain = "",
): OperatorText => ({
  ...{ type, domain, inputs, attributes },
  outputs: type.endsWith("Classifier") ? ["label", output] : [output],
});

const matrix = (shape: readonly number[], ...values: readonly number[]) => ({ shape, values });

/** Graphs with every operator that has steps; each takes two features and answers with `Y`. */
const GRAPHS: Readonly<Record<string, Pick<OnnxText, "operators" | "constants"> & { readonly component: number }>> = {
  "scaled logistic regression": {
    component: 1,
    operators: [
      operator("Scaler", ["X"], "S", { offset: { floats: [0.5, 1] }, scale: { floats: [2, 0.3] } }, ML),
      operator(
        "LinearClassifier",
        ["S"],
        "Y",
        {
          classlabels_ints: [0, 1],
          coefficients: { floats: [-1.5, 0.7, 1.5, -0.7] },
          intercepts: { floats: [0.1, -0.1] },
          post_transform: "LOGISTIC",
        },
        ML,
      ),
    ],
  },
  "linear regression of normalized features": {
    component: 0,
    operators: [
      operator("Normalizer", ["X"], "N", { norm: "L2" }, ML),
      operator("LinearRegressor", ["N"], "Y", { coefficients: { floats: [3, -2] }, intercepts: { floats: [0.5] } }, ML),
    ],
  },
  "boosted classifier": { component: 1, operators: [tree([0.1, -0.5, 1], [0.3, -0.2, 0.1, 0.6, -0.9], true, "LOGISTIC")] },
  "regression trees": { component: 0, operators: [tree([0.1, -0.5, 1], [3, -2, 1, 6, -9], false, "NONE")] },
  network: {
    component: 1,
    operators: [
      operator("MatMul", ["X", "W"], "M"),
      operator("Add", ["M", "B"], "A"),
      operator("Tanh", ["A"], "T"),
      operator("Gemm", ["T", "V", "C"], "G", { transB: 1 }),
      operator("Relu", ["G"], "R"),
      operator("Sigmoid", ["G"], "P"),
      operator("Sub", ["one", "P"], "Q"),
      operator("Mul", ["R", "P0"], "H"),
      operator("Concat", ["Q", "H"], "Z", { axis: 1 }),
      operator("Softmax", ["Z"], "Y", { axis: 1 }),
    ],
    constants: {
      W: matrix([2, 3], 0.1, -0.7, 2, 0.4, 0.5, -0.3),
      B: matrix([3], 0.1, 0, -0.2),
      V: matrix([2, 3], 1, -1, 0.5, 0.2, 0.3, -0.6),
      C: matrix([2], 0.05, -0.05),
      one: matrix([], 1),
      P0: matrix([1], 0.5),
    },
  },
};

const number = fc.integer({ min: -4_000, max: 4_000 }).map((thousandths) => thousandths / 1_000);
const row = fc.tuple(number, number);

function modelOf(steps: ModelSteps): Model {
  const bounds = { low: -Number.MAX_VALUE, high: Number.MAX_VALUE };
  return { name: "model", hash: "", features: ["a", "b"], ...bounds, timeout: null, trained: { from: 0, to: 0 }, steps };
}

describe("agree with onnxruntime to within 1e-6", () => {
  it.each(Object.entries(GRAPHS))("%s", async (_, { component, ...graph }) => {
    const bytes = onnxBytes({ ...graph, inputs: [{ name: "X", shape: [0, 2] }], outputs: [{ name: "Y", shape: [0, 0] }] });
    const onnx = readOnnx(bytes);
    if ("problem" in onnx) throw new Error(onnx.problem);
    const steps = nativeSteps(onnx, 2, { tensor: "Y", component });
    if ("problem" in steps) throw new Error(steps.problem);
    const session = await openSession(bytes, { input: "X", features: 2, output: "Y", component });
    if ("problem" in session) throw new Error(session.problem);
    const compiled = nativeModel(modelOf(steps));
    const property = fc.asyncProperty(row, async (inputs) => {
      const [expected] = await session.run(1, new Float32Array(inputs));
      const answer = compiled.evaluate(new Float32Array(inputs));
      expect(Math.abs(answer - expected!)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected!)));
      expect(answer).toBe(evaluateModel(steps, inputs));
    });
    await fc.assert(property, { numRuns: 200 });
    await session.close();
  });
});

it.each(RANDOM_MODELS.map((model) => [model.name, model] as const))("compiled and interpreted are the same bits: %s", (_, model) => {
  const compiled = nativeModel(model);
  const wild = fc.oneof(number, fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1e30, -1e30));
  fc.assert(
    fc.property(wild, wild, (a, b) => {
      expect(compiled.evaluate(new Float32Array([a, b]))).toBe(evaluateModel(model.steps!, [a, b]));
    }),
    { numRuns: 300 },
  );
});
