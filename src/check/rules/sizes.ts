/** How much: `size 20% * equity`, `risk 0.5% * equity`, `hold 100shares`. */
import type { Size } from "../../graph/nodes.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { elaborateNumber, isPresent } from "../expressions/demands.ts";
import { reportMismatch } from "../messages/mismatch.ts";
import { literalHelp } from "../messages/suggestions.ts";
import { rangeText } from "../terms/range.ts";
import { isAdjustedAgainstTraded, SHARE, type Unit, USD, unitText } from "../types/units.ts";
import { describe } from "../types/values.ts";
import { forgets } from "./forgetting.ts";

const UNITS: Readonly<Record<"size" | "risk" | "hold", string>> = {
  size: "shares or money: `100shares`, `20% * equity`",
  risk: "money that the stop may lose: `0.5% * equity`",
  hold: "shares or money: `100shares`, `20% * equity`",
};

function sizeKind(unit: Unit, verb: "size" | "risk" | "hold"): Size["kind"] | undefined {
  const text = unit.kind === "any" ? "any" : unitText(unit);
  if (verb === "risk") return text === "usd" ? "risk" : undefined;
  if (text === "usd") return "value";
  return text === "share" || (text === "any" && verb === "hold") ? "shares" : undefined;
}

/** How much; undefined with the mistake reported. */
export function sizeOf(context: Context, verb: "size" | "risk" | "hold", expression: Expression, trim: boolean): Size | undefined {
  const what = verb === "hold" ? "A `hold` target" : `\`${verb}\``;
  const amount = elaborateNumber(context, expression, what);
  if (amount === undefined) return undefined;
  const kind = sizeKind(amount.unit, verb);
  if (kind === undefined) {
    const wanted = [USD, SHARE].find((unit) => isAdjustedAgainstTraded(unit, amount.unit));
    if (wanted !== undefined && amount.unit.kind === "dimension")
      reportMismatch(context, expression.span, { operation: `${what} is ${unitText(wanted)}`, left: wanted, right: amount.unit });
    else if (amount.unit.kind === "ratio") reportBareRatio(context, verb, expression);
    else {
      const help = [...(verb === "risk" ? [] : [SHARE]), USD].flatMap((unit) => literalHelp(context, expression.span, unit));
      report(context, "E0409", expression.span, { what, wanted: UNITS[verb], value: describe(amount) }, { help });
    }
    return undefined;
  }
  const { high } = amount.facts.range;
  if (verb !== "hold" && (high <= 0 || (kind === "shares" && high < 1))) {
    const range = kind === "shares" ? "1 share or more (orders are in whole shares)" : "above 0";
    report(context, "E0408", expression.span, { what, range, value: rangeText(amount.facts.range) });
    return undefined;
  }
  if (!isPresent(context, amount, expression.span, what, false) || !forgets(context, amount, expression.span)) return undefined;
  return { kind, amount: amount.term, trim };
}

function reportBareRatio(context: Context, verb: string, { span }: Expression): void {
  const text = textAt(context, span);
  const meaning = verb === "risk" ? "what the stop may lose" : "a part of the account";
  const help = [{ text: `\`${verb} ${text} * equity\`, ${meaning}`, edits: [{ span, text: `${text} * equity` }] }];
  report(context, "E0402", span, { text, verb }, { help });
}
