/** What a place demands of a value: a number, a bool, something fixed for the run, something that is there. Each reports what is missing. */
import type { Span } from "../../diagnostics/span.ts";
import { operands } from "../../graph/traverse.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { literalHelp } from "../messages/suggestions.ts";
import { isOfTheRun } from "../terms/operations.ts";
import { isThereWith } from "../terms/presence.ts";
import { rangeText } from "../terms/range.ts";
import { factsOf, type nodeOf, type Scalar, scalar, type TermId, type Terms, termOf, unknownFacts } from "../terms/terms.ts";
import { ANY_UNIT, joinUnits, NUMBER } from "../types/units.ts";
import {
  type BoolValue,
  boolValue,
  describe,
  isScalar,
  type NumberValue,
  numberValue,
  type ScalarValue,
  type Value,
} from "../types/values.ts";

/** The term of `none`. */
export function noneScalar(context: Context, type: "number" | "bool"): Scalar {
  return scalar(context.program.terms, { op: "none", type, optional: true }, unknownFacts(type, true));
}

/** `value` as a number, or undefined with the mistake reported; `what` names the place: "A window's length". */
export function asNumber(context: Context, value: Value, span: Span, what: string): NumberValue | undefined {
  if (value.kind === "number") return value;
  if (value.kind === "none") return numberValue(noneScalar(context, "number"), ANY_UNIT);
  if (value.kind !== "poison") report(context, "E0409", span, { what, wanted: "a number", value: describe(value) });
  return undefined;
}

export function asBool(context: Context, value: Value, span: Span, what: string): BoolValue | undefined {
  if (value.kind === "bool") return value;
  if (value.kind === "none") return boolValue(noneScalar(context, "bool"));
  if (value.kind !== "poison") report(context, "E0409", span, { what, wanted: "a condition (true or false)", value: describe(value) });
  return undefined;
}

/** `value` as one number, bool or enum. */
export function asScalar(context: Context, value: Value, span: Span, what: string): ScalarValue | undefined {
  if (isScalar(value)) return value;
  if (value.kind !== "poison") report(context, "E0409", span, { what, wanted: "one value, not several", value: describe(value) });
  return undefined;
}

export function elaborateNumber(context: Context, expression: Expression, what: string): NumberValue | undefined {
  return asNumber(context, elaborate(context, expression), expression.span, what);
}

export function elaborateBool(context: Context, expression: Expression, what: string): BoolValue | undefined {
  return asBool(context, elaborate(context, expression), expression.span, what);
}

/** A number without dimension, as it is on every tick. */
export function elaboratePlain(context: Context, expression: Expression, what: string): NumberValue | undefined {
  const value = elaborateFixed(context, expression, what);
  if (value === undefined || value.unit.kind !== "dimension") return value;
  const help = literalHelp(context, expression.span, NUMBER);
  report(context, "E0409", expression.span, { what, wanted: "a number without unit", value: describe(value) }, { help });
  return undefined;
}

/** What a length or an offset may be. */
export interface CountLimits {
  readonly lowest: number;
  /** Whether it may differ from term to term of a reduction. */
  readonly indexed: boolean;
}

/** Whether `value` is a whole number that is fixed for the run and at least `lowest`; reports if it is not. */
export function isCount(context: Context, value: NumberValue, span: Span, what: string, { lowest, indexed }: CountLimits): boolean {
  const { terms } = context.program;
  const { range } = value.facts;
  if (joinUnits(value.unit, NUMBER) === undefined) {
    report(
      context,
      "E0409",
      span,
      { what, wanted: "a whole number", value: describe(value) },
      { help: literalHelp(context, span, NUMBER) },
    );
    return false;
  }
  if (!isOfTheRun(terms, value.term) && !(indexed && termOf(terms, value.term).stratum === "run")) {
    report(context, "E0411", span, { what, value: "changes from bar to bar" });
    return false;
  }
  if (!isPresent(context, value, span, what, true)) return false;
  if (range.integer && range.low >= lowest) return true;
  report(context, "E0408", span, { what, range: `a whole number, ${lowest} or more`, value: rangeText(range) || "not limited" });
  return false;
}

/** The most rows that a window or an offset may reach back: what it keeps must fit in memory. */
const ROWS_MAX = 1_000_000;

