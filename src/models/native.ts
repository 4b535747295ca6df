/** An ONNX graph as steps that the kernel evaluates (semantics 15.4; docs/models.md lists the operators). */
import type { ModelStep, ModelSteps } from "../graph/model-steps.ts";
import { stepProblems } from "../graph/verify-models.ts";
import { type Draft, floats, integer, integers, push, sizeOf, text, transformed, Unsupported } from "./draft.ts";
import { FLOAT32, type OnnxModel, type Operator, type Tensor } from "./onnx.ts";
import { treeSteps } from "./trees.ts";

/** Which component of which output is the answer. */
export interface Answer {
  readonly tensor: string;
  readonly component: number;
}

/** The steps of a model, or what of it the kernel cannot evaluate. */
export function nativeSteps(model: OnnxModel, inputs: number, answer: Answer): ModelSteps | { readonly problem: string } {
  const [input] = model.inputs;
  const draft: Draft = { inputs, steps: [], vectors: new Map([[input?.name ?? "", 0]]), constants: new Map(model.constants) };
  try {
    for (const operator of neededFor(model, answer.tensor)) addOperator(draft, operator);
    const steps = finished(draft, answer);
    const [problem] = stepProblems(steps, inputs);
    return problem === undefined ? steps : { problem };
  } catch (error) {
    if (error instanceof Unsupported) return { problem: error.message };
    throw error;
  }
}

/** The operators that an output is made of, in the order of the file. */
function neededFor({ operators }: OnnxModel, tensor: string): readonly Operator[] {
  const wanted = new Set([tensor]);
  const needed = operators.toReversed().filter(({ inputs, outputs }) => {
    const isNeeded = outputs.some((output) => wanted.has(output));
    if (isNeeded) for (const name of inputs) wanted.add(name);
    return isNeeded;
  });
  return needed.toReversed();
}

/** Whatever comes after the answer's vector is left out, and what the answer does not need of the last step. */
function finished(draft: Draft, { tensor, component }: Answer): ModelSteps {
  const vector = draft.vectors.get(tensor) ?? 0;
  const steps = draft.steps.slice(0, vector);
  const last = steps.pop();
  if (last === undefined) throw new Unsupported("an answer that is an input as it comes");
  if (last.op !== "affine") return { steps: [...steps, last], component };
  const [weights, offset] = [last.weights[component] ?? [], last.offsets[component] ?? 0];
  return { steps: [...steps, { ...last, weights: [weights], offsets: [offset] }], component: 0 };
}

function nameOf({ domain, type }: Operator): string {
  return domain === "" ? type : `${domain}.${type}`;
}

/** Adds what an operator does; the score is the second output of a classifier, the only one of others. */
function addOperator(draft: Draft, operator: Operator): void {
  const { type, outputs, attributes } = operator;
  const tensor = type === "Constant" ? (attributes.get("value")?.tensor ?? null) : null;
  if (tensor !== null) draft.constants.set(outputs[0] ?? "", tensor);
  else draft.vectors.set(outputs[type.endsWith("Classifier") ? 1 : 0] ?? "", vectorAfter(draft, operator));
}

/** The vector that an operator's steps give. */
function vectorAfter(draft: Draft, operator: Operator): number {
  const [x = "", second = ""] = operator.inputs;
  const put = (step: ModelStep): number => push(draft, step);
  switch (nameOf(operator)) {
    case "Identity":
    case "Dropout":
      return vectorOf(draft, x);
    case "Cast":
      if (integer(operator, "to", 0) !== FLOAT32) throw new Unsupported("Cast to another type than float32");
      return vectorOf(draft, x);
    case "Relu":
      return put({ op: "activate", x: vectorOf(draft, x), fn: "relu" });
    case "Sigmoid":
      return put({ op: "activate", x: vectorOf(draft, x), fn: "sigmoid" });
    case "Tanh":
      return put({ op: "activate", x: vectorOf(draft, x), fn: "tanh" });
    case "Softmax":
      if (![-1, 1].includes(integer(operator, "axis", -1))) throw new Unsupported("Softmax over rows");
      return put({ op: "activate", x: vectorOf(draft, x), fn: "softmax" });
    case "Concat":
      if (![-1, 1].includes(integer(operator, "axis", -1))) throw new Unsupported("Concat of rows");
      return concatenated(draft, operator.inputs);
    case "MatMul":
      return put(product(draft, x, constant(draft, second), 1, false));
    case "Gemm":
      return put(gemm(draft, operator));
    case "Add":
    case "Sub":
    case "Mul":
      return put(arithmetic(draft, operator));
    case "ai.onnx.ml.Scaler":
      return put(shifted(draft, vectorOf(draft, x), floats(operator, "offset"), floats(operator, "scale")));
    case "ai.onnx.ml.Normalizer":
      return put({ op: "normalize", x: vectorOf(draft, x), norm: normOf(text(operator, "norm", "MAX")) });
    case "ai.onnx.ml.LinearClassifier":
    case "ai.onnx.ml.LinearRegressor":
      return linear(draft, operator);
    case "ai.onnx.ml.TreeEnsembleClassifier":
    case "ai.onnx.ml.TreeEnsembleRegressor":
      return treeSteps(draft, operator, vectorOf(draft, x));
    default:
      throw new Unsupported(`the operator ${nameOf(operator)}`);
  }
}

