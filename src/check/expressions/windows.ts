/** History: offsets `x[k]`, windows over the last n bars, windows since an anchor. */

import type { ClockId } from "../../graph/nodes.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";
import { clockOf, isSlower } from "../names/clocks.ts";
import { begins } from "../terms/lanes.ts";
import { anchored, delay, isOfTheRun, type Since, window } from "../terms/operations.ts";
import { isWithin, range, rangeText } from "../terms/range.ts";
import { type factsOf, plain, termOf } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import { BARE, powerUnit } from "../types/units.ts";
import { describe, numberValue, POISON, type ScalarValue, type Value, withScalar } from "../types/values.ts";
import { bindArguments } from "./arguments.ts";
import { asScalar, elaborateBool, elaborateCount, elaboratePlain, hasHistory, isCount, isInReach, isPresent } from "./demands.ts";
import { callHelp, changesHere, elaborateQualified, qualifiersOf } from "./qualified.ts";

type Call = Extract<Expression, { kind: "call" }>;
type Offset = Extract<Expression, { kind: "offset" }>;

/** How far back `expression` reads at most, with its term; undefined with the mistake reported. */
function offsetOf(context: Context, expression: Offset): { readonly term: number; readonly max: number } | undefined {
  const { terms } = context.program;
  const literal = literalOf(expression.by);
  const [value, offset] = [textAt(context, expression.value.span), textAt(context, expression.by.span)];
  if (literal !== undefined && literal.value < 0) {
    const help = [{ text: "read the previous bar", edits: [{ span: expression.by.span, text: "1" }] }];
    report(context, "E0201", expression.by.span, { value, offset: `${-literal.value} ahead` }, { help });
    return undefined;
  }
  const by = elaboratePlain(context, expression.by, "An offset");
  if (by === undefined) return undefined;
  const known = termOf(terms, by.term);
  const max = expression.max === undefined ? undefined : literalOf(expression.max)?.value;
  if (known.stratum !== "run") {
    if (max === undefined) report(context, "E0411", expression.by.span, { what: "An offset", value: "changes from bar to bar" });
    else report(context, "E0901", expression.span, { what: "an offset that changes from bar to bar" });
    return undefined;
  }
  if (max !== undefined && !context.inlined && by.facts.range.high === Infinity) return { term: by.term, max };
  if (by.facts.range.high === Infinity) {
    report(context, "E0202", expression.by.span, { value, offset, what: describe(by) });
    return undefined;
  }
  if (!isCount(context, by, expression.by.span, "An offset", { lowest: 0, indexed: true })) return undefined;
  if (!isInReach(context, by, expression.by.span, "An offset")) return undefined;
  if (max !== undefined && !isWithin(by.facts.range, range(0, max))) {
    report(context, "E0408", expression.by.span, { what: "This offset", range: `in 0..${max}`, value: rangeText(by.facts.range) });
    return undefined;
  }
  return { term: by.term, max: by.facts.range.high };
}

/** `x[k]`: x, k ticks ago. */
export function elaborateOffset(context: Context, expression: Offset): Value {
  const { terms } = context.program;
  const qualified = qualifiersOf(context, expression);
  if (qualified !== undefined && qualified.clock !== undefined) return elaborateQualified(context, qualified, expression);
  const value = elaborate(context, expression.value);
  const by = offsetOf(context, expression);
  const scalar = asScalar(context, value, expression.value.span, "What an offset reads");
  if (scalar === undefined || by === undefined || !hasHistory(context, scalar, expression.value.span)) return POISON;
  if (!changesHere(context, scalar, expression.value, [])) return POISON;
  if (by.max === 0 || isOfTheRun(terms, scalar.term)) return withScalar(scalar, plain(terms, scalar.term));
  return withScalar(scalar, delay(terms, scalar.term, by.term, by.max));
}

export const WINDOWS = ["sum", "mean", "highest", "lowest", "count", "quantile", "variance"] as const;
type WindowName = (typeof WINDOWS)[number];

export function isWindow(name: string): name is WindowName {
  return (WINDOWS as readonly string[]).includes(name);
}

function parametersOf(fn: WindowName): readonly string[] {
  if (fn === "quantile") return ["x", "n", "q"];
  return fn === "variance" ? ["x", "n"] : ["x", "n", "since", "where"];
}

/** `since: day`. */
function clockAnchor(context: Context, expression: Expression, clock: ClockId): Since | undefined {
  const { header, terms } = context.program;
  if (isSlower(header, clock, context.clock)) return { condition: begins(terms, clock, context.clock).term };
  const [text, here] = [textAt(context, expression.span), clockOf(header, context.clock).name];
  report(context, "E0410", expression.span, { problem: `A window on \`${here}\` begins with a slower clock, and \`${text}\` is none.` });
  return undefined;
}

/** What `since:` names: the session, a parameter of type anchor, or a condition. */
export function elaborateAnchor(context: Context, expression: Expression): Since | undefined {
  if (expression.kind === "name") {
    const { text } = expression.name;
    const local = context.locals.get(text)?.value;
    if (local?.kind === "anchor") return local.since;
    if (local === undefined && text === "session") return "session";
    const qualifier = local === undefined ? context.definitions.qualifiers.get(text) : undefined;
    if (qualifier?.kind === "clock") return clockAnchor(context, expression, qualifier.id);
  }
  const condition = elaborateBool(context, expression, "What a window begins with");
  if (condition === undefined || !isReadable(context, condition, expression, "The begin of a window")) return undefined;
  return { condition: condition.term };
}

