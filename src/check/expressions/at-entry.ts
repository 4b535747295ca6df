/** `at_entry(x)`: what x was when a trade was decided. */
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { atEntry } from "../terms/operations.ts";
import { powerOf } from "../types/units.ts";
import { POISON, type Value, withScalar } from "../types/values.ts";
import { asScalar } from "./demands.ts";

/** The value of x on the row of the trade's first decision. x is of the market and the account, not of the trade. */
export function elaborateAtEntry(context: Context, call: Extract<Expression, { kind: "call" }>): Value {
  const [argument] = call.arguments;
  if (call.arguments.length !== 1 || argument === undefined || argument.name !== undefined) {
    report(context, "E0410", call.span, { problem: "`at_entry(x)` takes one value." });
    return POISON;
  }
  if (context.trade === "outside") {
    report(context, "E0413", call.span, { name: "at_entry", where: "what an `enter` says of its orders" });
    return POISON;
  }
  const { value: x } = argument;
  const value = asScalar(context, elaborate({ ...context, trade: "outside" }, x), x.span, "`at_entry`");
  if (value === undefined) return POISON;
  if (value.kind === "number" && powerOf(value.unit, "adjusted") !== 0) {
    report(context, "E0901", x.span, { what: textAt(context, call.span) });
    return POISON;
  }
  const shares = value.kind === "number" ? powerOf(value.unit, "share") : 0;
  return withScalar(value, atEntry(context.program.terms, value.term, shares));
}
