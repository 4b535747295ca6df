/** `require fast < slow`: a condition that every parameter set of a run satisfies, the defaults first of all. */
import type { Expression } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { elaborateBool } from "../expressions/demands.ts";
import { readsOwnSymbol } from "../terms/lanes.ts";
import { isOfTheRun } from "../terms/operations.ts";
import { pointOf } from "../terms/range.ts";
import { runValue } from "../terms/run-value.ts";
import type { TermId } from "../terms/terms.ts";

/** The condition as a term; undefined with the mistake reported. */
export function checkRequirement(context: Context, condition: Expression): TermId | undefined {
  const value = elaborateBool({ ...context, inlined: true }, condition, "`require`");
  if (value === undefined) return undefined;
  const { terms, header } = context.program;
  if (!isOfTheRun(terms, value.term)) {
    report(context, "E0411", condition.span, { what: "`require`", value: "changes from bar to bar" });
    return undefined;
  }
  const text = textAt(context, condition.span);
  if (pointOf(value.facts.range) === 0) report(context, "E0801", condition.span, { problem: `No parameters satisfy \`${text}\`.` });
  else {
    const failing = header.symbols.findIndex((_, symbol) => runValue(context.program, value.term, symbol) !== true);
    const whose = readsOwnSymbol(terms, value.term) ? ` for ${header.symbols[failing]?.name}` : "";
    if (failing >= 0)
      report(context, "E0801", condition.span, { problem: `The defaults of the parameters${whose} do not satisfy \`${text}\`.` });
  }
  return value.term;
}
