/** The built-in functions of one tick: abs, min, max, clamp, sqrt, exp, log, pow, square, mod, floor. */
import type { Span } from "../../diagnostics/span.ts";
import type { UnaryFunction } from "../../graph/nodes.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import { binary, power, unary } from "../terms/operations.ts";
import { pointOf } from "../terms/range.ts";
import { nodeOf } from "../terms/terms.ts";
import { BARE, multiplyUnits, powerUnit, type Unit } from "../types/units.ts";
import { describe, type NumberValue, numberValue, POISON, type Value } from "../types/values.ts";
import { bindArguments } from "./arguments.ts";
import { commonUnit } from "./arithmetic.ts";
import { elaborateNumber } from "./demands.ts";

type Call = Extract<Expression, { kind: "call" }>;

const POWER_MAX = 64;

const PARAMETERS = {
  abs: ["x"],
  sqrt: ["x"],
  exp: ["x"],
  log: ["x"],
  floor: ["x"],
  square: ["x"],
  pow: ["x", "k"],
  mod: ["a", "b"],
  clamp: ["x", "low", "high"],
} as const;

type Name = keyof typeof PARAMETERS | "min" | "max";

export const MATHEMATICS: readonly string[] = [...Object.keys(PARAMETERS), "min", "max"];

export function isMathematics(name: string): name is Name {
  return MATHEMATICS.includes(name);
}

interface Placed {
  readonly value: NumberValue;
  readonly span: Span;
}

/** The arguments as numbers, in order, or undefined with the mistakes reported. */
function numbers(context: Context, fn: string, expressions: readonly Expression[]): readonly Placed[] | undefined {
  const values = expressions.map((expression) => ({
    value: elaborateNumber(context, expression, `An argument of \`${fn}\``),
    span: expression.span,
  }));
  const placed = values.flatMap(({ value, span }) => (value === undefined ? [] : [{ value, span }]));
  return placed.length === values.length ? placed : undefined;
}

function sameUnit(context: Context, fn: string, values: readonly Placed[]): Unit | undefined {
  const [first, ...rest] = values;
  if (first === undefined) return undefined;
  return rest.reduce<Unit | undefined>((unit, next) => {
    if (unit === undefined) return undefined;
    return commonUnit(context, `The arguments of \`${fn}\``, { value: { ...first.value, unit }, span: first.span }, next);
  }, first.value.unit);
}

/** `min(a, b, …)`: pointwise, from left to right. */
function extreme(context: Context, fn: "min" | "max", call: Call): Value {
  if (call.arguments.length < 2 || call.arguments.some((argument) => argument.name !== undefined)) {
    const other = fn === "min" ? "lowest" : "highest";
    report(context, "E0410", call.span, {
      problem: `\`${fn}(a, b)\` takes two values or more; over the last n bars it is \`${other}(x, n)\`.`,
    });
    return POISON;
  }
  const values = numbers(
    context,
    fn,
    call.arguments.map((argument) => argument.value),
  );
  const unit = values && sameUnit(context, fn, values);
  if (values === undefined || unit === undefined) return POISON;
  const [first, ...rest] = values.map(({ value }) => value);
  if (first === undefined) return POISON;
  return numberValue(
    rest.reduce((result, value) => ({ ...value, ...binary(context.program.terms, fn, result, value) }), first),
    unit,
  );
}

function plainOnly(context: Context, fn: string, { value, span }: Placed): boolean {
  if (value.unit.kind !== "dimension") return true;
  report(context, "E0409", span, { what: `The argument of \`${fn}\``, wanted: "a number without unit", value: describe(value) });
  return false;
}

/** An integer constant becomes repeated multiplication, which keeps units; anything else is a real power of plain numbers. */
function raised(context: Context, base: Placed, exponent: Placed): Value {
  const { terms } = context.program;
  const constant = nodeOf(terms, exponent.value.term).op === "parameter" ? undefined : pointOf(exponent.value.facts.range);
  if (constant !== undefined && Number.isInteger(constant) && Math.abs(constant) <= POWER_MAX)
    return numberValue(power(terms, base.value, constant), powerUnit(base.value.unit, constant, 1));
  if (!plainOnly(context, "pow", base) || !plainOnly(context, "pow", exponent)) return POISON;
  return numberValue(binary(terms, "pow", base.value, exponent.value), base.value.unit);
}

function applied(context: Context, fn: keyof typeof PARAMETERS, values: readonly Placed[]): Value {
  const { terms } = context.program;
  const [x, second, third] = values;
  if (x === undefined) return POISON;
  const one = (name: UnaryFunction, unit: Unit): Value => numberValue(unary(terms, name, x.value), unit);
  switch (fn) {
    case "abs":
    case "floor":
      return one(fn, x.value.unit);
    case "sqrt":
      return one(fn, powerUnit(x.value.unit, 1, 2));
    case "exp":
    case "log":
      return plainOnly(context, fn, x) ? one(fn, x.value.unit.kind === "any" ? BARE : x.value.unit) : POISON;
    case "square":
      return numberValue(binary(terms, "mul", x.value, x.value), multiplyUnits(x.value.unit, x.value.unit));
    case "pow":
      return second === undefined ? POISON : raised(context, x, second);
    case "mod": {
      const unit = sameUnit(context, fn, values);
      return second === undefined || unit === undefined ? POISON : numberValue(binary(terms, "mod", x.value, second.value), unit);
    }
    case "clamp": {
      const unit = sameUnit(context, fn, values);
      if (second === undefined || third === undefined || unit === undefined) return POISON;
      return numberValue(binary(terms, "min", binary(terms, "max", x.value, second.value), third.value), unit);
    }
  }
}

/** A call of one of `MATHEMATICS`. */
export function elaborateMathematics(context: Context, fn: Name, call: Call): Value {
  if (fn === "min" || fn === "max") return extreme(context, fn, call);
  const names: readonly string[] = PARAMETERS[fn];
  const bound = bindArguments(
    context,
    fn,
    call.arguments,
    names.map((name) => ({ name, required: true })),
    call.span,
  );
  if (bound === undefined) return POISON;
  const values = numbers(
    context,
    fn,
    names.flatMap((name) => bound.get(name) ?? []),
  );
  return values === undefined ? POISON : applied(context, fn, values);
}