function vectorOf({ vectors }: Draft, tensor: string): number {
  const vector = vectors.get(tensor);
  if (vector === undefined) throw new Unsupported(`the tensor ${tensor}, which is no vector of numbers`);
  return vector;
}

function constant({ constants }: Draft, tensor: string): Tensor {
  const found = constants.get(tensor);
  if (found === undefined || found.type !== FLOAT32 || !found.values.every(Number.isFinite))
    throw new Unsupported(`${tensor}, which is no constant of finite float32`);
  return found;
}

function concatenated(draft: Draft, tensors: readonly string[]): number {
  const [first = 0, ...others] = tensors.map((tensor) => vectorOf(draft, tensor));
  return others.reduce((x, tail) => push(draft, { op: "concat", x, tail }), first);
}

/** x times a matrix, whose rows are x's components unless it is `transposed`. */
function product(
  draft: Draft,
  tensor: string,
  { shape, values }: Tensor,
  factor: number,
  transposed: boolean,
): Extract<ModelStep, { op: "affine" }> {
  const x = vectorOf(draft, tensor);
  const [rows = 0, columns = 0] = shape;
  const [inner, outer] = transposed ? [columns, rows] : [rows, columns];
  if (shape.length !== 2 || inner !== sizeOf(draft, x)) throw new Unsupported("a matrix that does not fit what it multiplies");
  const weight = (j: number, i: number): number => Math.fround(factor * (values[transposed ? j * columns + i : i * columns + j] ?? 0));
  const weights = Array.from({ length: outer }, (_, j) => Array.from({ length: inner }, (_, i) => weight(j, i)));
  return { op: "affine", x, weights, offsets: weights.map(() => 0) };
}

function gemm(draft: Draft, operator: Operator): ModelStep {
  const [x = "", weights = "", offsets] = operator.inputs;
  if (integer(operator, "transA", 0) !== 0) throw new Unsupported("Gemm of a transposed input");
  const [alpha = 1] = floats(operator, "alpha");
  const [beta = 1] = floats(operator, "beta");
  const step = product(draft, x, constant(draft, weights), alpha, integer(operator, "transB", 0) === 1);
  if (offsets === undefined || offsets === "") return step;
  const added = spread(constant(draft, offsets).values, step.offsets.length);
  return { ...step, offsets: added.map((value) => Math.fround(beta * value)) };
}

/** One number for all components, or one for each. */
function spread(values: readonly number[], size: number): readonly number[] {
  const [only = 0] = values;
  if (values.length === 1) return Array.from({ length: size }, () => only);
  if (values.length !== size) throw new Unsupported(`${values.length} numbers for ${size} components`);
  return values;
}

function shifted(draft: Draft, x: number, offsets: readonly number[], factors: readonly number[]): ModelStep {
  const size = sizeOf(draft, x);
  return { op: "scale", x, offsets: spread(offsets, size), factors: spread(factors, size) };
}

/** A vector and a constant: x + c is (x − −c) × 1, c − x is (x − c) × −1. */
function arithmetic(draft: Draft, { type, inputs }: Operator): ModelStep {
  const [a = "", b = ""] = inputs;
  const isFirst = draft.vectors.has(a);
  const x = vectorOf(draft, isFirst ? a : b);
  const { values } = constant(draft, isFirst ? b : a);
  if (type === "Add")
    return shifted(
      draft,
      x,
      values.map((value) => -value),
      [1],
    );
  if (type === "Mul") return shifted(draft, x, [0], values);
  return shifted(draft, x, values, [isFirst ? 1 : -1]);
}

function normOf(norm: string): "l1" | "l2" | "max" {
  if (norm === "L1") return "l1";
  return norm === "L2" ? "l2" : "max";
}

function linear(draft: Draft, operator: Operator): number {
  const x = vectorOf(draft, operator.inputs[0] ?? "");
  const [size, values] = [sizeOf(draft, x), floats(operator, "coefficients")];
  const rows = values.length / size;
  const given = floats(operator, "intercepts");
  const offsets = given.length === 0 ? Array.from({ length: rows }, () => 0) : given;
  const classes = Math.max(
    integers(operator, "classlabels_ints").length,
    operator.attributes.get("classlabels_strings")?.texts.length ?? 0,
  );
  const isWhole = operator.type === "LinearRegressor" || rows === classes;
  if (offsets.length !== rows || !isWhole) throw new Unsupported(`${operator.type} with ${rows} rows of weights for ${classes} classes`);
  const weights = offsets.map((_, row) => values.slice(row * size, (row + 1) * size));
  return transformed(draft, operator, push(draft, { op: "affine", x, weights, offsets }));
}
