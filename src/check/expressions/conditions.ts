/** `if` and `match`: selections, and what their conditions tell of the values that their arms read. */
import type { Span } from "../../diagnostics/span.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report } from "../context.ts";
import { reportRepeated, reportUnknown } from "../names/names.ts";
import { binary, select } from "../terms/operations.ts";
import { intersect, pointOf, type Range, range } from "../terms/range.ts";
import { constant, factsOf, nodeOf, type Scalar, type TermId, type Terms } from "../terms/terms.ts";
import { boolValue, describe, numberValue, POISON, type Value } from "../types/values.ts";
import { commonUnit } from "./arithmetic.ts";
import { asNumber, elaborateBool, noneScalar } from "./demands.ts";

type Refinements = Map<TermId, Range>;

/** A number as written is what it is, also in an arm that is never taken. */
function narrow(terms: Terms, found: Refinements, term: TermId, to: Range): void {
  if (nodeOf(terms, term).op === "constant") return;
  found.set(term, intersect(found.get(term) ?? factsOf(terms, term).range, to));
}

/** Notes a < b (strictly) or a <= b. */
function learnOrder(terms: Terms, found: Refinements, a: TermId, b: TermId, strict: boolean): void {
  const left = found.get(a) ?? factsOf(terms, a).range;
  const right = found.get(b) ?? factsOf(terms, b).range;
  narrow(terms, found, a, range(-Infinity, right.high, { nonzero: strict && right.high <= 0 }));
  narrow(terms, found, b, range(left.low, Infinity, { nonzero: strict && left.low >= 0 }));
}

function learnEquality(terms: Terms, found: Refinements, a: TermId, b: TermId, equal: boolean): void {
  const left = found.get(a) ?? factsOf(terms, a).range;
  const right = found.get(b) ?? factsOf(terms, b).range;
  if (equal) {
    narrow(terms, found, a, right);
    narrow(terms, found, b, left);
  } else {
    const zero = (other: Range): boolean => other.low === 0 && other.high === 0;
    if (zero(right)) narrow(terms, found, a, range(-Infinity, Infinity, { nonzero: true }));
    if (zero(left)) narrow(terms, found, b, range(-Infinity, Infinity, { nonzero: true }));
  }
}

/** Notes in `found` what is known where `condition` is `truth`. */
function learn(terms: Terms, found: Refinements, condition: TermId, truth: boolean): void {
  const node = nodeOf(terms, condition);
  narrow(terms, found, condition, range(truth ? 1 : 0, truth ? 1 : 0));
  if (node.op === "unary" && node.fn === "not") learn(terms, found, node.x, !truth);
  if (node.op !== "binary") return;
  const { fn, a, b } = node;
  if (fn === "lt") truth ? learnOrder(terms, found, a, b, true) : learnOrder(terms, found, b, a, false);
  if (fn === "le") truth ? learnOrder(terms, found, a, b, false) : learnOrder(terms, found, b, a, true);
  if (fn === "eq" || fn === "ne") learnEquality(terms, found, a, b, (fn === "eq") === truth);
  if ((fn === "and" && truth) || (fn === "or" && !truth)) {
    learn(terms, found, a, truth);
    learn(terms, found, b, truth);
  }
}

/** The context of the arm that is read where `condition` is `truth`. In a body whose arguments decide against the arm nothing of them is wrong in it. */
function armContext(context: Context, condition: Scalar, truth: boolean): Context {
  const refinements: Refinements = new Map(context.refinements);
  learn(context.program.terms, refinements, condition.term, truth);
  const isDead = pointOf(condition.facts.range) === (truth ? 0 : 1);
  return { ...context, refinements, sink: isDead && context.inlined ? [] : context.sink };
}

/** The arm that a condition is known to take, where the other has a mistake. */
function taken(condition: Scalar, then: Value, otherwise: Value): Value {
  const decided = pointOf(condition.facts.range);
  if (decided === undefined) return POISON;
  return decided === 1 ? then : otherwise;
}

/** Whether more is known here than everywhere. */
function isNested(context: Context): boolean {
  return context.nested || context.refinements.size > 0;
}

interface Arm {
  readonly value: Value;
  readonly span: Span;
}

