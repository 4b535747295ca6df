/**
 * `rec y = seed S then T`: what is known of y must hold of the seed and be kept by the step. The step is elaborated with an assumption about its
 * past (first: that of the seed) until the assumption proves itself; a weighted mean of the past and x stays between both.
 */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Block, Expression, RecStatement } from "../../syntax/ast.ts";
import { type Context, elaborate, isAffordable, report } from "../context.ts";
import { reportMismatch } from "../messages/mismatch.ts";
import { memoryOf } from "../terms/affine.ts";
import { blendRange } from "../terms/blend.ts";
import { ANY_BOOL, ANY_NUMBER, blended, hull, isWithin, pointOf, type Range, range, widen } from "../terms/range.ts";
import { type Facts, factsOf, internState, nodeOf, type Scalar, scalar, type Terms } from "../terms/terms.ts";
import { joinUnits, type Unit, unitText } from "../types/units.ts";
import { describe, isPoisoned, isScalar, numberValue, POISON, type ScalarValue, type Value } from "../types/values.ts";
import { elaborateBool, hasHistory, isPresent } from "./demands.ts";

/** The fields of a recursion's value; one without a name where it is no record. */
type Fields = readonly (readonly [string | undefined, ScalarValue])[];

function fieldsOf(value: Value): Fields | undefined {
  if (isScalar(value)) return [[undefined, value]];
  if (value.kind !== "record") return undefined;
  const fields: [string, ScalarValue][] = [];
  for (const [name, field] of value.fields) if (isScalar(field)) fields.push([name, field]);
  return fields.length === value.fields.size ? fields : undefined;
}

function fromFields(fields: Fields): Value {
  const [first] = fields;
  if (first !== undefined && first[0] === undefined) return first[1];
  return { kind: "record", fields: new Map(fields.map(([name, field]) => [name ?? "", field])) };
}

function hasNone(value: Value): boolean {
  return value.kind === "none" || (value.kind === "record" && [...value.fields.values()].some(hasNone));
}

/** A block's fields, each with a history and always there; undefined with the mistakes reported. */
function elaborateFields(context: Context, block: Block, what: string, inStep: boolean): Fields | undefined {
  const value = context.elaborateBlock(context, block);
  const fields = fieldsOf(value);
  if (fields === undefined) {
    const { span } = block.result;
    if (hasNone(value)) report(context, "E0403", span, { what, reason: " (it is none)", value: describe(value) });
    else if (!isPoisoned(value))
      report(context, "E0409", span, { what, wanted: "one value, or a record of values", value: describe(value) });
    return undefined;
  }
  const { span } = block.result;
  const usable = fields.every(([, field]) => hasHistory(context, field, span, inStep) && isPresent(context, field, span, what, true));
  return usable ? fields : undefined;
}

/** What is assumed of one field's past. */
interface Assumption {
  readonly unit: Unit | undefined;
  readonly range: Range;
}

function previousOf(terms: Terms, seed: ScalarValue, field: number, { unit, range }: Assumption): ScalarValue {
  const { type } = nodeOf(terms, seed.term);
  const facts = { range, optional: false };
  const value = scalar(terms, { op: "previous", type, optional: false, state: -1, field }, facts);
  return seed.kind === "number" ? numberValue(value, unit ?? seed.unit) : { ...seed, ...value };
}

interface Step {
  readonly then: Fields;
  readonly reset: Scalar | undefined;
}

/** Elaborates `then` and `reset` under assumptions, reporting into `sink`. */
function elaborateStep(
  context: Context,
  statement: RecStatement,
  seed: Fields,
  assumed: readonly Assumption[],
  sink: Diagnostic[],
): Step | undefined {
  if (!isAffordable(context)) return undefined;
  const { terms } = context.program;
  const previous = fromFields(
    seed.map(([name, field], i) => [name, previousOf(terms, field, i, assumed[i] ?? { unit: undefined, range: field.facts.range })]),
  );
  const depth = { ...context.depth, recursions: context.depth.recursions + 1 };
  const inside: Context = { ...context, sink, depth, refinements: new Map(), recursion: { name: statement.name.text, previous } };
  const then = elaborateFields(inside, statement.then, "The `then` of a recursion", true);
  const reset = statement.reset === undefined ? undefined : elaborateBool(inside, statement.reset, "What a recursion is reset by");
  if (then === undefined || (statement.reset !== undefined && reset === undefined)) return undefined;
  if (reset !== undefined && statement.reset !== undefined && !isUsableReset(inside, reset, statement.reset.span)) return undefined;
  return matchFields(inside, statement.then.result, seed, then) ? { then, reset } : undefined;
}

