/** Reads that say where: `day.up`, `day.close[1]`, `day.ema(close, 10)`, `SPY.close`, `SPY.day.vol`, `SPY.atr(14)` (semantics 10.4, 11.3). */
import type { Help } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { SymbolId } from "../../graph/nodes.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";
import { clockOf, isSlower } from "../names/clocks.ts";
import { isOfLane, reportFast } from "../names/places.ts";
import { type Qualified, qualifiedOf } from "../names/qualifiers.ts";
import { definitionOf } from "../names/values.ts";
import { sample } from "../terms/lanes.ts";
import { isOfTheRun } from "../terms/operations.ts";
import { termOf } from "../terms/terms.ts";
import { mapScalars, POISON, type ScalarValue, type Value, withScalar } from "../types/values.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** What `expression` reads elsewhere; undefined of one that has no qualifier in front. */
export function qualifiersOf(context: Context, expression: Expression): Qualified | undefined {
  return qualifiedOf(expression, context.definitions.qualifiers, (name) => context.locals.has(name));
}

/** The context of what is evaluated beyond this place: nothing that holds only here and now is known there. */
export function elsewhere(context: Context, where: Partial<Pick<Context, "clock" | "lane">>): Context {
  const nested = context.nested || context.refinements.size > 0;
  return { ...context, ...where, refinements: new Map(), nested, trade: "outside" };
}

/** Whether a value may be read beyond the place where it is computed; reports why not. */
export function isMovable(context: Context, value: ScalarValue, span: Span): boolean {
  const { stratum, recursive, indexed } = termOf(context.program.terms, value.term);
  const reason = stratum === "account" ? "elsewhere" : recursive || indexed ? "moved" : undefined;
  if (reason !== undefined) report(context, "E0412", span, { reason });
  return reason === undefined;
}

/** `value`, which is of `inner`, as it is seen here. */
function seen(context: Context, inner: Context, value: ScalarValue, symbol: SymbolId | undefined, span: Span): Value {
  const { terms } = context.program;
  const { own } = termOf(terms, value.term);
  const isSame = isOfTheRun(terms, value.term) ? !own || symbol === undefined : symbol === undefined && inner.clock === context.clock;
  if (isSame) return value;
  if (!isMovable(context, value, span)) return POISON;
  return withScalar(value, sample(terms, value.term, symbol ?? null, inner.clock));
}

/** Whether `hour.trend` reads a value of the file that lives on a slower clock than it says; then reported. */
function livesOnSlower(context: Context, { symbol, clock, rest }: Qualified, expression: Expression): boolean {
  const { header } = context.program;
  if (clock === undefined || rest.kind !== "name") return false;
  const { text } = rest.name;
  const found = definitionOf({ ...context, clock: clock.id }, text);
  if (found === undefined || !isSlower(header, found.clock, clock.id) || !isSlower(header, found.clock, context.clock)) return false;
  const written = `${symbol === undefined ? "" : `${symbol.name.text}.`}${clockOf(header, found.clock).name}.${text}`;
  const problem = `\`${text}\` lives on \`${clockOf(header, found.clock).name}\`, not on \`${clock.name.text}\`.`;
  report(context, "E0410", expression.span, { problem }, { help: [replacement(expression.span, written)] });
  return true;
}

/** Whether the qualifiers are in their order and lead to a slower clock or another symbol; reports why not. */
function isReadable(context: Context, qualified: Qualified, expression: Expression): boolean {
  const { clock, late } = qualified;
  const { header } = context.program;
  if (clock === undefined) return true;
  if (late !== undefined) {
    const [first, second] = [late.text, clock.name.text];
    const span = { source: clock.name.span.source, start: clock.name.span.start, end: late.span.end };
    const help = [{ text: `write \`${first}.${second}\``, edits: [{ span, text: `${first}.${second}` }] }];
    report(context, "E0410", span, { problem: `A symbol stands before the clock: \`${first}.${second}.…\`.` }, { help });
    return false;
  }
  if (livesOnSlower(context, qualified, expression)) return false;
  if (clock.id === context.clock || isSlower(header, clock.id, context.clock)) return true;
  const text = textAt(context, expression.span);
  const rest = clock.id === 0 && text.startsWith(`${clock.name.text}.`) ? text.slice(clock.name.text.length + 1) : text;
  const value = elaborate(elsewhere(context, { clock: clock.id }), qualified.rest);
  if (value.kind !== "poison") reportFast(context, { span: expression.span, text: rest, value, clock: clock.id, isLocal: true });
  return false;
}

/** The value of a qualified read. */
export function elaborateQualified(context: Context, qualified: Qualified, expression: Expression): Value {
  if (qualified.isUnusable || !isReadable(context, qualified, expression)) return POISON;
  const { symbols } = context.program.header;
  const symbol = symbols.length > 1 ? qualified.symbol?.id : undefined;
  const inner = elsewhere(context, { clock: qualified.clock?.id ?? context.clock, lane: "symbol" });
  const { span } = expression;
  const value = mapScalars(elaborate(inner, qualified.rest), (scalar) => seen(context, inner, scalar, symbol, span));
  return isOfLane(context, value, textAt(context, span), span) ? value : POISON;
}

/** `day.` and `SPY.day.` of `day.close` and `SPY.day.close`; undefined where no clock is named. */
function prefixOf(context: Context, expression: Expression): string | undefined {
  const qualified = qualifiersOf(context, expression);
  if (qualified?.clock === undefined) return undefined;
  return qualified.symbol === undefined ? `${qualified.clock.name.text}.` : `${qualified.symbol.name.text}.${qualified.clock.name.text}.`;
}

/** A call whose arguments are read on one slower clock, as that clock's own: `sma(day.close, 3)` → `day.sma(close, 3)`. */
export function callHelp(context: Context, call: Call, fn: string): readonly Help[] {
  const values = call.arguments.map(({ value }) => value);
  const prefix = values.map((value) => prefixOf(context, value)).find((found) => found !== undefined);
  const texts = values.map(({ span }) => textAt(context, span));
  const isWhole = values.every((value, i) => value.kind === "number" || (prefix !== undefined && texts[i]?.startsWith(prefix)));
  if (prefix !== undefined && isWhole && call.arguments.every(({ name }) => name === undefined)) {
    const inside = texts.map((text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text));
    return [replacement(call.span, `${prefix}${fn}(${inside.join(", ")})`)];
  }
  const [a, b] = texts;
  return fn.startsWith("cross_") && texts.length === 2 ? [replacement(call.span, `${fn}(${a} - ${b}, 0)`)] : [];
}

/** Reports a look back over what changes with a slower clock only; `help` says how that clock's own history is written. */
export function changesHere(context: Context, value: ScalarValue, expression: Expression, help: readonly Help[]): boolean {
  const { header, terms } = context.program;
  const { from } = termOf(terms, value.term);
  const [held] = from;
  if (held === undefined || from.includes(context.clock)) return true;
  const [clock, here, text] = [clockOf(header, held).name, clockOf(header, context.clock).name, textAt(context, expression.span)];
  const advice = {
    text: `give what it is computed from a name in \`on ${clock} { … }\`, look back there, and read \`${clock}.name\``,
    edits: [],
  };
  report(context, "E0305", expression.span, { text, clock, here }, { help: help.length === 0 ? [advice] : help });
  return false;
}
