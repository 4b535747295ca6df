/**
 * The condition of a rule as it is written, part by part: what it joins by `and`, `or` and `not`, the values of the file that it names, and the two
 * sides of what it compares. Every part is a term that the rule reads already, so saying them changes nothing of a program.
 */
import type { Span } from "../../diagnostics/span.ts";
import type { Expression, Item } from "../../syntax/ast.ts";
import { expressionText } from "../../syntax/printing/expressions.ts";
import { type Context, elaborate, textAt } from "../context.ts";
import { definitionOf } from "../names/values.ts";
import type { Range } from "../terms/range.ts";
import type { TermId } from "../terms/terms.ts";
import { isScalar, valueUnit } from "../types/values.ts";
import type { CheckedRule } from "./rules.ts";
import { clausesOf } from "./verbs.ts";

/** A number or an enum that a condition compares, or gives to a function. */
export interface Operand<Id> {
  readonly text: string;
  readonly value: Id;
  readonly unit: string;
  /** What it can be on any row, as far as that is declared or follows; null where nobody knows. */
  readonly range: Pick<Range, "low" | "high"> | null;
}

/** A bool, and what it is made from. */
export interface Part<Id> {
  readonly text: string;
  /** Null where nobody knows how it was written. */
  readonly span: Span | null;
  readonly value: Id;
  /** How its parts make it: `same` of one part is a name and what it stands for. */
  readonly joins: "and" | "or" | "not" | "same";
  readonly parts: readonly Part<Id>[];
  /** The two sides of a comparison, the arguments of a function. */
  readonly operands: readonly Operand<Id>[];
  readonly compares: Comparison | null;
}

export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";

/** The conditions of one rule, which must all hold: the session's entry window, if it has one, and its `when`. */
export type RuleParts<Id> = readonly Part<Id>[];

const COMPARISONS: readonly Comparison[] = ["<", "<=", ">", ">=", "==", "!="];

/** Deeper than anyone writes. */
const DEPTH_MAX = 64;

/** Where a condition stands, and what its rule's `let`s stand for. */
interface Place {
  readonly context: Context;
  readonly lets: ReadonlyMap<string, Expression>;
  readonly depth: number;
}

/** The conditions of a checked rule of a file with these items. */
export function partsOf(rule: CheckedRule, items: readonly Item[]): RuleParts<TermId> {
  const lets = new Map(clausesOf(rule.item, "let").map(({ name, value }) => [name.text, value]));
  const place = { context: { ...rule.context, sink: [] }, lets, depth: 0 };
  const [when] = clausesOf(rule.item, "when");
  const window = windowPart(rule, items);
  const said = when === undefined ? undefined : partOf(place, when.condition);
  return [window, said].filter((part) => part !== undefined);
}

function windowPart({ context, entries, verb }: CheckedRule, items: readonly Item[]): Part<TermId> | undefined {
  const session = items.find((item) => item.kind === "session");
  if (entries === null || verb.kind === "exit" || session?.entries === undefined) return undefined;
  const { span } = session.entries;
  return { text: textAt(context, span).replace(/\s+/g, " "), span, value: entries, joins: "same", parts: [], operands: [], compares: null };
}

/** Undefined of what is no bool. */
function partOf(place: Place, expression: Expression): Part<TermId> | undefined {
  const value = elaborate(place.context, expression);
  if (value.kind !== "bool") return undefined;
  const { joins, parts } = place.depth < DEPTH_MAX ? joined({ ...place, depth: place.depth + 1 }, expression) : LEAF;
  const operands = parts.length > 0 ? [] : operandsOf(place.context, expression);
  const compares = expression.kind === "binary" ? (COMPARISONS.find((one) => one === expression.operator) ?? null) : null;
  return { text: expressionText(expression), span: expression.span, value: value.term, joins, parts, operands, compares };
}

const LEAF: Pick<Part<TermId>, "joins" | "parts"> = { joins: "same", parts: [] };

function joined(place: Place, expression: Expression): Pick<Part<TermId>, "joins" | "parts"> {
  const below = (joins: Part<TermId>["joins"], ...expressions: readonly Expression[]) => ({
    joins,
    parts: expressions.flatMap((one) => partOf(place, one) ?? []),
  });
  if (expression.kind === "unary" && expression.operator === "not") return below("not", expression.operand);
  if (expression.kind === "binary" && expression.operator === "??") return below("same", expression.left);
  if (expression.kind === "binary" && (expression.operator === "and" || expression.operator === "or")) {
    const { operator } = expression;
    return below(operator, ...chain(expression, operator));
  }
  return expression.kind === "name" ? definedAs(place, expression.name.text) : LEAF;
}

/** What a name of the rule or the file stands for, if that is of the same clock. */
function definedAs({ context, lets, depth }: Place, name: string): Pick<Part<TermId>, "joins" | "parts"> {
  const isLocal = context.locals.has(name);
  const definition = isLocal ? undefined : definitionOf(context, name);
  const isValue = definition?.item.kind === "value" && definition.clock === context.clock;
  const written = isLocal ? lets.get(name) : isValue ? definition.item.value : undefined;
  if (written === undefined) return LEAF;
  const inside = isLocal ? { context, lets, depth } : { context: { ...context, locals: new Map() }, lets: new Map(), depth };
  const part = partOf(inside, written);
  return part === undefined ? LEAF : { joins: "same", parts: [part] };
}

/** The operands of one operator, however they are nested: `a and b and c` is three. */
function chain(expression: Expression, operator: "and" | "or"): readonly Expression[] {
  if (expression.kind !== "binary" || expression.operator !== operator) return [expression];
  return [...chain(expression.left, operator), ...chain(expression.right, operator)];
}

function operandsOf(context: Context, expression: Expression): readonly Operand<TermId>[] {
  if (expression.kind === "binary") return [expression.left, expression.right].flatMap((side) => operandOf(context, side));
  return expression.kind === "call" ? expression.arguments.flatMap(({ value }) => operandOf(context, value)) : [];
}

function operandOf(context: Context, expression: Expression): readonly Operand<TermId>[] {
  const value = elaborate(context, expression);
  if (!isScalar(value)) return [];
  const { low, high } = value.facts.range;
  return [{ text: expressionText(expression), value: value.term, unit: valueUnit(value), range: { low, high } }];
}
