/**
 * A native model as steps over vectors of float32 (semantics 15.4), and the oracle that evaluates them. Vector 0 is the inputs, vector i the result of
 * step i − 1. Weights and thresholds are float32 numbers.
 */
import { exp } from "../values/transcendental.ts";

/** Index of a vector. */
type VectorId = number;

export type Activation = "relu" | "sigmoid" | "tanh" | "softmax";

/** A tree as its nodes: `feature` of x goes to `below` where x ≤ `threshold`, else to `above`. A place below 0 is a leaf: ~place is its index in `leaves`. */
export interface Tree {
  readonly root: number;
  readonly splits: readonly { readonly feature: number; readonly threshold: number; readonly below: number; readonly above: number }[];
  /** Each with one number for each component of the result. */
  readonly leaves: readonly (readonly number[])[];
}

export type ModelStep = { readonly x: VectorId } & (
  | { readonly op: "affine"; readonly weights: readonly (readonly number[])[]; readonly offsets: readonly number[] }
  | { readonly op: "scale"; readonly offsets: readonly number[]; readonly factors: readonly number[] }
  | { readonly op: "activate"; readonly fn: Activation }
  | { readonly op: "normalize"; readonly norm: "l1" | "l2" | "max" }
  /** x, then `tail`. */
  | { readonly op: "concat"; readonly tail: VectorId }
  | { readonly op: "trees"; readonly trees: readonly Tree[]; readonly offsets: readonly number[] }
);

export interface ModelSteps {
  readonly steps: readonly ModelStep[];
  /** The component of the last vector that is the answer. */
  readonly component: number;
}

/** How many components each vector has, the inputs first. */
export function vectorSizes({ steps }: ModelSteps, inputs: number): readonly number[] {
  const sizes = [inputs];
  for (const step of steps) {
    const x = sizes[step.x] ?? 0;
    switch (step.op) {
      case "affine":
      case "trees":
        sizes.push(step.offsets.length);
        break;
      case "concat":
        sizes.push(x + (sizes[step.tail] ?? 0));
        break;
      case "scale":
      case "activate":
      case "normalize":
        sizes.push(x);
        break;
    }
  }
  return sizes;
}

/** How many numbers the steps combine for one answer, at the most: weights, components, and splits on the longest way through each tree. */
export function modelOperations(model: ModelSteps, inputs: number): number {
  const sizes = vectorSizes(model, inputs);
  return model.steps.reduce((total, step, index) => total + stepOperations(step, sizes[index + 1] ?? 0), 0);
}

function stepOperations(step: ModelStep, size: number): number {
  switch (step.op) {
    case "affine":
      return step.weights.reduce((total, row) => total + row.length, 0);
    case "trees":
      return step.trees.reduce((total, tree) => total + treeDepth(tree), 0);
    case "scale":
    case "activate":
    case "normalize":
    case "concat":
      return size;
  }
}

/** How many splits the longest way through a tree has. Splits lead to later ones. */
export function treeDepth({ root, splits }: Tree): number {
  const depths = splits.map(() => 0);
  const at = (place: number): number => depths[place] ?? 0;
  splits.toReversed().forEach(({ below, above }, index) => {
    depths[splits.length - 1 - index] = 1 + Math.max(at(below), at(above));
  });
  return at(root);
}

/** The model's answer for these inputs; perhaps not a number. */
export function evaluateModel({ steps, component }: ModelSteps, inputs: readonly number[]): number {
  const vectors: (readonly number[])[] = [inputs.map(Math.fround)];
  const vector = (id: VectorId): readonly number[] => vectors[id] ?? [];
  for (const step of steps) vectors.push(result(step, vector(step.x), vector).map(Math.fround));
  return vectors.at(-1)?.[component] ?? Number.NaN;
}

function result(step: ModelStep, x: readonly number[], vector: (id: VectorId) => readonly number[]): readonly number[] {
  switch (step.op) {
    case "affine":
      return step.offsets.map((offset, row) => (step.weights[row] ?? []).reduce((sum, weight, i) => sum + weight * (x[i] ?? 0), offset));
    case "scale":
      return x.map((value, i) => Math.fround(value - (step.offsets[i] ?? 0)) * (step.factors[i] ?? 0));
    case "activate":
      return activated(step.fn, x);
    case "normalize":
      return normalized(step.norm, x);
    case "concat":
      return [...x, ...vector(step.tail)];
    case "trees":
      return step.offsets.map((offset, i) => step.trees.reduce((sum, tree) => Math.fround(sum + (leafOf(tree, x)[i] ?? 0)), 0) + offset);
  }
}

function activated(fn: Activation, x: readonly number[]): readonly number[] {
  switch (fn) {
    case "relu":
      return x.map((value) => (value > 0 ? value : 0));
    case "sigmoid":
      return x.map((value) => 1 / (1 + exp(-value)));
    case "tanh":
      return x.map((value) => {
        const e = exp(-2 * Math.abs(value));
        const size = (1 - e) / (1 + e);
        return value < 0 ? -size : size;
      });
    case "softmax": {
      const largest = x.reduce((a, b) => (b > a ? b : a));
      const parts = x.map((value) => exp(value - largest));
      const total = parts.reduce((a, b) => a + b);
      return parts.map((part) => part / total);
    }
  }
}

function normalized(norm: "l1" | "l2" | "max", x: readonly number[]): readonly number[] {
  const size = sizeOf(norm, x);
  return size === 0 ? x : x.map((value) => value / size);
}

function sizeOf(norm: "l1" | "l2" | "max", x: readonly number[]): number {
  switch (norm) {
    case "l1":
      return x.reduce((sum, value) => sum + Math.abs(value), 0);
    case "l2":
      return Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
    case "max":
      return x.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0);
  }
}

function leafOf({ root, splits, leaves }: Tree, x: readonly number[]): readonly number[] {
  let place = root;
  for (;;) {
    const split = splits[place];
    if (split === undefined) return leaves[~place] ?? [];
    place = (x[split.feature] ?? 0) <= split.threshold ? split.below : split.above;
  }
}
