/** Whether an argument is what its parameter declares: kind, unit, range, fixed or not, always there or not. */
import type { Help } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report } from "../context.ts";
import { reportMismatch } from "../messages/mismatch.ts";
import { literalHelp } from "../messages/suggestions.ts";
import { isOfTheRun } from "../terms/operations.ts";
import { isWithin, rangeDemand, rangeText } from "../terms/range.ts";
import type { Scalar } from "../terms/terms.ts";
import type { DeclaredType } from "../types/signatures.ts";
import { matchUnit, type Substitution, substitute, unitText } from "../types/units.ts";
import { describe, numberValue, type Value } from "../types/values.ts";
import { asBool, asNumber, isPresent } from "./demands.ts";
import { elaborateAnchor } from "./windows.ts";

/** An argument that fits its parameter, with what it makes of the unit variables. */
export interface Fit {
  readonly value: Value;
  readonly found: Substitution;
}

/** What a declared type is called where something else stands. */
export function kindText(type: DeclaredType): string {
  switch (type.kind) {
    case "number":
      return type.range.integer ? "a whole number" : `a number (${unitText(type.unit)})`;
    case "bool":
      return "a condition (true or false)";
    case "enum":
      return `a ${type.type.name}`;
    case "anchor":
      return "`session` or a condition";
    case "record":
      return "a record";
    case "poison":
      return "";
  }
}

/** `value` as a number of the declared type: its unit (or the variables' found from it), its range, fixed or not. */
function fitNumber(
  context: Context,
  type: Extract<DeclaredType, { kind: "number" }>,
  value: Value,
  what: string,
  span: Span,
  found: Substitution,
): Fit | undefined {
  const number = asNumber(context, value, span, what);
  if (number === undefined) return undefined;
  const matched = matchUnit(type.unit, number.unit, found);
  if (matched === undefined) {
    const unit = substitute(type.unit, found);
    const facts = { operation: `${what} is ${unitText(unit)}`, left: unit, right: number.unit };
    reportMismatch(context, span, facts, { help: literalHelp(context, span, unit) }, [span]);
    return undefined;
  }
  if (!type.series && !isFixed(context, number, span, what)) return undefined;
  if (!type.optional && !isPresent(context, number, span, what, false)) return undefined;
  if (!isWithin(number.facts.range, type.range)) {
    report(context, "E0408", span, { what, range: rangeDemand(type.range), value: rangeText(number.facts.range) || "any number" });
    return undefined;
  }
  return { value: numberValue(number, type.unit), found: matched };
}

/** Whether a parameter that is no series is given something fixed for the run (or for a term of a reduction). */
export function isFixed(context: Context, value: Scalar, span: Span, what: string, help: readonly Help[] = []): boolean {
  const { terms } = context.program;
  const isIndexed = context.depth.reductions > 0 && terms.list[value.term]?.stratum === "run";
  if (isOfTheRun(terms, value.term) || isIndexed) return true;
  report(context, "E0411", span, { what, value: "changes from bar to bar" }, { help });
  return false;
}

/** The argument as a value of the declared type, with what it makes of the unit variables in `found`; undefined with the mistake reported. */
export function fitArgument(
  context: Context,
  type: DeclaredType,
  expression: Expression,
  what: string,
  found: Substitution,
): Fit | undefined {
  if (type.kind === "anchor") {
    const since = elaborateAnchor(context, expression);
    return since && { value: { kind: "anchor", since }, found };
  }
  const value = elaborate(context, expression);
  const { span } = expression;
  if (value.kind === "poison" || type.kind === "poison") return undefined;
  if (type.kind === "number") return fitNumber(context, type, value, what, span, found);
  if (type.kind === "bool") {
    const bool = asBool(context, value, span, what);
    if (bool === undefined || (!type.series && !isFixed(context, bool, span, what))) return undefined;
    return type.optional || isPresent(context, bool, span, what, false) ? { value: bool, found } : undefined;
  }
  if (type.kind === "enum" && value.kind === "enum" && value.type.name === type.type.name) return { value, found };
  report(context, "E0409", span, { what, wanted: kindText(type), value: describe(value) });
  return undefined;
}