function isUsableReset(context: Context, reset: ScalarValue, span: Span): boolean {
  return hasHistory(context, reset, span, true) && isPresent(context, reset, span, "What a recursion is reset by", true);
}

/** Whether seed and step are of one form; reports where they are not. */
function matchFields(context: Context, result: Expression, seed: Fields, then: Fields): boolean {
  const byName = new Map(then);
  const fits = seed.length === then.length && seed.every(([name, field]) => byName.get(name)?.kind === field.kind);
  if (!fits)
    report(context, "E0409", result.span, {
      what: "The `then` of a recursion",
      wanted: `what its seed is: ${describe(fromFields(seed))}`,
      value: describe(fromFields(then)),
    });
  return fits;
}

/** `step`'s field of the same name. */
function stepOf(step: Step, name: string | undefined): ScalarValue {
  const field = step.then.find(([other]) => other === name)?.[1];
  if (field === undefined) throw new Error("a recursion's step has the fields of its seed");
  return field;
}

/** After this many attempts nothing is assumed but what a field's kind says. */
const ATTEMPTS_MAX = 3;

/** The step under assumptions that it keeps, with them. */
function settle(
  context: Context,
  statement: RecStatement,
  seed: Fields,
): { readonly step: Step; readonly assumed: readonly Assumption[] } | undefined {
  const { terms } = context.program;
  let assumed: readonly Assumption[] = seed.map(([, field]) => firstAssumption(terms, field));
  for (let attempt = 1; ; attempt += 1) {
    const sink: Diagnostic[] = [];
    const step = elaborateStep(context, statement, seed, assumed, sink);
    const fits = step !== undefined && reportUnits({ ...context, sink }, statement, seed, step);
    const next = fits ? assumed.map((before, i) => nextAssumption(terms, seed[i], step, i, before, attempt)) : assumed;
    if (next.every((assumption, i) => isKept(assumption, assumed[i]))) {
      context.sink.push(...sink);
      return fits ? { step, assumed } : undefined;
    }
    assumed = next;
  }
}

function isKept(next: Assumption, before: Assumption | undefined): boolean {
  if (before === undefined || !isWithin(next.range, before.range)) return false;
  return (
    next.unit === undefined ||
    before.unit === undefined ||
    (next.unit.kind === before.unit.kind && unitText(next.unit) === unitText(before.unit))
  );
}

/** Of a number what holds of its seed; of a bool or an enum what holds of its kind. */
function firstAssumption(terms: Terms, seed: ScalarValue): Assumption {
  switch (seed.kind) {
    case "number":
      return { unit: seed.unit, range: factsOf(terms, seed.term).range };
    case "bool":
      return { unit: undefined, range: ANY_BOOL };
    case "enum":
      return { unit: undefined, range: range(0, seed.type.members.length - 1, { integer: true }) };
  }
}

/** What the step makes of the assumption: the hull of a weighted mean, else the step's own range, in the end nothing at all. */
function nextAssumption(
  terms: Terms,
  field: Fields[number] | undefined,
  step: Step,
  index: number,
  before: Assumption,
  attempt: number,
): Assumption {
  const seed = field?.[1];
  const then = stepOf(step, field?.[0]);
  if (seed?.kind !== "number" || then.kind !== "number") return before;
  const unit = joinUnits(seed.unit, then.unit);
  const seedRange = factsOf(terms, seed.term).range;
  const towards = blendRange(terms, then.term, index);
  if (towards !== undefined) return { unit, range: blended(hull(seedRange, towards)) };
  const reached = hull(seedRange, factsOf(terms, then.term).range);
  if (isWithin(reached, before.range)) return { unit, range: before.range };
  return { unit, range: attempt < ATTEMPTS_MAX ? widen(before.range, reached) : ANY_NUMBER };
}

