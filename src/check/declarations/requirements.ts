/** `require fast < slow`: a condition that every parameter set of a run satisfies, the defaults first of all. */
import { applyElementwise, type Value as RunValue } from "../../graph/evaluate.ts";
import { isElementwise } from "../../graph/kinds.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { elaborateBool } from "../expressions/demands.ts";
import { isOfTheRun } from "../terms/operations.ts";
import { pointOf } from "../terms/range.ts";
import { nodeOf, type TermId } from "../terms/terms.ts";

/** The condition as a term; undefined with the mistake reported. */
export function checkRequirement(context: Context, condition: Expression): TermId | undefined {
  const value = elaborateBool({ ...context, inlined: true }, condition, "`require`");
  if (value === undefined) return undefined;
  const { terms } = context.program;
  if (!isOfTheRun(terms, value.term)) {
    report(context, "E0411", condition.span, { what: "`require`", value: "changes from bar to bar" });
    return undefined;
  }
  const text = textAt(context, condition.span);
  if (pointOf(value.facts.range) === 0) report(context, "E0801", condition.span, { problem: `No parameters satisfy \`${text}\`.` });
  else if (valueForDefaults(context, value.term) !== true)
    report(context, "E0801", condition.span, { problem: `The defaults of the parameters do not satisfy \`${text}\`.` });
  return value.term;
}

/** The value of a term of the run, with every parameter at its default. */
function valueForDefaults(context: Context, term: TermId): RunValue {
  const { terms, parameters } = context.program;
  const node = nodeOf(terms, term);
  if (node.op === "parameter") return parameters[node.index]?.default ?? null;
  if (node.op === "constant") return node.value;
  if (node.op === "abstract" || !isElementwise(node)) return null;
  return applyElementwise(node, (operand) => valueForDefaults(context, operand));
}
