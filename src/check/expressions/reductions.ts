/** Index reductions: `sum(i in 0..n - 1: (n - i) * x[i])`. */
import type { ReduceFunction } from "../../graph/nodes.ts";
import type { Expression } from "../../syntax/ast.ts";
import { bindingOf, type Context, elaborate, report } from "../context.ts";
import { index, reduce } from "../terms/operations.ts";
import { rangeText } from "../terms/range.ts";
import { termOf } from "../terms/terms.ts";
import { BARE } from "../types/units.ts";
import { describe, numberValue, POISON, type ScalarValue, type Value } from "../types/values.ts";
import { asScalar, elaborateCount, isInReach } from "./demands.ts";

const REDUCTIONS: readonly string[] = ["sum", "mean", "min", "max", "count"];

function isReduction(name: string): name is ReduceFunction {
  return REDUCTIONS.includes(name);
}

function bodyOf(context: Context, fn: ReduceFunction, expression: Expression): ScalarValue | undefined {
  const body = asScalar(context, elaborate(context, expression), expression.span, `A term of \`${fn}\``);
  const wanted = fn === "count" ? "bool" : "number";
  if (body === undefined || body.kind === wanted) return body;
  const text = wanted === "bool" ? "a condition (true or false)" : "a number";
  report(context, "E0409", expression.span, { what: `A term of \`${fn}\``, wanted: text, value: describe(body) });
  return undefined;
}

export function elaborateReduction(context: Context, expression: Extract<Expression, { kind: "reduce" }>): Value {
  const { terms } = context.program;
  const fn = expression.callee.text;
  if (!isReduction(fn)) {
    report(context, "E0410", expression.callee.span, {
      problem: `\`${fn}\` does not run over an index: ${REDUCTIONS.map((name) => `\`${name}\``).join(", ")} do.`,
    });
    return POISON;
  }
  const limits = { lowest: 0, indexed: false };
  const from = elaborateCount(context, expression.from, "The first index", limits);
  const to = elaborateCount(context, expression.to, "The last index", limits);
  if (from === undefined || to === undefined) return POISON;
  if (to.facts.range.low < from.facts.range.high || to.facts.range.high === Infinity) {
    const range = `${from.facts.range.high} or more, with a known limit`;
    report(context, "E0408", expression.to.span, { what: "The last index", range, value: rangeText(to.facts.range) || "any number" });
    return POISON;
  }
  if (!isInReach(context, to, expression.to.span, "The last index")) return POISON;
  const depth = { ...context.depth, reductions: context.depth.reductions + 1 };
  const loop = numberValue(index(terms, from.facts.range, to.facts.range), BARE);
  const inner: Context = { ...context, depth };
  const inside = { ...inner, locals: new Map(context.locals).set(expression.index.text, bindingOf(inner, expression.index, loop)) };
  const body = bodyOf(inside, fn, expression.body);
  if (body === undefined) return POISON;
  const { recursive, stratum } = termOf(terms, body.term);
  if (recursive || stratum === "account") {
    report(context, "E0412", expression.body.span, { reason: recursive ? "recursive" : "account" });
    return POISON;
  }
  const value = reduce(terms, fn, from.term, to.term, body.term);
  return numberValue(value, body.kind === "number" ? body.unit : BARE);
}
