/** An ONNX graph while it becomes steps: what native.ts and trees.ts share. */
import { type Activation, type ModelStep, vectorSizes } from "../graph/model-steps.ts";
import type { Operator, Tensor } from "./onnx.ts";

/** Thrown where an operator has no steps; `nativeSteps` makes a value of it. */
export class Unsupported extends Error {}

/** A graph while it becomes steps: which vector each tensor is. */
export interface Draft {
  readonly inputs: number;
  readonly steps: ModelStep[];
  readonly vectors: Map<string, number>;
  readonly constants: Map<string, Tensor>;
}

/** Adds a step; gives its vector. */
export function push({ steps }: Draft, step: ModelStep): number {
  return steps.push(step);
}

export function integer({ attributes }: Operator, attribute: string, otherwise: number): number {
  return attributes.get(attribute)?.integers[0] ?? otherwise;
}

export function integers({ attributes }: Operator, attribute: string): readonly number[] {
  return attributes.get(attribute)?.integers ?? [];
}

export function floats({ type, attributes }: Operator, attribute: string): readonly number[] {
  const values = attributes.get(attribute)?.floats ?? [];
  if (!values.every(Number.isFinite)) throw new Unsupported(`${type} with ${attribute} that are not finite`);
  return values;
}

export function text({ attributes }: Operator, attribute: string, otherwise: string): string {
  return attributes.get(attribute)?.texts[0] ?? otherwise;
}

export function sizeOf({ inputs, steps }: Draft, vector: number): number {
  return vectorSizes({ steps, component: 0 }, inputs)[vector] ?? 0;
}

const TRANSFORMS: ReadonlyMap<string, Activation> = new Map([
  ["LOGISTIC", "sigmoid"],
  ["SOFTMAX", "softmax"],
]);

/** What an operator does with its scores in the end. */
export function transformed(draft: Draft, operator: Operator, x: number): number {
  const transform = text(operator, "post_transform", "NONE");
  if (transform === "NONE") return x;
  const fn = TRANSFORMS.get(transform);
  if (fn === undefined) throw new Unsupported(`${operator.type} with post_transform ${transform}`);
  return push(draft, { op: "activate", x, fn });
}
