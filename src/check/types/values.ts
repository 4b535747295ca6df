/** What an expression is while it is checked: a number with its unit, a bool, a record of values … or nothing that can be spoken of. */
import type { Since } from "../terms/operations.ts";
import { rangeText } from "../terms/range.ts";
import type { Scalar } from "../terms/terms.ts";
import { type Unit, unitText } from "./units.ts";

export interface EnumType {
  readonly name: string;
  readonly members: readonly string[];
}

export interface NumberValue extends Scalar {
  readonly kind: "number";
  readonly unit: Unit;
}

export interface BoolValue extends Scalar {
  readonly kind: "bool";
}

interface EnumValue extends Scalar {
  readonly kind: "enum";
  readonly type: EnumType;
}

interface RecordValue {
  readonly kind: "record";
  readonly fields: ReadonlyMap<string, Value>;
}

export type ScalarValue = NumberValue | BoolValue | EnumValue;

export type Value =
  | ScalarValue
  | RecordValue
  /** `since: session`, as an argument. */
  | { readonly kind: "anchor"; readonly since: Since }
  /** The literal `none`, which fits every type. */
  | { readonly kind: "none" }
  /** Already reported: silences whatever reads it. */
  | { readonly kind: "poison" };

export const POISON: Value = { kind: "poison" };

export function numberValue(value: Scalar, unit: Unit): NumberValue {
  return { kind: "number", term: value.term, facts: value.facts, unit };
}

export function boolValue(value: Scalar): BoolValue {
  return { kind: "bool", term: value.term, facts: value.facts };
}

/** The same kind of value, with another term. */
export function withScalar(value: ScalarValue, { term, facts }: Scalar): ScalarValue {
  return { ...value, term, facts };
}

export function isScalar(value: Value): value is ScalarValue {
  return value.kind === "number" || value.kind === "bool" || value.kind === "enum";
}

/** Whether something in a value has been reported already. */
export function isPoisoned(value: Value): boolean {
  return value.kind === "poison" || (value.kind === "record" && [...value.fields.values()].some(isPoisoned));
}

/** Applies `map` to every scalar in a value. */
export function mapScalars(value: Value, map: (scalar: ScalarValue) => Value): Value {
  if (isScalar(value)) return map(value);
  if (value.kind !== "record") return value;
  return { kind: "record", fields: new Map([...value.fields].map(([name, field]) => [name, mapScalars(field, map)])) };
}

/** Every scalar in a value, with its path: "" for the value itself, "line" for a field. */
export function scalarsOf(value: Value, path = ""): readonly (readonly [string, ScalarValue])[] {
  if (isScalar(value)) return [[path, value]];
  if (value.kind !== "record") return [];
  return [...value.fields].flatMap(([name, field]) => scalarsOf(field, path === "" ? name : `${path}.${name}`));
}

/** The unit as the names of a graph give it. */
export function valueUnit(value: ScalarValue): string {
  return value.kind === "number" ? unitText(value.unit) : value.kind === "enum" ? value.type.name : "bool";
}

/** What a label says a value is: "usd/share", "number 0..100", "bool, may be none". */
export function describe(value: Value): string {
  switch (value.kind) {
    case "number": {
      const known = value.unit.kind === "dimension" ? "" : rangeText(value.facts.range);
      return `${unitText(value.unit)}${known === "" ? "" : ` ${known}`}${value.facts.optional ? ", may be none" : ""}`;
    }
    case "bool":
      return value.facts.optional ? "bool, may be none" : "bool";
    case "enum":
      return value.type.name;
    case "record":
      return `record { ${[...value.fields.keys()].join(", ")} }`;
    case "anchor":
      return "anchor";
    case "none":
      return "none";
    case "poison":
      return "";
  }
}
