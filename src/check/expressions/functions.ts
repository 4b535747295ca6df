/**
 * Functions are elaborated where they are called, on the terms of the arguments, so a result is known as well as its arguments are. Inside, units are
 * those that the signature declares, variables included: what fits at the definition fits at every call, and a call is checked against the signature.
 * Each function is also elaborated once on nothing but its signature: that is where its own mistakes show.
 */
import { type Diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Binding, type Context, elaborate, type FunctionDefinition, isAffordable, reportExhaustion, textAt } from "../context.ts";
import { reportWhose } from "../names/places.ts";
import { ANY_BOOL, point, type Range, range } from "../terms/range.ts";
import { type Facts, factsOf, intern, plain, type Scalar } from "../terms/terms.ts";
import type { DeclaredParameter, DeclaredType } from "../types/signatures.ts";
import { type Substitution, substitute } from "../types/units.ts";
import { boolValue, numberValue, POISON, scalarsOf, type Value } from "../types/values.ts";
import { bindArguments } from "./arguments.ts";
import { noneScalar } from "./demands.ts";
import { type Fit, fitArgument } from "./fitting.ts";
import { callHelp } from "./qualified.ts";
import { checkResult, type ResultPlace, seriesHelp } from "./results.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** What a parameter is where a call leaves it out: an expression of the function's own file, whose mistakes show at the definition. */
function fitDefault(
  context: Context,
  definition: FunctionDefinition,
  parameter: DeclaredParameter,
  found: Substitution,
  sink: Diagnostic[] = [],
): Fit | undefined {
  if (parameter.default === undefined) return undefined;
  const inside = bodyContext(context, definition, new Map(), sink);
  const what = `The default of \`${parameter.name}\``;
  return fitArgument({ ...inside, locals: new Map() }, parameter.type, parameter.default, what, found);
}

/** The arguments of a call by parameter, with the unit variables they fix; undefined with the mistakes reported. */
function fitArguments(
  context: Context,
  definition: FunctionDefinition,
  call: Call,
): { readonly values: ReadonlyMap<string, Value>; readonly found: Substitution } | undefined {
  const fn = definition.item.name.text;
  const { parameters } = definition.signature;
  const wanted = parameters.map(({ name, default: fallback }) => ({ name, required: fallback === undefined }));
  const bound = bindArguments(context, fn, call.arguments, wanted, call.span);
  if (bound === undefined) return undefined;
  const values = new Map<string, Value>();
  let found: Substitution = new Map();
  for (const parameter of parameters) {
    const expression = bound.get(parameter.name);
    const what = `\`${parameter.name}\` of \`${fn}\``;
    const fit =
      expression === undefined
        ? fitDefault(context, definition, parameter, found)
        : fitArgument(context, parameter.type, expression, what, found);
    if (fit === undefined) continue;
    values.set(parameter.name, fit.value);
    found = fit.found;
  }
  return values.size === parameters.length ? { values, found } : undefined;
}

/** Whether more is known of a value here than everywhere. */
function isRefined(context: Context, value: Value): boolean {
  return scalarsOf(value).some(([, { term, facts }]) => factsOf(context.program.terms, term) !== facts);
}

/** The context of a function's body: its file, its parameters, nothing of the caller. */
function bodyContext(context: Context, definition: FunctionDefinition, values: ReadonlyMap<string, Value>, sink: Diagnostic[]): Context {
  const locals = new Map<string, Binding>();
  for (const { name, span } of definition.signature.parameters)
    locals.set(name, { name, value: values.get(name) ?? POISON, span, clock: context.clock, depth: context.depth });
  return {
    ...context,
    definitions: definition.file,
    sink,
    locals,
    refinements: new Map(),
    nested: [...values.values()].some((value) => isRefined(context, value)),
    recursion: undefined,
    trade: "outside",
    inlined: true,
  };
}

/** The result as its signature declares it: kind, unit, and no wider than declared. */
function declaredResult(context: Context, type: DeclaredType, value: Value, found: Substitution): Value {
  if (type.kind === "record" && value.kind === "record") {
    const fields = [...type.fields].map(([name, field]): [string, Value] => [
      name,
      declaredResult(context, field, value.fields.get(name) ?? POISON, found),
    ]);
    return { kind: "record", fields: new Map(fields) };
  }
  if (type.kind === "number" && value.kind === "number") return numberValue(value, substitute(type.unit, found));
  if (type.kind === "number" && value.kind === "none") return numberValue(noneScalar(context, "number"), substitute(type.unit, found));
  if (type.kind === "bool" && value.kind === "none") return boolValue(noneScalar(context, "bool"));
  return type.kind === value.kind ? value : POISON;
}

