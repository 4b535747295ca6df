/** Declared types: what `series U in 0..100`, `int in 2..500` and `{ line: series U }` say of parameters and results. */
import type { Span } from "../../diagnostics/span.ts";
import type { Expression, TypeExpression, UnitExpression } from "../../syntax/ast.ts";
import { ANY_NUMBER, type Range, range } from "../terms/range.ts";
import { literalOf } from "./literals.ts";
import {
  ADJUSTED,
  BARE,
  BARS,
  base,
  DURATION,
  divideUnits,
  isUnitVariable,
  multiplyUnits,
  NUMBER,
  powerUnit,
  RATIO,
  SHARE,
  type Unit,
  USD,
  variablesOf,
} from "./units.ts";
import type { EnumType } from "./values.ts";

export type DeclaredType =
  | { readonly kind: "number"; readonly series: boolean; readonly unit: Unit; readonly optional: boolean; readonly range: Range }
  | { readonly kind: "bool"; readonly series: boolean; readonly optional: boolean }
  | { readonly kind: "enum"; readonly series: boolean; readonly type: EnumType }
  | { readonly kind: "anchor" }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, DeclaredType> }
  /** Already reported. */
  | { readonly kind: "poison" };

export interface DeclaredParameter {
  readonly name: string;
  readonly span: Span;
  readonly type: DeclaredType;
  readonly default: Expression | undefined;
}

export interface Signature {
  readonly parameters: readonly DeclaredParameter[];
  readonly result: DeclaredType;
}

/** What goes wrong while a type is read. */
export type Complain = (problem: { readonly kind: "unknown" | "range"; readonly span: Span; readonly text: string }) => void;

const NAMED_UNITS: ReadonlyMap<string, Unit> = new Map([
  ["usd", USD],
  ["share", SHARE],
  ["adjusted", ADJUSTED],
  ["bars", BARS],
  ["duration", DURATION],
  ["ratio", RATIO],
  ["number", NUMBER],
  ["int", BARE],
]);

export const TYPE_NAMES: readonly string[] = [...NAMED_UNITS.keys(), "bool", "anchor"];

function unitOf(expression: UnitExpression, complain: Complain): Unit | undefined {
  switch (expression.kind) {
    case "unitName": {
      const { text, span } = expression.name;
      const unit = NAMED_UNITS.get(text) ?? (isUnitVariable(text) ? base(text) : undefined);
      if (unit === undefined) complain({ kind: "unknown", span, text });
      return unit;
    }
    case "unitPower": {
      const inner = unitOf(expression.base, complain);
      return inner && powerUnit(inner, expression.exponent, 1);
    }
    case "unitProduct": {
      const left = unitOf(expression.left, complain);
      const right = unitOf(expression.right, complain);
      if (left === undefined || right === undefined) return undefined;
      return expression.operator === "*" ? multiplyUnits(left, right) : divideUnits(left, right);
    }
  }
}

function declaredRange(type: Extract<TypeExpression, { kind: "scalar" }>, integer: boolean, complain: Complain): Range {
  if (type.range === undefined) return integer ? range(-Infinity, Infinity, { integer }) : ANY_NUMBER;
  const from = literalOf(type.range.from);
  const to = literalOf(type.range.to);
  if (from !== undefined && to !== undefined && from.value <= to.value) return range(from.value, to.value, { integer });
  complain({ kind: "range", span: type.range.span, text: "" });
  return ANY_NUMBER;
}

/** The type that `expression` declares. */
export function declaredType(expression: TypeExpression, enums: ReadonlyMap<string, EnumType>, complain: Complain): DeclaredType {
  if (expression.kind === "recordType") {
    return {
      kind: "record",
      fields: new Map(expression.fields.map((field) => [field.name.text, declaredType(field.type, enums, complain)])),
    };
  }
  const { series, optional } = expression;
  const name = expression.unit.kind === "unitName" ? expression.unit.name.text : "";
  if (name === "bool") return { kind: "bool", series, optional };
  if (name === "anchor") return { kind: "anchor" };
  const type = enums.get(name);
  if (type !== undefined) return { kind: "enum", series, type };
  const unit = unitOf(expression.unit, complain);
  if (unit === undefined) return { kind: "poison" };
  return { kind: "number", series, unit, optional, range: declaredRange(expression, name === "int", complain) };
}

function variablesIn(type: DeclaredType): readonly string[] {
  if (type.kind === "number") return variablesOf(type.unit);
  return type.kind === "record" ? [...type.fields.values()].flatMap(variablesIn) : [];
}

/** Unit variables of a result that no parameter fixes. */
export function freeVariables({ parameters, result }: Signature): readonly string[] {
  const fixed = new Set(parameters.flatMap(({ type }) => variablesIn(type)));
  return variablesIn(result).filter((name) => !fixed.has(name));
}
