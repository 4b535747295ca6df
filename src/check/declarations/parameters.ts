/** `param fast = 10 in 5..20 step 1`: a value that a run may set. It stays a parameter of the graph, whatever its default. */
import type { Parameter, SymbolId } from "../../graph/nodes.ts";
import type { Expression, Item } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { define } from "../names/definitions.ts";
import { range } from "../terms/range.ts";
import { intern, plain } from "../terms/terms.ts";
import { type Literal, literalOf } from "../types/literals.ts";
import { BARE, joinUnits, type Unit, unitText } from "../types/units.ts";
import { numberValue, POISON } from "../types/values.ts";
import { symbolNamed } from "./header.ts";

type ParameterItem = Extract<Item, { kind: "param" }>;

function literal(context: Context, expression: Expression, what: string): Literal | undefined {
  if (expression.kind === "missing") return undefined;
  const found = literalOf(expression);
  if (found === undefined || !Number.isFinite(found.value))
    report(context, "E0409", expression.span, { what, wanted: "a plain number with its unit", value: "not a literal" });
  return Number.isFinite(found?.value) ? found : undefined;
}

/** The literals of a parameter, in one unit; undefined with the mistakes reported. */
function literalsOf(context: Context, item: ParameterItem): { readonly unit: Unit; readonly values: readonly Literal[] } | undefined {
  const parts: readonly (readonly [Expression, string])[] = [
    [item.default, "The default of a parameter"],
    ...(item.range === undefined
      ? []
      : ([
          [item.range.from, "The lower bound"],
          [item.range.to, "The upper bound"],
        ] as const)),
    ...(item.step === undefined ? [] : ([[item.step, "The step"]] as const)),
    ...item.overrides.map(({ symbol, value }) => [value, `The value for ${symbol.text}`] as const),
  ];
  const values: Literal[] = [];
  let unit: Unit = { kind: "any" };
  for (const [expression, what] of parts) {
    const value = literal(context, expression, what);
    const joined: Unit | undefined = value && joinUnits(unit, value.unit);
    if (value !== undefined && joined === undefined)
      report(context, "E0401", expression.span, { operation: what, left: unitText(unit), right: unitText(value.unit) });
    if (value === undefined || joined === undefined) return undefined;
    values.push(value);
    unit = joined;
  }
  return { unit, values };
}

/** The values for single symbols, in the order of the symbols; mistakes are reported. */
function overridesOf(context: Context, item: ParameterItem): Parameter["overrides"] {
  const found = new Map<SymbolId, number>();
  for (const { symbol: name, value } of item.overrides) {
    const symbol = symbolNamed(context, name);
    if (symbol !== undefined && found.has(symbol)) report(context, "E0102", name.span, { name: name.text, by: `in \`${item.name.text}\`` });
    else if (symbol !== undefined) found.set(symbol, literalOf(value)?.value ?? 0);
  }
  return [...found].map(([symbol, value]) => ({ symbol, value })).sort((a, b) => a.symbol - b.symbol);
}

function parameterOf(context: Context, item: ParameterItem, unit: Unit, values: readonly Literal[]): Parameter {
  const [fallback = 0, ...rest] = values.map((value) => value.value);
  const overrides = overridesOf(context, item);
  const all = [fallback, ...overrides.map((override) => override.value)];
  const [min = 0, max = 0] = item.range === undefined ? [Math.min(...all), Math.max(...all)] : rest;
  const step = item.step === undefined ? null : (literalOf(item.step)?.value ?? null);
  const isInteger = unit.kind === "any" || unit.kind === "bare" ? values.every((value) => Number.isInteger(value.value)) : false;
  return {
    name: item.name.text,
    kind: isInteger ? "int" : "number",
    unit: unitText(unit),
    default: fallback,
    min,
    max,
    step,
    overrides,
  };
}

/** What is wrong with the numbers of a parameter, and where. */
function problemOf(context: Context, item: ParameterItem, { min, max, step, default: value }: Parameter) {
  const name = `\`${item.name.text}\``;
  const span = item.range?.span ?? item.span;
  if (min > max) return { span, problem: `The range of ${name} is empty.` };
  if (value < min || value > max)
    return { span, problem: `The default of ${name}, ${textAt(context, item.default.span)}, lies outside of its range.` };
  const outside = item.overrides.find(
    ({ value: own }) => !((literalOf(own)?.value ?? min) >= min && (literalOf(own)?.value ?? min) <= max),
  );
  if (outside !== undefined)
    return { span: outside.value.span, problem: `The value of ${name} for ${outside.symbol.text} lies outside of its range.` };
  if (step !== null && step <= 0) return { span: item.step?.span ?? span, problem: `The step of ${name} must be above 0.` };
  return undefined;
}

/** Defines the parameter and adds it to the graph's. */
export function checkParameter(context: Context, item: ParameterItem): void {
  const { program, definitions } = context;
  if (!define(context, definitions, item.name)) return;
  const found = literalsOf(context, item);
  if (found === undefined) {
    definitions.parameters.set(item.name.text, POISON);
    return;
  }
  const parameter = parameterOf(context, item, found.unit, found.values);
  const wrong = problemOf(context, item, parameter);
  if (wrong !== undefined) report(context, "E0801", wrong.span, { problem: wrong.problem });
  program.parameters.push(parameter);
  const node = { op: "parameter", type: "number", optional: false, index: program.parameters.length - 1 } as const;
  const known = range(parameter.min, Math.max(parameter.min, parameter.max), { integer: parameter.kind === "int" });
  const term = intern(program.terms, node, { range: known, optional: false }, { own: parameter.overrides.length > 0 });
  definitions.parameters.set(item.name.text, numberValue(plain(program.terms, term), found.unit.kind === "any" ? BARE : found.unit));
}
