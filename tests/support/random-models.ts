/** Native models with every step there is, of two inputs: for random graphs. Weights are float32 numbers. */
import type { ModelStep, Tree } from "../../src/graph/model-steps.ts";
import type { Model } from "../../src/graph/nodes.ts";

const single = (...values: readonly number[]): readonly number[] => values.map(Math.fround);

/** Three leaves, each with a number for each component. */
function tree(threshold: number, ...leaves: readonly (readonly number[])[]): Tree {
  return {
    root: 0,
    splits: [
      { feature: 0, threshold: Math.fround(threshold), below: -1, above: 1 },
      { feature: 1, threshold: Math.fround(-threshold), below: -2, above: -3 },
    ],
    leaves: leaves.map((leaf) => single(...leaf)),
  };
}

function model(name: string, component: number, ...steps: readonly ModelStep[]): Model {
  const bounds = name === "doubtful" ? { low: 0.25, high: 0.75 } : { low: -1e6, high: 1e6 };
  const trained = { from: 0, to: 1 };
  return { name, hash: "0".repeat(64), features: ["a", "b"], ...bounds, timeout: null, trained, steps: { steps, component } };
}

const LAYER: ModelStep = {
  op: "affine",
  x: 0,
  weights: [single(0.1, -0.2), single(1e-3, 0.3), single(-0.7, 0.01)],
  offsets: single(0.5, -0.1, 0),
};

export const RANDOM_MODELS: readonly Model[] = [
  model(
    "doubtful",
    0,
    { ...LAYER, weights: LAYER.op === "affine" ? LAYER.weights.slice(0, 1) : [], offsets: single(0.1) },
    { op: "activate", x: 1, fn: "sigmoid" },
  ),
  model(
    "network",
    2,
    { op: "scale", x: 0, offsets: single(0.4, 10), factors: single(3.3, 0.01) },
    { ...LAYER, x: 1 },
    { op: "activate", x: 2, fn: "tanh" },
    { op: "affine", x: 3, weights: [single(1, 2, 3), single(-3, 0.1, 0.2)], offsets: single(0, 0.1) },
    { op: "activate", x: 4, fn: "relu" },
    { op: "concat", x: 5, tail: 3 },
    { op: "activate", x: 6, fn: "softmax" },
  ),
  model(
    "forest",
    1,
    {
      op: "trees",
      x: 0,
      trees: [tree(0.1, [0.1, 0.9], [0.2, 0.7], [0.6, 0.3]), tree(50, [1, 0], [0, 1], [0.5, 0.5])],
      offsets: single(0, 0.01),
    },
    { op: "normalize", x: 1, norm: "l1" },
  ),
  model("boosted", 0, {
    op: "trees",
    x: 0,
    trees: [tree(1, [0.1], [-0.2], [0.3]), { root: -1, splits: [], leaves: [single(0.7)] }],
    offsets: single(-0.3),
  }),
  model("lengths", 1, { op: "normalize", x: 0, norm: "l2" }, { op: "normalize", x: 1, norm: "max" }),
];
