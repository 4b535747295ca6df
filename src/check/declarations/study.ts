/** `study { walk_forward train 12mo validate 3mo  objective sharpe }`: how the file wants to be studied. */
import { closest } from "../../diagnostics/closest.ts";
import { type CalendarSpan, DEFAULT_SPANS, OBJECTIVES, type StudyDeclaration } from "../../graph/study.ts";
import type { Expression, Item } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";

/** The declaration, with the defaults where it says nothing; mistakes are reported. */
export function checkStudy(context: Context, items: readonly Item[]): StudyDeclaration {
  const [study, second] = items.filter((item) => item.kind === "study");
  if (second !== undefined) report(context, "E0102", second.span, { name: "study", by: "above" });
  const { train, validate } = study?.walkForward ?? {};
  return {
    train: train === undefined ? DEFAULT_SPANS.train : spanOf(context, "train", train, DEFAULT_SPANS.train),
    validate: validate === undefined ? DEFAULT_SPANS.validate : spanOf(context, "validate", validate, DEFAULT_SPANS.validate),
    objective: study?.objective === undefined ? null : objectiveOf(context, study.objective),
  };
}

function spanOf(context: Context, key: string, expression: Expression, otherwise: CalendarSpan): CalendarSpan {
  if (expression.kind === "missing") return otherwise;
  if (expression.kind === "number") {
    const { suffix } = expression;
    const count = Number(expression.text);
    if ((suffix === "d" || suffix === "w" || suffix === "mo") && Number.isInteger(count) && count > 0) return { count, unit: suffix };
  }
  report(context, "E0109", expression.span, {
    key,
    value: textAt(context, expression.span),
    known: "days, weeks and months, such as `90d`, `8w`, `12mo`",
  });
  return otherwise;
}

function objectiveOf(
  context: Context,
  { text, span }: { readonly text: string; readonly span: Expression["span"] },
): StudyDeclaration["objective"] {
  const found = OBJECTIVES.find((objective) => objective === text);
  if (found !== undefined) return found;
  const near = closest(text, OBJECTIVES);
  const known = OBJECTIVES.map((objective) => `\`${objective}\``).join(", ");
  report(context, "E0109", span, { key: "objective", value: text, known }, { help: near === undefined ? [] : [replacement(span, near)] });
  return null;
}
