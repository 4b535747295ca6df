/** Operators: units of operands and results, comparisons that cannot fail or succeed, `??`. */
import type { Help } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { BinaryFunction } from "../../graph/nodes.ts";
import type { BinaryOperator, Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { reportMismatch } from "../messages/mismatch.ts";
import { literalHelp } from "../messages/suggestions.ts";
import { clockOf } from "../names/clocks.ts";
import { binary, unary, withDefault } from "../terms/operations.ts";
import { pointOf, rangeText } from "../terms/range.ts";
import { nodeOf, type Scalar, termOf } from "../terms/terms.ts";
import { ANY_UNIT, divideUnits, joinUnits, multiplyUnits, type Unit } from "../types/units.ts";
import { boolValue, describe, isScalar, type NumberValue, numberValue, POISON, type Value } from "../types/values.ts";
import { asBool, asNumber, elaborateBool, elaborateNumber, noneScalar } from "./demands.ts";

type BinaryExpression = Extract<Expression, { kind: "binary" }>;

/** The unit that both operands have, or undefined with the mismatch reported. */
export function commonUnit(
  context: Context,
  operation: string,
  left: { readonly value: NumberValue; readonly span: Span },
  right: { readonly value: NumberValue; readonly span: Span },
  help: readonly Help[] = [],
): Unit | undefined {
  const unit = joinUnits(left.value.unit, right.value.unit);
  if (unit !== undefined) return unit;
  const [index, ratio] = left.value.unit.kind === "ratio" ? [right, left] : [left, right];
  if (index.value.unit.kind === "number" && ratio.value.unit.kind === "ratio") {
    const facts = { number: rangeText(index.value.facts.range), ratio: textAt(context, ratio.span) };
    report(context, "E0404", ratio.span, facts, {
      labels: [{ span: index.span, text: describe(index.value) }],
      help: literalHelp(context, ratio.span, index.value.unit),
    });
    return undefined;
  }
  const facts = { operation, left: left.value.unit, right: right.value.unit };
  const written = [...literalHelp(context, right.span, left.value.unit), ...literalHelp(context, left.span, right.value.unit)];
  const labels = [{ span: left.span, text: describe(left.value) }];
  reportMismatch(context, right.span, facts, { labels, help: [...help, ...written] }, [left.span, right.span]);
  return undefined;
}

/** `close + 1%` → `close * (1 + 1%)`. */
function scaledHelp(context: Context, expression: BinaryExpression, left: NumberValue, right: NumberValue) {
  const { operator } = expression;
  const isScaled = right.unit.kind === "ratio" && left.unit.kind === "dimension" && (operator === "+" || operator === "-");
  const isTurned = left.unit.kind === "ratio" && right.unit.kind === "dimension" && operator === "+";
  if (!isScaled && !isTurned) return [];
  const [first, second] = [textAt(context, expression.left.span), textAt(context, expression.right.span)];
  const [value, ratio] = isScaled ? [first, second] : [second, first];
  const text = `${inParentheses(value)} * (1 ${operator} ${inParentheses(ratio)})`;
  return [{ text: `did you mean \`${text}\`?`, edits: [{ span: expression.span, text }] }];
}

/** A part of a sum or of an `if` in parentheses, so that it may be a factor. */
function inParentheses(text: string): string {
  return /^[\w.%]+(\([^()]*\)|\[[^[\]]*\])?(\s*\*\s*[\w.%]+)*$/.test(text) ? text : `(${text})`;
}

const ARITHMETIC: Readonly<Partial<Record<BinaryOperator, BinaryFunction>>> = { "+": "add", "-": "sub", "*": "mul", "/": "div" };

const OPERATIONS: Readonly<Record<BinaryOperator, string>> = {
  "+": "The two sides of `+`",
  "-": "The two sides of `-`",
  "*": "The two sides of `*`",
  "/": "The two sides of `/`",
  "<": "Comparison",
  "<=": "Comparison",
  ">": "Comparison",
  ">=": "Comparison",
  "==": "Comparison",
  "!=": "Comparison",
  and: "`and`",
  or: "`or`",
  "??": "A value and its default",
};

function arithmetic(context: Context, expression: BinaryExpression, fn: BinaryFunction): Value {
  const what = OPERATIONS[expression.operator];
  const left = elaborateNumber(context, expression.left, what);
  const right = elaborateNumber(context, expression.right, what);
  if (left === undefined || right === undefined) return POISON;
  const value = binary(context.program.terms, fn, left, right);
  if (fn === "mul") return numberValue(value, multiplyUnits(left.unit, right.unit));
  if (fn === "div") return numberValue(value, divideUnits(left.unit, right.unit));
  const help = scaledHelp(context, expression, left, right);
  const unit = commonUnit(context, what, { value: left, span: expression.left.span }, { value: right, span: expression.right.span }, help);
  return unit === undefined ? POISON : numberValue(value, unit);
}

const COMPARISONS: Readonly<Partial<Record<BinaryOperator, { readonly fn: BinaryFunction; readonly exchanged: boolean }>>> = {
  "<": { fn: "lt", exchanged: false },
  "<=": { fn: "le", exchanged: false },
  ">": { fn: "lt", exchanged: true },
  ">=": { fn: "le", exchanged: true },
  "==": { fn: "eq", exchanged: false },
  "!=": { fn: "ne", exchanged: false },
};

/** The comparison as the graph has it: `>` is `<` with the sides exchanged. */
function compare(context: Context, operator: BinaryOperator, left: Scalar, right: Scalar): Scalar {
  const form = COMPARISONS[operator];
  if (form === undefined) throw new Error(`${operator} is no comparison`);
  const [a, b] = form.exchanged ? [right, left] : [left, right];
  return binary(context.program.terms, form.fn, a, b);
}

function comparison(context: Context, expression: BinaryExpression): Value {
  const { operator } = expression;
  const left = elaborate(context, expression.left);
  const right = elaborate(context, expression.right);
  if (left.kind === "poison" || right.kind === "poison") return POISON;
  const isEquality = operator === "==" || operator === "!=";
  if (isEquality && left.kind === "bool" && right.kind === "bool") return boolValue(compare(context, operator, left, right));
  if (isEquality && left.kind === "enum" && right.kind === "enum" && left.type.name === right.type.name)
    return boolValue(compare(context, operator, left, right));
  const a = asNumber(context, left, expression.left.span, "Each side of a comparison");
  const b = asNumber(context, right, expression.right.span, "Each side of a comparison");
  if (a === undefined || b === undefined) return POISON;
  const unit = commonUnit(context, "Comparison", { value: a, span: expression.left.span }, { value: b, span: expression.right.span });
  if (unit === undefined) return POISON;
  const result = compare(context, operator, a, b);
  reportConstant(context, expression, a, b, result);
  return boolValue(result);
}

/** Reports a comparison that the ranges of its sides decide. */
function reportConstant(context: Context, expression: BinaryExpression, left: NumberValue, right: NumberValue, result: Scalar): void {
  const decided = pointOf(result.facts.range);
  if (decided === undefined || context.inlined) return;
  const sides = [
    { value: left, span: expression.left.span },
    { value: right, span: expression.right.span },
  ].filter(({ value }) => nodeOf(context.program.terms, value.term).op !== "constant");
  const because = sides
    .map(({ value, span }) => `\`${textAt(context, span)}\` is ${rangeText(value.facts.range) || "any number"}`)
    .join(", ");
  const facts = { text: textAt(context, expression.span), always: decided === 1, because: because || "both sides are fixed" };
  report(context, "E0407", expression.span, facts, { labels: sides.map(({ value, span }) => ({ span, text: describe(value) })) });
}

function logical(context: Context, expression: BinaryExpression, fn: "and" | "or"): Value {
  const what = `Each side of \`${fn}\``;
  const left = elaborateBool(context, expression.left, what);
  const right = elaborateBool(context, expression.right, what);
  if (left === undefined || right === undefined) return POISON;
  return boolValue(binary(context.program.terms, fn, left, right));
}

function defaulted(context: Context, expression: BinaryExpression): Value {
  const { terms } = context.program;
  const value = elaborate(context, expression.left);
  const fallback = elaborate(context, expression.right);
  if (value.kind === "poison" || fallback.kind === "poison") return POISON;
  if (value.kind === "none") return fallback;
  if (value.kind === "enum" && fallback.kind === "enum") return value;
  if (value.kind === "bool") {
    const other = asBool(context, fallback, expression.right.span, "The default of a condition");
    return other === undefined ? POISON : boolValue(withDefault(terms, value, other));
  }
  const first = asNumber(context, value, expression.left.span, "The left side of `??`");
  const second = asNumber(context, fallback, expression.right.span, "The default of a number");
  if (first === undefined || second === undefined) return POISON;
  const unit = commonUnit(
    context,
    OPERATIONS["??"],
    { value: first, span: expression.left.span },
    { value: second, span: expression.right.span },
  );
  return unit === undefined ? POISON : numberValue(withDefault(terms, first, second), unit);
}

/** Beside a value of another clock, which has just been reported, says what the other side is. */
function labelOtherSide(context: Context, { left, right }: BinaryExpression, before: number): void {
  const last = context.sink.at(-1);
  if (context.sink.length !== before + 1 || (last?.code !== "E0301" && last?.code !== "E0302")) return;
  const isAt = ({ span }: Expression): boolean => span.start === last.span.start && span.end === last.span.end;
  const other = isAt(left) ? right : isAt(right) ? left : undefined;
  if (other === undefined) return;
  const value = elaborate({ ...context, sink: [] }, other);
  if (!isScalar(value) || termOf(context.program.terms, value.term).stratum !== "market") return;
  const text = `${describe(value)} on ${clockOf(context.program.header, context.clock).name}`;
  context.sink.splice(-1, 1, { ...last, labels: [{ span: other.span, text }] });
}

/** `a + b`, `a < b`, `a and b`, `a ?? b`. */
export function elaborateBinary(context: Context, expression: BinaryExpression): Value {
  const before = context.sink.length;
  const value = applied(context, expression);
  labelOtherSide(context, expression, before);
  return value;
}

function applied(context: Context, expression: BinaryExpression): Value {
  const fn = ARITHMETIC[expression.operator];
  if (fn !== undefined) return arithmetic(context, expression, fn);
  if (expression.operator === "and" || expression.operator === "or") return logical(context, expression, expression.operator);
  if (expression.operator === "??") return defaulted(context, expression);
  return comparison(context, expression);
}

/** `-a`, `not a`. */
export function elaborateUnary(context: Context, expression: Extract<Expression, { kind: "unary" }>): Value {
  const { terms } = context.program;
  if (expression.operator === "not") {
    const operand = elaborateBool(context, expression.operand, "What `not` turns round");
    return operand === undefined ? POISON : boolValue(unary(terms, "not", operand));
  }
  const operand = elaborateNumber(context, expression.operand, "What `-` turns round");
  if (operand === undefined) return POISON;
  if (operand.unit === ANY_UNIT && operand.facts.optional) return numberValue(noneScalar(context, "number"), ANY_UNIT);
  return numberValue(unary(terms, "neg", operand), operand.unit);
}
