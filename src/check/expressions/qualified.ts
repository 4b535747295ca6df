/** Reads that say where: `day.up`, `day.close[1]`, `day.ema(close, 10)`, `SPY.close`, `SPY.day.vol`, `SPY.atr(14)` (semantics 10.4, 11.3). */
import type { Span } from "../../diagnostics/span.ts";
import type { SymbolId } from "../../graph/nodes.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { clockOf, isSlower } from "../names/clocks.ts";
import { reportFast } from "../names/places.ts";
import { type Qualified, qualifiedOf } from "../names/qualifiers.ts";
import { sample } from "../terms/lanes.ts";
import { isOfTheRun } from "../terms/operations.ts";
import { termOf } from "../terms/terms.ts";
import { mapScalars, POISON, type ScalarValue, type Value, withScalar } from "../types/values.ts";
import { hasHistory } from "./demands.ts";

/** What `expression` reads elsewhere; undefined of one that has no qualifier in front. */
export function qualifiersOf(context: Context, expression: Expression): Qualified | undefined {
  return qualifiedOf(expression, context.definitions.qualifiers, (name) => context.locals.has(name));
}

/** The context of what is evaluated beyond this place: nothing that holds only here and now is known there. */
export function elsewhere(context: Context, where: Partial<Pick<Context, "clock" | "lane">>): Context {
  const nested = context.nested || context.refinements.size > 0;
  return { ...context, ...where, refinements: new Map(), nested, trade: "outside" };
}

/** Whether a value ticks at all, so that it can be read at the ticks of a clock; reports if it does not. */
export function hasTicks(context: Context, value: ScalarValue, span: Span): boolean {
  if (termOf(context.program.terms, value.term).clock !== undefined) return true;
  report(context, "E0410", span, {
    problem: `\`${textAt(context, span)}\` reads nothing that ticks, so it is the same on no clock and on all.`,
  });
  return false;
}

/** `value`, which is of `inner`, as it is seen here. */
function seen(context: Context, inner: Context, value: ScalarValue, symbol: SymbolId | undefined, span: Span): Value {
  const { terms } = context.program;
  const { own, clock } = termOf(terms, value.term);
  const isElsewhere = inner.clock !== context.clock;
  if (isOfTheRun(terms, value.term)) return symbol === undefined || !own ? value : read();
  if (!hasHistory(context, value, span)) return POISON;
  if (symbol === undefined && !isElsewhere) return value;
  if (clock === undefined && !hasTicks(context, value, span)) return POISON;
  return read();

  function read(): Value {
    return withScalar(value, sample(terms, value.term, symbol ?? null, context.clock));
  }
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
  const lane = qualified.symbol === undefined ? context.lane : "symbol";
  const inner = elsewhere(context, { clock: qualified.clock?.id ?? context.clock, lane });
  const value = elaborate(inner, qualified.rest);
  return mapScalars(value, (scalar) => seen(context, inner, scalar, symbol, expression.span));
}

/** Reports a look back over what changes with a slower clock only; `help` as that clock's own history would be written. */
export function changesHere(
  context: Context,
  value: ScalarValue,
  expression: Expression,
  inside: (prefix: string, rest: string) => string,
): boolean {
  const { header, terms } = context.program;
  const { held } = termOf(terms, value.term);
  if (held === undefined) return true;
  const [clock, here, text] = [clockOf(header, held).name, clockOf(header, context.clock).name, textAt(context, expression.span)];
  const prefix = /^(?:\w+\.)?\w+\./.exec(text)?.[0] ?? "";
  const isQualified = !context.inlined && prefix.endsWith(`${clock}.`) && /^[\w.]+(\([^()]*\))?$/.test(text);
  const written = isQualified ? inside(prefix, text.slice(prefix.length)) : undefined;
  const advice = {
    text: `give what it is computed from a name in \`on ${clock} { … }\`, look back there, and read \`${clock}.name\``,
    edits: [],
  };
  const help = written === undefined ? advice : { text: written, edits: [] };
  report(context, "E0305", expression.span, { text, clock, here }, { help: [help] });
  return false;
}
