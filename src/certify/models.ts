/** Models: that a node gives its model what that takes, and that the steps of a native one end and read nothing outside of their vectors. */
import type { FormGraph, FormModel, FormStep } from "./form.ts";
import type { Report } from "./problem.ts";

/** Every model, and every node of one, that is not what docs/certificate.md says. */
export function checkModels(graph: FormGraph, report: Report): void {
  for (const model of graph.models) {
    const say = (text: string): void => report(`model ${model.name} ${text}`);
    if (model.features.length === 0 || model.low > model.high) say("takes or gives nothing");
    if ((model.timeout === null) === (model.steps === null))
      say("has a time-out where the kernel evaluates it, or none where the host does");
    if (model.steps !== null) checkSteps(model, model.steps, say);
  }
  graph.nodes.forEach((node, id) => {
    if (node.op !== "onnx" && node.op !== "native") return;
    const model = graph.models[node.model];
    if (node.inputs.length !== model?.features.length)
      report(`node ${id} (${node.op}) gives its model another number of inputs than it takes`, id);
    if ((model?.steps === null) !== (node.op === "onnx")) report(`node ${id} (${node.op}) is evaluated elsewhere than its model`, id);
  });
}

function checkSteps({ features }: FormModel, { steps, component }: NonNullable<FormModel["steps"]>, say: (text: string) => void): void {
  const widths = [features.length];
  for (const [index, step] of steps.entries()) {
    const width = widthAfter(step, widths);
    if (width === null) {
      say(`has a step ${index} (${step.op}) that does not fit what it reads`);
      return;
    }
    widths.push(width);
  }
  if (steps.length === 0 || component >= (widths.at(-1) ?? 0))
    say(`answers with a component ${component} that its last step does not have`);
}

/** How many numbers a step gives; null where it cannot read what it names. */
function widthAfter(step: FormStep, widths: readonly number[]): number | null {
  const width = widths[step.x];
  if (width === undefined) return null;
  switch (step.op) {
    case "activate":
    case "normalize":
      return width;
    case "concat": {
      const tail = widths[step.tail];
      return tail === undefined ? null : width + tail;
    }
    case "scale":
      return step.offsets.length === width && step.factors.length === width ? width : null;
    case "affine": {
      const isWhole = step.weights.length === step.offsets.length && step.weights.every((row) => row.length === width);
      return isWhole ? step.offsets.length : null;
    }
    case "trees":
      return step.offsets.length > 0 && step.trees.every((tree) => isWalkable(tree, width, step.offsets.length))
        ? step.offsets.length
        : null;
  }
}

type FormTree = Extract<FormStep, { op: "trees" }>["trees"][number];

/** Places below 0 are leaves, counted from −1 down; all others lie behind the split that leads to them. */
function isWalkable({ root, splits, leaves }: FormTree, width: number, leafWidth: number): boolean {
  const leads = (place: number, from: number): boolean => (place >= 0 ? place > from && place < splits.length : -1 - place < leaves.length);
  if (!leads(root, -1) || leaves.some((leaf) => leaf.length !== leafWidth)) return false;
  return splits.every((split, at) => split.feature < width && leads(split.below, at) && leads(split.above, at));
}