/** Whether a length or an offset reaches no further back than anything may; reports if it does. */
export function isInReach(context: Context, { facts: { range } }: NumberValue, span: Span, what: string): boolean {
  if (range.high <= ROWS_MAX) return true;
  report(context, "E0408", span, { what, range: `at most ${ROWS_MAX}`, value: rangeText(range) || "not limited" });
  return false;
}

/** A number as it is on every tick: what reaches back in time is kept whether an `if` around it holds or not. */
function elaborateFixed(context: Context, expression: Expression, what: string): NumberValue | undefined {
  const value = elaborateNumber(context, expression, what);
  return value && { ...value, facts: factsOf(context.program.terms, value.term) };
}

/** A length: `isCount` of what `expression` is. */
export function elaborateCount(context: Context, expression: Expression, what: string, limits: CountLimits): NumberValue | undefined {
  const value = elaborateFixed(context, expression, what);
  return value !== undefined && isCount(context, value, expression.span, what, limits) ? value : undefined;
}

/** Whether a value may be read as a series by a window, an offset or a recursion; reports why not. With `inStep` it may read the recursion's past. */
export function hasHistory(context: Context, value: ScalarValue, span: Span, inStep = false): boolean {
  const { stratum, recursive, indexed } = termOf(context.program.terms, value.term);
  const reason = stratum === "account" ? "account" : recursive && !inStep ? "recursive" : indexed ? "indexed" : undefined;
  if (reason === undefined) return true;
  report(context, "E0412", span, { reason });
  return false;
}

/** Whether a value exists on every tick (`everywhere`: also where an `if` around this place does not hold); reports if it may not. */
export function isPresent(context: Context, value: ScalarValue, span: Span, what: string, everywhere: boolean): boolean {
  const facts = everywhere ? factsOf(context.program.terms, value.term) : value.facts;
  if (!facts.optional || (!everywhere && isThereWith(context.program.terms, value.term, context.present))) return true;
  const help = defaultHelp(context, span, value.kind === "bool" ? "false" : "0");
  report(context, "E0403", span, { what, reason: absence(context, value), value: describe({ ...value, facts }) }, { help });
  return false;
}

/** `x` → `x ?? 0`; in parentheses where the end would belong to an inner part. */
export function defaultHelp(context: Context, span: Span, fallback: "0" | "false") {
  const at = (offset: number): Span => ({ source: span.source, start: offset, end: offset });
  const isOpen = fallback === "false" || /^(if|not)\b/.test(textAt(context, span));
  const edits = isOpen
    ? [
        { span: at(span.start), text: "(" },
        { span: at(span.end), text: `) ?? ${fallback}` },
      ]
    : [{ span: at(span.end), text: ` ?? ${fallback}` }];
  return [{ text: `take ${fallback} where there is none`, edits }];
}

/** Where a value first may be none: a node all of whose operands are there. */
function absentAt(terms: Terms, { term }: ScalarValue): ReturnType<typeof nodeOf> | undefined {
  const pending = [term];
  const seen = new Set<TermId>();
  for (let id = pending.shift(); id !== undefined; id = pending.shift()) {
    const { node, facts } = termOf(terms, id);
    if (!facts.optional || seen.has(id)) continue;
    seen.add(id);
    const read = node.op === "abstract" ? [] : node.op === "default" ? [node.fallback] : operands(node);
    const absent = read.filter((operand) => factsOf(terms, operand).optional);
    if (absent.length === 0) return node;
    pending.push(...absent);
  }
  return undefined;
}

/** Whether a value may be none because a symbol has no rank. */
export function mayLackRank({ program: { terms } }: Context, value: ScalarValue): boolean {
  const node = absentAt(terms, value);
  return node?.op === "across" && (node.fn === "rank" || node.fn === "percent_rank");
}

/** Why a value may be none: " (its divisor can be 0)". */
export function absence({ program: { terms } }: Context, value: ScalarValue): string {
  const node = absentAt(terms, value);
  if (node?.op === "account") return ` (\`${node.field}\` has none while nothing is held)`;
  if (node?.op === "none") return " (it is none)";
  if (node?.op === "unary") return node.fn === "sqrt" ? " (a root of what can be negative)" : " (a logarithm of what can be 0)";
  if (node?.op === "binary") return " (its divisor can be 0)";
  if (node?.op === "anchored") return " (its window can be empty)";
  if (node?.op !== "across") return "";
  return node.fn === "rank" || node.fn === "percent_rank"
    ? " (a symbol that is not ready has no rank)"
    : " (no symbol of the group may be ready)";
}