function reportUnits(context: Context, statement: RecStatement, seed: Fields, step: Step): boolean {
  return seed.every(([name, field]) => {
    const then = stepOf(step, name);
    if (field.kind !== "number" || then.kind !== "number" || joinUnits(field.unit, then.unit) !== undefined) return true;
    const facts = { operation: "Seed and `then` of a recursion", left: field.unit, right: then.unit };
    const labels = [{ span: statement.seed?.result.span ?? statement.name.span, text: describe(field) }];
    reportMismatch(context, statement.then.result.span, facts, { labels });
    return false;
  });
}

/** The declared settling as a term: whole bars. */
function settlesIn(context: Context, statement: RecStatement): number | null | undefined {
  if (statement.settles === undefined) return null;
  const value = elaborate(context, statement.settles);
  if (value.kind === "poison") return undefined;
  const bars = value.kind === "number" ? pointOf(value.facts.range) : undefined;
  const isBars = value.kind === "number" && (value.unit.kind !== "dimension" || unitText(value.unit) === "bars");
  if (value.kind === "number" && isBars && bars !== undefined && Number.isInteger(bars) && bars > 0) return value.term;
  report(context, "E0409", statement.settles.span, {
    what: "How long a recursion takes to settle",
    wanted: "a number of bars, `500bars`",
    value: describe(value),
  });
  return undefined;
}

/** `rec y = seed S then T [reset when C] [settles in N]`: y. */
export function elaborateRecursion(context: Context, statement: RecStatement): Value {
  if (statement.seed === undefined) {
    report(context, "E0205", statement.name.span, { name: statement.name.text });
    return POISON;
  }
  const everywhere: Context = { ...context, refinements: new Map() };
  const seed = elaborateFields(everywhere, statement.seed, "The seed of a recursion", false);
  const settles = settlesIn(everywhere, statement);
  if (seed === undefined || settles === undefined) return POISON;
  const settled = settle(everywhere, statement, seed);
  if (settled === undefined) return POISON;
  return stateValue(context, statement, seed, settled, settles);
}

function stateValue(
  context: Context,
  statement: RecStatement,
  seed: Fields,
  { step, assumed }: { readonly step: Step; readonly assumed: readonly Assumption[] },
  settles: number | null,
): Value {
  const { terms, recursionSpans } = context.program;
  const fields = seed.map(([name, field]) => ({ seed: field.term, then: stepOf(step, name).term }));
  const isBounded = settles !== null || (step.reset !== undefined && pointOf(step.reset.facts.range) !== 0);
  const memory = memoryOf(
    terms,
    fields.map((field) => field.then),
  );
  if (memory === "unknown" && !isBounded) report(context, "E0802", statement.then.result.span, { name: statement.name.text });
  const state = internState(terms, {
    fields,
    reset: step.reset?.term ?? null,
    settlesIn: settles,
    neverForgets: memory === "whole" && !isBounded,
  });
  if (!recursionSpans.has(state)) recursionSpans.set(state, { name: statement.name.text, span: statement.name.span });
  return fromFields(seed.map(([name, field], i) => [name, fieldValue(terms, state, field, i, assumed[i])]));
}

function fieldValue(terms: Terms, state: number, seed: ScalarValue, field: number, assumed: Assumption | undefined): ScalarValue {
  const { type } = nodeOf(terms, seed.term);
  const facts: Facts = { range: assumed?.range ?? factsOf(terms, seed.term).range, optional: false };
  const value = scalar(terms, { op: "state", type, optional: false, state, field }, facts);
  return seed.kind === "number" ? numberValue(value, assumed?.unit ?? seed.unit) : { ...seed, ...value };
}

/** `prev(y)`: y on the tick before. */
export function elaboratePrevious(context: Context, name: string, span: Span): Value {
  if (context.recursion?.name === name && !context.locals.has(name)) return context.recursion.previous;
  report(context, "E0204", span, { name });
  return POISON;
}
