/** Every kind of expression, given to the file that knows it. */
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, refine, report, textAt } from "../context.ts";
import { elaborateMember, elaborateName, reportUnknown } from "../names/names.ts";
import { constant } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import { boolValue, numberValue, POISON, type Value } from "../types/values.ts";
import { elaborateBinary, elaborateUnary } from "./arithmetic.ts";
import { elaborateAtEntry } from "./at-entry.ts";
import { elaborateIf, elaborateMatch } from "./conditions.ts";
import { callFunction } from "./functions.ts";
import { elaborateMathematics, isMathematics, MATHEMATICS } from "./mathematics.ts";
import { elaboratePrevious } from "./recursion.ts";
import { elaborateReduction } from "./reductions.ts";
import { elaborateOffset, elaborateWindow, isWindow, WINDOWS } from "./windows.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** Functions that are not written in the language. */
export const BUILT_IN_FUNCTIONS: readonly string[] = [...WINDOWS, ...MATHEMATICS, "prev", "at_entry"];

function elaborateCall(context: Context, call: Call): Value {
  if (call.callee.kind !== "name") {
    if (call.callee.kind !== "missing") report(context, "E0901", call.callee.span, { what: textAt(context, call.callee.span) });
    return POISON;
  }
  const { name } = call.callee;
  const { functions } = context.definitions;
  const definition = functions.get(name.text);
  if (definition !== undefined) return callFunction(context, definition, call);
  if (isWindow(name.text)) return elaborateWindow(context, name.text, call);
  if (isMathematics(name.text)) return elaborateMathematics(context, name.text, call);
  if (name.text === "prev") return elaboratePrevCall(context, call);
  if (name.text === "at_entry") return elaborateAtEntry(context, call);
  reportUnknown(context, name, () => [...functions.keys(), ...BUILT_IN_FUNCTIONS]);
  return POISON;
}

function elaboratePrevCall(context: Context, call: Call): Value {
  const [argument] = call.arguments;
  if (call.arguments.length === 1 && argument?.name === undefined && argument?.value.kind === "name")
    return elaboratePrevious(context, argument.value.name.text, call.span);
  report(context, "E0410", call.span, { problem: "`prev(y)` takes the name of the recursion around it." });
  return POISON;
}

function elaborateLiteral(context: Context, expression: Extract<Expression, { kind: "number" }>): Value {
  const literal = literalOf(expression);
  if (literal?.value === Number.POSITIVE_INFINITY) {
    report(context, "E0408", expression.span, { what: "A number", range: "at most 1.8 followed by 307 zeros", value: "more" });
    return POISON;
  }
  if (literal !== undefined) return numberValue(constant(context.program.terms, literal.value), literal.unit);
  report(context, "E0901", expression.span, { what: "a length in months" });
  return POISON;
}

function elaborateRecord(context: Context, expression: Extract<Expression, { kind: "record" }>): Value {
  const fields = new Map<string, Value>();
  for (const { name, value } of expression.fields) {
    if (fields.has(name.text)) report(context, "E0102", name.span, { name: name.text, by: "in this record" });
    fields.set(name.text, elaborate(context, value));
  }
  return { kind: "record", fields };
}

function dispatch(context: Context, expression: Expression): Value {
  switch (expression.kind) {
    case "number":
      return elaborateLiteral(context, expression);
    case "boolean":
      return boolValue(constant(context.program.terms, expression.value));
    case "none":
      return { kind: "none" };
    case "string":
      report(context, "E0409", expression.span, { what: "An expression", wanted: "a number or a condition", value: "text" });
      return POISON;
    case "name":
      return elaborateName(context, expression.name);
    case "member":
      return elaborateMember(context, expression);
    case "offset":
      return elaborateOffset(context, expression);
    case "call":
      return elaborateCall(context, expression);
    case "reduce":
      return elaborateReduction(context, expression);
    case "unary":
      return elaborateUnary(context, expression);
    case "binary":
      return elaborateBinary(context, expression);
    case "if":
      return elaborateIf(context, expression);
    case "match":
      return elaborateMatch(context, expression);
    case "record":
      return elaborateRecord(context, expression);
    case "missing":
      return POISON;
  }
}

/** The meaning of an expression, with what the `if`s around it tell of it. */
export function elaborateExpression(context: Context, expression: Expression): Value {
  return refine(context, dispatch(context, expression));
}
