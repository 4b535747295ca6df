/** `drift`: how far the inputs of the file's models are from what they were trained on, in deviations of training (semantics 15.9). */
import type { Context } from "../context.ts";
import * as op from "../terms/operations.ts";
import { constant, type Scalar } from "../terms/terms.ts";

/** The mean of an input over its last rows is what drifts. */
const ROWS = 100;

/** The largest drift of all inputs; a text where there is none to measure. */
export function drift({ program: { terms, trainedInputs } }: Context): Scalar | { readonly problem: string } {
  const flat = trainedInputs.find(({ deviation }) => deviation === 0);
  if (flat !== undefined) {
    const { model, name } = flat;
    return { problem: `\`drift\` counts deviations of training, and \`${name}\` of \`${model}\` has none: its sidecar says 0.` };
  }
  const [first, ...others] = trainedInputs.map((trained): Scalar => {
    const mean = op.window(terms, "mean", trained.input, constant(terms, ROWS).term, null);
    const distance = op.unary(terms, "abs", op.binary(terms, "sub", mean, constant(terms, trained.mean)));
    return op.binary(terms, "div", distance, constant(terms, trained.deviation));
  });
  if (first === undefined) return { problem: "`drift` is of the inputs of models, and this file has no model." };
  return others.reduce((largest, each) => op.binary(terms, "max", largest, each), first);
}
