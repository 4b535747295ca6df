/** `rule level each k in 1..10 { … }`: one rule for each k, which every expression of the rule may read as a whole number. */
import type { Expression, Item } from "../../syntax/ast.ts";
import { bindingOf, type Context, report } from "../context.ts";
import { elaboratePlain } from "../expressions/demands.ts";
import { pointOf, rangeText } from "../terms/range.ts";
import { constant } from "../terms/terms.ts";
import { BARE } from "../types/units.ts";
import { numberValue } from "../types/values.ts";

export type RuleItem = Extract<Item, { kind: "rule" }>;

/** More than any ladder of orders has. */
const MEMBERS_MAX = 200;

/** One rule of the graph: its name, and the context of its clauses. */
export interface Member {
  readonly name: string;
  readonly context: Context;
}

/** An end of the range: a whole number that is known here; undefined with the mistake reported. */
function endOf(context: Context, expression: Expression): number | undefined {
  const what = "An end of `each`";
  const value = elaboratePlain(context, expression, what);
  const end = value && pointOf(value.facts.range);
  if (value === undefined) return undefined;
  if (end !== undefined && Number.isInteger(end) && end >= 0) return end;
  report(context, "E0408", expression.span, {
    what,
    range: "a whole number from 0 on, the same in every run",
    value: rangeText(value.facts.range) || "any number",
  });
  return undefined;
}

/** The rules that one item stands for: itself, or one for each k. None with the mistake reported. */
export function membersOf(context: Context, { name, each }: RuleItem): readonly Member[] {
  if (each === undefined) return [{ name: name.text, context }];
  const [from, to] = [endOf(context, each.range.from), endOf(context, each.range.to)];
  if (from === undefined || to === undefined) return [];
  const count = to - from + 1;
  if (count < 1 || count > MEMBERS_MAX) {
    report(context, "E0408", each.range.span, {
      what: "The number of rules of a family",
      range: `from 1 to ${MEMBERS_MAX}`,
      value: `${Math.max(0, count)}`,
    });
    return [];
  }
  return Array.from({ length: count }, (_, place) => {
    const value = numberValue(constant(context.program.terms, from + place), BARE);
    const locals = new Map(context.locals).set(each.name.text, bindingOf(context, each.name, value));
    return { name: `${name.text}[${from + place}]`, context: { ...context, locals, inlined: true } };
  });
}
