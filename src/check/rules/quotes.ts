/** `quote buy { at E size Q post_only replace after 200ms }`: one limit order kept at a price (semantics 12.7). */
import type { QuoteRule } from "../../graph/nodes.ts";
import type { Expression, RuleClause } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import { literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";
import { elaboratePrice } from "./orders.ts";
import { sizeOf } from "./sizes.ts";

/** Least time between two proposals, in microseconds; undefined with the mistake reported. */
function paceOf(context: Context, after: Expression | undefined): number | undefined {
  if (after === undefined) return 0;
  const time = literalOf(after);
  if (time !== undefined && unitText(time.unit) === "duration" && Number.isSafeInteger(time.value) && time.value > 0) return time.value;
  report(context, "E0409", after.span, { what: "The time of `replace after`", wanted: "a duration, `200ms`", value: "no duration" });
  return undefined;
}

/** What a rule with `quote` says beside its condition; undefined with the mistake reported. */
export function checkQuote(
  context: Context,
  { side, at, size, postOnly, replaceAfter }: Extract<RuleClause, { kind: "quote" }>,
): Pick<QuoteRule, "side" | "at" | "size" | "postOnly" | "replaceAfter"> | undefined {
  const ratioOf = side === "buy" ? "bid * (1 -" : "ask * (1 +";
  const price = elaboratePrice(context, at, { what: "The price of `quote`", ratioOf });
  const amount = sizeOf(context, "size", size, false);
  const pace = paceOf(context, replaceAfter);
  if (price === undefined || amount === undefined || pace === undefined) return undefined;
  return { side, at: price.term, size: amount, postOnly, replaceAfter: pace };
}