/** What tells an argument from others: its terms, and what more is known of them here than everywhere. */
function argumentKey({ program: { terms } }: Context, value: Value): string {
  if (value.kind === "anchor") return JSON.stringify(value.since);
  const keys = scalarsOf(value).map(([, { term, facts }]) => {
    if (facts === factsOf(terms, term)) return String(term);
    const { low, high, nonzero, integer } = facts.range;
    return `${term} ${facts.optional} ${low} ${high} ${nonzero} ${integer}`;
  });
  return keys.join(",");
}

/** The body's value for these arguments, elaborated once for each. */
function applyFunction(context: Context, definition: FunctionDefinition, values: ReadonlyMap<string, Value>) {
  const given = definition.signature.parameters.map(({ name }) => argumentKey(context, values.get(name) ?? POISON)).join(";");
  const key = `${context.clock} ${context.lane} ${given}`;
  const known = definition.calls.get(key);
  if (known !== undefined) return known;
  const sink: Diagnostic[] = [];
  const value = context.elaborateBlock(bodyContext(context, definition, values, sink), definition.item.body);
  const result = { value, diagnostics: sink };
  definition.calls.set(key, result);
  return result;
}

/** Reports a mistake that the body makes of these arguments, here. */
function reportInside(context: Context, call: Call, name: string, first: Diagnostic): void {
  if (first.code === "E0306") reportWhose(context, textAt(context, call.span), POISON, call.span);
  else {
    const ofCall = first.code === "E0305" ? callHelp(context, call, name) : [];
    const help = ofCall.length > 0 ? ofCall : first.help.filter(({ edits }) => edits.length === 0);
    context.sink.push({ ...first, span: call.span, message: `In \`${name}\`: ${first.message}`, labels: [], help });
  }
}

/** A call of a function of the file or the library. */
export function callFunction(context: Context, definition: FunctionDefinition, call: Call): Value {
  const name = definition.item.name.text;
  if (!definition.item.isRead) {
    for (const argument of call.arguments) elaborate(context, argument.value);
    return POISON;
  }
  const fitted = fitArguments(context, definition, call);
  if (fitted === undefined || definition.unusable || !isAffordable(context)) return POISON;
  const own = checkDefinition(context, definition);
  const { value, diagnostics } = applyFunction(context, definition, fitted.values);
  const [first] = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (first !== undefined) {
    if (!hasErrors(own)) reportInside(context, call, name, first);
    return POISON;
  }
  return declaredResult(context, definition.signature.result, value, fitted.found);
}

// ---------------------------------------------------------------- at the definition

/** A parameter of which only the signature is known. */
function abstractArgument(context: Context, definition: FunctionDefinition, { name, type }: DeclaredParameter): Value {
  const make = (kind: "number" | "bool", facts: Facts, series: boolean): Scalar => {
    const node = { op: "abstract", type: kind, optional: facts.optional, name: `${definition.item.name.text}.${name}` } as const;
    return plain(context.program.terms, intern(context.program.terms, node, facts, { stratum: series ? "market" : "run" }));
  };
  switch (type.kind) {
    case "number":
      return numberValue(make("number", { range: type.range, optional: type.optional }, type.series), type.unit);
    case "bool":
      return boolValue(make("bool", { range: ANY_BOOL, optional: type.optional }, type.series));
    case "enum":
      return {
        kind: "enum",
        type: type.type,
        ...make("number", { range: membersRange(type.type.members.length), optional: false }, type.series),
      };
    case "anchor":
      return { kind: "anchor", since: { condition: make("bool", { range: ANY_BOOL, optional: false }, true).term } };
    case "record":
    case "poison":
      return POISON;
  }
}

function membersRange(count: number): Range {
  return count === 1 ? point(0) : range(0, count - 1, { integer: true });
}

/** The mistakes of a function, found by elaborating it on its signature alone, once. */
export function checkDefinition(context: Context, definition: FunctionDefinition): readonly Diagnostic[] {
  if (definition.diagnostics !== undefined) return definition.diagnostics;
  const { signature, item } = definition;
  const sink: Diagnostic[] = [];
  const values = new Map(signature.parameters.map((parameter) => [parameter.name, abstractArgument(context, definition, parameter)]));
  const place = { clock: 0, lane: "symbol", depth: { recursions: 0, reductions: 0 } } as const;
  const inside = { ...bodyContext({ ...context, ...place }, definition, values, sink), inlined: false };
  for (const parameter of signature.parameters) fitDefault(inside, definition, parameter, new Map(), sink);
  const result = context.elaborateBlock(inside, item.body);
  reportExhaustion(inside, item.name.span);
  const told: ResultPlace = { span: item.body.result.span, what: `The result of \`${item.name.text}\``, series: seriesHelp(item) };
  checkResult(inside, signature.result, result, told);
  definition.diagnostics = sink;
  return sink;
}
