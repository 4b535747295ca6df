/** `ahead(x, n)`: what x will be n ticks later. Terms know it as a delay by −n, which no graph admits: lowering delays a whole label until all of it is known. */
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report } from "../context.ts";
import { futureOutside } from "../names/future.ts";
import { delay } from "../terms/operations.ts";
import { constant } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import { numberValue, POISON, type Value, withScalar } from "../types/values.ts";
import { asScalar, hasHistory, isCount, isInReach } from "./demands.ts";

/** The value of x, n ticks after this one; n is a whole number as written. */
export function elaborateAhead(context: Context, call: Extract<Expression, { kind: "call" }>): Value {
  if (!context.isLabel) return futureOutside(context, call.span, "`ahead`");
  const [x, n] = call.arguments;
  const ticks = n === undefined ? undefined : literalOf(n.value);
  if (call.arguments.length !== 2 || x === undefined || n === undefined || ticks === undefined || (x.name ?? n.name) !== undefined) {
    report(context, "E0410", call.span, {
      problem: "`ahead(x, n)` takes a value and how many bars later, a number as written: `ahead(close, 5)`.",
    });
    return POISON;
  }
  const { terms } = context.program;
  const what = "How far `ahead` reads";
  const length = numberValue(constant(terms, ticks.value), ticks.unit);
  if (!isCount(context, length, n.value.span, what, { lowest: 1, indexed: false })) return POISON;
  if (!isInReach(context, length, n.value.span, what)) return POISON;
  const value = asScalar(context, elaborate(context, x.value), x.value.span, "`ahead`");
  if (value === undefined || !hasHistory(context, value, x.value.span)) return POISON;
  return withScalar(value, delay(terms, value.term, constant(terms, -ticks.value).term, 0));
}
