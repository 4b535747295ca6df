/** Several values as one: those of the first clock inside a tick of a slower one, those of a group's symbols at one instant (semantics 10.5, 11.4). */
import type { Span } from "../../diagnostics/span.ts";
import type { AcrossFunction, GatherFunction, GroupId } from "../../graph/nodes.ts";
import type { Expression, Name } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";
import { clockOf, valueKey } from "../names/clocks.ts";
import { isOfLane } from "../names/places.ts";
import { across, gather, member } from "../terms/lanes.ts";
import { isOfTheRun } from "../terms/operations.ts";
import { BARE, NUMBER, RATIO } from "../types/units.ts";
import { boolValue, describe, numberValue, POISON, type ScalarValue, type Value, withScalar } from "../types/values.ts";
import { asScalar, isPresent } from "./demands.ts";
import { elsewhere, isMovable } from "./qualified.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** Whether a value is what `fn` takes: a condition for `count`, a number for all but `first` and `last`; reports if it is not. */
function isTaken(context: Context, value: ScalarValue, expression: Expression, fn: string): boolean {
  const wanted = fn === "count" ? "bool" : "number";
  if (value.kind === wanted || fn === "first" || fn === "last") return true;
  const text = wanted === "bool" ? "a condition (true or false)" : "a number";
  report(context, "E0409", expression.span, { what: `What \`${fn}\` puts together`, wanted: text, value: describe(value) });
  return false;
}

/** Whether what a call puts together is a value of this very clock; then reported. */
function livesHere(context: Context, call: Call, expression: Expression): boolean {
  if (expression.kind !== "name" || context.locals.has(expression.name.text)) return false;
  const { text } = expression.name;
  const { header } = context.program;
  const { values } = context.definitions;
  if (values.has(text) || !values.has(valueKey(header, context.clock, text))) return false;
  const problem = `\`${text}\` has one value in a tick of \`${clockOf(header, context.clock).name}\`, where it lives: there is nothing to put together.`;
  report(context, "E0410", call.span, { problem }, { help: [replacement(call.span, text)] });
  return true;
}

function reportTickless(context: Context, { span }: Expression): Value {
  report(context, "E0410", span, { problem: `\`${textAt(context, span)}\` reads nothing of the market, so it has no ticks.` });
  return POISON;
}

/** `last(E)`, `sum(E)`: E over the first clock's ticks inside one of this. */
export function elaborateGather(context: Context, fn: GatherFunction, call: Call): Value {
  const { terms } = context.program;
  const expression = call.arguments[0]?.value;
  if (expression === undefined) return POISON;
  if (livesHere(context, call, expression)) return POISON;
  const inner = elsewhere(context, { clock: 0 });
  const name = call.callee.kind === "name" ? call.callee.name.text : fn;
  const value = asScalar(inner, elaborate(inner, expression), expression.span, `What \`${name}\` puts together`);
  if (value === undefined || !isTaken(context, value, expression, name) || !isMovable(context, value, expression.span)) return POISON;
  const isOne = fn === "first" || fn === "last";
  if (!isOne && !isPresent(inner, value, expression.span, `\`${name}\``, true)) return POISON;
  if (isOfTheRun(terms, value.term) && fn !== "sum" && fn !== "count") return value;
  if (isOfTheRun(terms, value.term)) return reportTickless(context, expression);
  const result = gather(terms, fn, value.term, context.clock);
  return isOne ? withScalar(value, result) : numberValue(result, value.kind === "number" ? value.unit : BARE);
}

const ACROSS: ReadonlyMap<string, AcrossFunction> = new Map([
  ["rank", "rank"],
  ["percent_rank", "percent_rank"],
  ["sum", "sum"],
  ["mean", "mean"],
  ["max", "highest"],
  ["min", "lowest"],
  ["count", "count"],
]);

/** The group that a name is, where it is one. */
export function groupNamed(context: Context, expression: Expression): { readonly id: GroupId; readonly name: string } | undefined {
  if (expression.kind !== "name" || context.locals.has(expression.name.text)) return undefined;
  const { text } = expression.name;
  const qualifier = context.definitions.qualifiers.get(text);
  return qualifier?.kind === "group" ? { id: qualifier.id, name: text } : undefined;
}

/** `risky.member`: whether this symbol is of the group. */
export function elaborateMembership(
  context: Context,
  group: { readonly id: GroupId; readonly name: string },
  name: Name,
  span: Span,
): Value {
  if (name.text === "member") {
    const value = boolValue(member(context.program.terms, group.id));
    return isOfLane(context, value, `${group.name}.member`, span) ? value : POISON;
  }
  const known = ["member", ...[...ACROSS.keys()].map((fn) => `${fn}(x)`)].map((each) => `\`${group.name}.${each}\``).join(", ");
  report(context, "E0410", name.span, { problem: `A group has ${known}.` });
  return POISON;
}

/** `universe.rank(x)`, `risky.sum(x)`. */
export function elaborateAcross(context: Context, group: { readonly id: GroupId; readonly name: string }, fn: Name, call: Call): Value {
  const { terms, header } = context.program;
  const known = ACROSS.get(fn.text);
  const text = `${group.name}.${fn.text}`;
  if (known === undefined) {
    if (fn.text === "member")
      report(
        context,
        "E0410",
        call.span,
        { problem: `\`${text}\` is a condition, no function.` },
        { help: [replacement(call.span, text)] },
      );
    else elaborateMembership(context, group, fn, call.callee.span);
    return POISON;
  }
  const [argument] = call.arguments;
  if (argument === undefined || call.arguments.length !== 1 || argument.name !== undefined) {
    report(context, "E0410", call.span, { problem: `\`${text}(x)\` takes one value: that of each symbol at this instant.` });
    return POISON;
  }
  const inner = elsewhere(context, { lane: "symbol" });
  const { value: x } = argument;
  const value = asScalar(inner, elaborate(inner, x), x.span, `What \`${text}\` compares`);
  if (value === undefined || !isTaken(context, value, x, fn.text)) return POISON;
  if (!isMovable(context, value, x.span) || !isPresent(inner, value, x.span, `\`${text}\``, true)) return POISON;
  const size = header.groups[group.id]?.symbols.length ?? 0;
  const unit = known === "rank" ? NUMBER : known === "percent_rank" ? RATIO : value.kind === "number" ? value.unit : BARE;
  const result = numberValue(across(terms, known, value.term, group.id, size), unit);
  return isOfLane(context, result, `${text}(…)`, call.span) ? result : POISON;
}
