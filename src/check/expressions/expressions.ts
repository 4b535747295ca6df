/** Every kind of expression, given to the file that knows it. */
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, functionNamed, functionNames, refine, report, textAt } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";
import { bookCall } from "../names/events.ts";
import { foreignMethod } from "../names/foreign.ts";
import { gatherOf } from "../names/gathers.ts";
import { elaborateName, reportUnknown } from "../names/names.ts";
import { namesValue } from "../names/values.ts";
import { constant } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import { boolValue, numberValue, POISON, type Value } from "../types/values.ts";
import { elaborateAdjusted } from "./adjusted.ts";
import { elaborateAhead } from "./ahead.ts";
import { elaborateBinary, elaborateUnary } from "./arithmetic.ts";
import { elaborateAtEntry } from "./at-entry.ts";
import { elaborateIf, elaborateMatch } from "./conditions.ts";
import { callFunction } from "./functions.ts";
import { elaborateMathematics, isMathematics, MATHEMATICS } from "./mathematics.ts";
import { elaborateMember } from "./members.ts";
import { elaborateQualified, qualifiersOf } from "./qualified.ts";
import { elaboratePrevious } from "./recursion.ts";
import { elaborateReduction } from "./reductions.ts";
import { elaborateAcross, elaborateGather, groupNamed } from "./together.ts";
import { elaborateOffset, elaborateWindow, isWindow, WINDOWS } from "./windows.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** What has no meaning but in a slower clock (gathers.ts). */
const GATHERS_ONLY: readonly string[] = ["first", "last"];

/** Functions that are not written in the language. */
export const BUILT_IN_FUNCTIONS: readonly string[] = [...WINDOWS, ...MATHEMATICS, "prev", "at_entry", "ahead", "adjusted", ...GATHERS_ONLY];

function elaborateCall(context: Context, call: Call): Value {
  if (call.callee.kind !== "name") return elaborateMethod(context, call);
  const { name } = call.callee;
  const gathered = gatherOf(call, context.clock);
  if (gathered !== undefined) return elaborateGather(context, gathered, call);
  const definition = functionNamed(context.definitions, name.text);
  if (definition !== undefined) return callFunction(context, definition, call);
  if (isWindow(name.text)) return elaborateWindow(context, name.text, call);
  if (isMathematics(name.text)) return elaborateMathematics(context, name.text, call);
  if (name.text === "prev") return elaboratePrevCall(context, call);
  if (name.text === "at_entry") return elaborateAtEntry(context, call);
  if (name.text === "adjusted") return elaborateAdjusted(context, call);
  if (name.text === "ahead") return elaborateAhead(context, call);
  if (GATHERS_ONLY.includes(name.text)) return reportUngathered(context, call, name.text);
  reportUnknown(context, name, () => [...functionNames(context.definitions), ...BUILT_IN_FUNCTIONS]);
  return POISON;
}

/** `day.ema(close, 10)`, `SPY.atr(14)`, `universe.rank(x)`. */
function elaborateMethod(context: Context, call: Call): Value {
  const { callee } = call;
  const ofBook = bookCall(context, call);
  if (ofBook !== undefined) return ofBook;
  const qualified = qualifiersOf(context, call);
  if (qualified !== undefined) return elaborateQualified(context, qualified, call);
  const group = callee.kind === "member" ? groupNamed(context, callee.object) : undefined;
  if (group !== undefined && callee.kind === "member") return elaborateAcross(context, group, callee.name, call);
  if (callee.kind === "missing" || (callee.kind === "member" && elaborate(context, callee.object).kind === "poison")) return POISON;
  const instead = callee.kind === "member" ? foreignMethod(callee.name.text) : undefined;
  const reason = instead ?? "before its dot stands a clock, a symbol or a group";
  const problem = `\`${textAt(context, callee.span)}\` is no function: ${reason}.`;
  report(context, "E0410", callee.span, { problem });
  return POISON;
}

/** Reports `last(E)` where there is nothing to put together. */
function reportUngathered(context: Context, call: Call, name: string): Value {
  const problem = `\`${name}(E)\` reads the bars inside a tick of a slower clock: it stands alone, with one argument, in \`on CLOCK { … }\` and rules on a clock \`of\` another.`;
  report(context, "E0410", call.span, { problem });
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
  if (expression.suffix === "usd/share" && namesValue(context, "share")) return reportTwoMeanings(context, expression);
  if (literal !== undefined) return numberValue(constant(context.program.terms, literal.value), literal.unit);
  report(context, "E0901", expression.span, { what: "a length in months" });
  return POISON;
}

/** `5usd/share` where the file calls a value `share`. */
function reportTwoMeanings(context: Context, { text, span }: Extract<Expression, { kind: "number" }>): Value {
  const problem = `\`${text}usd/share\` is a price, or ${text}usd divided by the file's value \`share\`.`;
  const help = [replacement(span, `${text}usd / 1share`), replacement(span, `${text}usd / share`)];
  report(context, "E0410", span, { problem }, { help });
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
      for (const part of expression.parts) elaborate({ ...context, inlined: true }, part);
      return POISON;
  }
}

/** The meaning of an expression, with what the `if`s around it tell of it. */
export function elaborateExpression(context: Context, expression: Expression): Value {
  return refine(context, dispatch(context, expression));
}