/** One value of two that may be of different kinds; reports where they do not fit. */
function choose(context: Context, condition: Scalar, then: Arm, otherwise: Arm): Value {
  const { terms } = context.program;
  const nested = isNested(context);
  const [a, b] = [then.value, otherwise.value];
  if (a.kind === "poison" || b.kind === "poison") return taken(condition, a, b);
  if (a.kind === "none" && b.kind === "none") return a;
  if (a.kind === "record" && b.kind === "record") return chooseRecord(context, condition, then, otherwise);
  if (a.kind === "enum" && b.kind === "enum" && a.type.name === b.type.name) return { ...a, ...select(terms, condition, a, b, nested) };
  if (a.kind === "bool" || b.kind === "bool") {
    const [left, right] = [a, b].map((arm) => (arm.kind === "none" ? boolValue(noneScalar(context, "bool")) : arm));
    if (left?.kind === "bool" && right?.kind === "bool") return boolValue(select(terms, condition, left, right, nested));
  } else if (a.kind !== "record" && b.kind !== "record") {
    return chooseNumber(context, condition, then, otherwise);
  }
  report(context, "E0409", otherwise.span, {
    what: "The two arms",
    wanted: `of one kind; the first is ${describe(a)}`,
    value: describe(b),
  });
  return POISON;
}

function chooseNumber(context: Context, condition: Scalar, then: Arm, otherwise: Arm): Value {
  const a = asNumber(context, then.value, then.span, "An arm beside a number");
  const b = asNumber(context, otherwise.value, otherwise.span, "An arm beside a number");
  if (a === undefined || b === undefined) return POISON;
  const unit = commonUnit(context, "The arms of a choice", { value: a, span: then.span }, { value: b, span: otherwise.span });
  return unit === undefined ? POISON : numberValue(select(context.program.terms, condition, a, b, isNested(context)), unit);
}

function chooseRecord(context: Context, condition: Scalar, then: Arm, otherwise: Arm): Value {
  if (then.value.kind !== "record" || otherwise.value.kind !== "record") return POISON;
  const [a, b] = [then.value.fields, otherwise.value.fields];
  if (a.size !== b.size || [...a.keys()].some((name) => !b.has(name))) {
    const wanted = `records of the same fields; the first is ${describe(then.value)}`;
    report(context, "E0409", otherwise.span, { what: "The two arms", wanted, value: describe(otherwise.value) });
    return POISON;
  }
  const fields = [...a].map(([name, value]): [string, Value] => {
    const other = b.get(name) ?? POISON;
    return [name, choose(context, condition, { value, span: then.span }, { value: other, span: otherwise.span })];
  });
  return { kind: "record", fields: new Map(fields) };
}

/** `if C then A else B`. */
export function elaborateIf(context: Context, expression: Extract<Expression, { kind: "if" }>): Value {
  const condition = elaborateBool(context, expression.condition, "The condition of an `if`");
  if (condition === undefined) {
    elaborate(context, expression.then);
    elaborate(context, expression.otherwise);
    return POISON;
  }
  const then = elaborate(armContext(context, condition, true), expression.then);
  const otherwise = elaborate(armContext(context, condition, false), expression.otherwise);
  return choose(context, condition, { value: then, span: expression.then.span }, { value: otherwise, span: expression.otherwise.span });
}

/** `match s { up: A, down: B }`: every member once. */
export function elaborateMatch(context: Context, expression: Extract<Expression, { kind: "match" }>): Value {
  const { terms } = context.program;
  const subject = elaborate(context, expression.subject);
  if (subject.kind !== "enum") {
    if (subject.kind !== "poison")
      report(context, "E0409", expression.subject.span, { what: "What `match` looks at", wanted: "an enum", value: describe(subject) });
    return POISON;
  }
  const { members, name } = subject.type;
  const patterns = expression.arms.map((arm) => arm.pattern.text);
  for (const { pattern } of expression.arms) if (!members.includes(pattern.text)) reportUnknown(context, pattern, () => members);
  reportRepeated(
    context,
    expression.arms.map((arm) => arm.pattern),
    "in this `match`",
  );
  const missing = members.filter((member) => !patterns.includes(member));
  if (missing.length > 0) {
    report(context, "E0410", expression.span, {
      problem: `This \`match\` leaves out ${missing.map((member) => `\`${name}.${member}\``).join(", ")}.`,
    });
    return POISON;
  }
  const arms = expression.arms.map((arm) => ({
    index: members.indexOf(arm.pattern.text),
    value: elaborate(context, arm.value),
    span: arm.value.span,
  }));
  return (
    arms.reduceRight<Arm | undefined>((rest, arm) => {
      if (rest === undefined) return arm;
      const condition = binary(terms, "eq", subject, constant(terms, arm.index));
      return { value: choose(context, condition, arm, rest), span: arm.span };
    }, undefined)?.value ?? POISON
  );
}