/** Whether a window may read this value. */
function isReadable(context: Context, value: ScalarValue, expression: Expression, what: string): boolean {
  return hasHistory(context, value, expression.span) && isPresent(context, value, expression.span, what, true);
}

/** What the window collects: bools for `count`, numbers for the rest. */
function elementsOf(context: Context, fn: WindowName, call: Call, expression: Expression): ScalarValue | undefined {
  const value = asScalar(context, elaborate(context, expression), expression.span, `What \`${fn}\` collects`);
  if (value === undefined) return undefined;
  const wanted = fn === "count" ? "bool" : "number";
  if (value.kind !== wanted) {
    const text = wanted === "bool" ? "a condition (true or false)" : "a number";
    report(context, "E0409", expression.span, { what: `What \`${fn}\` collects`, wanted: text, value: describe(value) });
    return undefined;
  }
  const isHere = changesHere(context, value, expression, callHelp(context, call, fn));
  return isHere && isReadable(context, value, expression, `\`${fn}\``) ? value : undefined;
}

/** The window's value as a value: counts are plain, a variance has the square of the unit. */
function collected(
  fn: WindowName,
  elements: ScalarValue,
  result: { readonly term: number; readonly facts: ReturnType<typeof factsOf> },
): Value {
  if (elements.kind !== "number") return numberValue(result, BARE);
  return numberValue(result, fn === "variance" ? powerUnit(elements.unit, 2, 1) : elements.unit);
}

function lengthWindow(
  context: Context,
  fn: WindowName,
  call: Call,
  bound: ReadonlyMap<string, Expression>,
  elements: ScalarValue | undefined,
): Value {
  const lengthExpression = bound.get("n");
  const qExpression = bound.get("q");
  if (lengthExpression === undefined) return POISON;
  const length = elaborateCount(context, lengthExpression, `The length of \`${fn}\``, { lowest: 1, indexed: false });
  const q = qExpression === undefined ? undefined : elaboratePlain(context, qExpression, "The part of a quantile");
  if (length === undefined || elements === undefined || (qExpression !== undefined && q === undefined)) return POISON;
  if (q !== undefined && qExpression !== undefined && !isPresent(context, q, qExpression.span, "The part of a quantile", true))
    return POISON;
  if (length.facts.range.high === Infinity) {
    const value = textAt(context, lengthExpression.span);
    report(context, "E0202", lengthExpression.span, { value: textAt(context, call.span), offset: value, what: "no known limit" });
    return POISON;
  }
  if (!isInReach(context, length, lengthExpression.span, `The length of \`${fn}\``)) return POISON;
  if (q !== undefined && (!isOfTheRun(context.program.terms, q.term) || !isWithin(q.facts.range, range(0, 1)))) {
    report(context, "E0408", qExpression?.span ?? call.span, {
      what: "The part of a quantile",
      range: "in 0..1, and fixed for the run",
      value: describe(q),
    });
    return POISON;
  }
  return collected(fn, elements, window(context.program.terms, fn, elements.term, length.term, q?.term ?? null));
}

function anchoredWindow(
  context: Context,
  fn: WindowName,
  bound: ReadonlyMap<string, Expression>,
  elements: ScalarValue | undefined,
): Value {
  const sinceExpression = bound.get("since");
  const whereExpression = bound.get("where");
  if (sinceExpression === undefined || fn === "variance" || fn === "quantile") return POISON;
  const since = elaborateAnchor(context, sinceExpression);
  const where = whereExpression === undefined ? undefined : elaborateBool(context, whereExpression, "What `where` chooses by");
  const isUsable = whereExpression === undefined || (where !== undefined && isReadable(context, where, whereExpression, "`where`"));
  if (since === undefined || elements === undefined || !isUsable) return POISON;
  return collected(fn, elements, anchored(context.program.terms, fn, elements.term, since, where?.term ?? null));
}

/** Reports `highest(x)` in a slow place, where what is inside one tick is `max(x)`. */
function reportExtreme(context: Context, call: Call, x: Expression, fn: "max" | "min"): Value {
  const written = `${fn}(${textAt(context, x.span)})`;
  const problem = `\`${textAt(context, call.span)}\` needs a length; of the bars inside one tick of \`${clockOf(context.program.header, context.clock).name}\` it is \`${written}\`.`;
  report(context, "E0410", call.span, { problem }, { help: [replacement(call.span, written)] });
  return POISON;
}

/** `mean(x, 20)`, `sum(x, since: session, where: C)`. */
export function elaborateWindow(context: Context, fn: WindowName, call: Call): Value {
  const wanted = parametersOf(fn).map((name) => ({ name, required: name === "x" || name === "q" }));
  const bound = bindArguments(context, fn, call.arguments, wanted, call.span);
  const x = bound?.get("x");
  if (bound === undefined || x === undefined) return POISON;
  const hasLength = bound.has("n");
  const isWhole = !hasLength && !bound.has("since");
  const extreme = fn === "highest" ? "max" : fn === "lowest" ? "min" : undefined;
  if (isWhole && context.clock !== 0 && extreme !== undefined) return reportExtreme(context, call, x, extreme);
  const elements = elementsOf(context, fn, call, x);
  if (isWhole) {
    report(context, "E0208", call.span, { fn, value: textAt(context, x.span) });
    return POISON;
  }
  if (hasLength && (bound.has("since") || bound.has("where"))) {
    report(context, "E0410", call.span, { problem: `\`${fn}\` takes a length or \`since:\` (with \`where:\`), not both.` });
    return POISON;
  }
  return hasLength ? lengthWindow(context, fn, call, bound, elements) : anchoredWindow(context, fn, bound, elements);
}
