/** The rules of nodes.ts and model-steps.ts about models, as a check. */
import { type ModelStep, type ModelSteps, type Tree, vectorSizes } from "./model-steps.ts";
import type { Graph, Model } from "./nodes.ts";

/** What is wrong with the models of a graph, and with how nodes name them. */
export function modelProblems({ models, nodes }: Graph): readonly string[] {
  const problems = models.flatMap((model) => ownProblems(model).map((problem) => `model ${model.name}: ${problem}`));
  nodes.forEach((node, id) => {
    if (node.op !== "onnx" && node.op !== "native") return;
    const model = models[node.model];
    if (model === undefined) return;
    const of = `node ${id} (${node.op})`;
    if (node.inputs.length !== model.features.length)
      problems.push(`${of} has ${node.inputs.length} inputs for ${model.features.length} features`);
    if ((node.op === "native") !== (model.steps !== null)) problems.push(`${of} is not how model ${model.name} is evaluated`);
  });
  return problems;
}

function ownProblems({ features, low, high, timeout, steps }: Model): readonly string[] {
  const problems: string[] = [];
  if (features.length === 0) problems.push("has no features");
  if (low > high) problems.push(`has answers from ${low} to ${high}`);
  if ((timeout === null) !== (steps !== null)) problems.push("has a time-out exactly where the host runs it");
  return steps === null ? problems : [...problems, ...stepProblems(steps, features.length)];
}

/** What is wrong with the steps of a model of so many inputs. */
export function stepProblems(model: ModelSteps, inputs: number): readonly string[] {
  const { steps, component } = model;
  const early = steps.findIndex((step, index) => step.x > index || (step.op === "concat" && step.tail > index));
  if (early >= 0) return [`step ${early} reads a vector that comes later`];
  const sizes = vectorSizes(model, inputs);
  const wrong = steps.flatMap((step, index) =>
    fits(step, sizes[step.x] ?? 0) ? [] : [`step ${index} (${step.op}) does not fit its vector`],
  );
  if (component >= (sizes.at(-1) ?? 0)) return [...wrong, `has no component ${component}`];
  return wrong;
}

function fits(step: ModelStep, size: number): boolean {
  switch (step.op) {
    case "affine":
      return step.weights.length === step.offsets.length && step.weights.every((row) => row.length === size);
    case "scale":
      return step.offsets.length === size && step.factors.length === size;
    case "trees":
      return step.offsets.length > 0 && step.trees.every((tree) => isTree(tree, size, step.offsets.length));
    case "activate":
    case "normalize":
    case "concat":
      return true;
  }
}

/** A split leads to later ones and to leaves only, so a walk ends. */
function isTree({ root, splits, leaves }: Tree, features: number, components: number): boolean {
  const exists = (place: number, after: number): boolean => (place < 0 ? ~place < leaves.length : place > after && place < splits.length);
  return (
    exists(root, -1) &&
    leaves.every((leaf) => leaf.length === components) &&
    splits.every(({ feature, below, above }, index) => feature < features && exists(below, index) && exists(above, index))
  );
}
