/** The conditions of a rule with what they were at one instant. */
import { timeText } from "../../backends/drawing/words.ts";
import type { Comparison, Part, RuleParts } from "../../check/rules/parts.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Value } from "../../graph/evaluate.ts";
import type { NodeId } from "../../graph/nodes.ts";

/** Undefined where it could not be seen, null for none. */
type Seen = Value | undefined;

export interface Operand {
  readonly text: string;
  readonly value: Seen;
  readonly unit: string;
}

export interface Condition {
  readonly text: string;
  /** Where it is written; null where nobody knows. */
  readonly line: number | null;
  readonly held: boolean | null | undefined;
  /** Its operands with their values, as they stand to each other: "101.23 <= 104.57"; empty where there is nothing to say. */
  readonly values: string;
  readonly joins: Part<NodeId>["joins"];
  readonly parts: readonly Condition[];
  readonly operands: readonly Operand[];
}

/** All nodes whose values the conditions of a rule are told with. */
export function nodesOf(parts: RuleParts<NodeId>): readonly NodeId[] {
  return parts.flatMap(({ value, parts: inner, operands }) => [value, ...nodesOf(inner), ...operands.map((operand) => operand.value)]);
}

export function conditionsOf(
  parts: RuleParts<NodeId>,
  values: ReadonlyMap<NodeId, Value>,
  lineOf: (span: Span) => number,
): readonly Condition[] {
  return parts.map(({ text, span, value, joins, parts: inner, operands, compares }) => {
    const held = values.get(value);
    if (typeof held === "number") throw new Error(`${text} is no condition`);
    const seen = operands.map((operand) => ({ text: operand.text, value: values.get(operand.value), unit: operand.unit }));
    const line = span === null ? null : lineOf(span);
    return {
      text,
      line,
      held,
      values: valuesText(seen, compares, held),
      joins,
      parts: conditionsOf(inner, values, lineOf),
      operands: seen,
    };
  });
}

/** What holds where a comparison does not. */
const OPPOSITES: Readonly<Record<Comparison, Comparison>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==" };

function valuesText(operands: readonly Operand[], compares: Comparison | null, held: Seen): string {
  const [left, right] = operands;
  if (compares === null)
    return operands
      .filter(isTold)
      .map((operand) => `${operand.text} ${valueText(operand)}`)
      .join(", ");
  if (left === undefined || right === undefined) return "";
  const [a, b] = apart(left, right);
  return held === true || held === false ? `${a} ${held ? compares : OPPOSITES[compares]} ${b}` : `${a} and ${b}`;
}

/** What says its own value needs no more words. */
function isTold({ text }: Operand): boolean {
  return !/^-?[\d_.]+\w*%?$/.test(text);
}

/** Two values as short as shows that they differ. */
function apart(a: Operand, b: Operand): readonly [string, string] {
  const [short, other] = [valueText(a), valueText(b)];
  return short === other && a.value !== b.value ? [String(a.value), String(b.value)] : [short, other];
}

/** Numbers with at most eight significant digits, durations as the language writes them. */
function valueText({ value, unit }: Operand): string {
  if (value === undefined) return "?";
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return unit === "duration" ? durationText(value) : String(Number(value.toPrecision(8)));
}

function durationText(microseconds: number): string {
  return microseconds < 0 ? `-${timeText(-microseconds)}` : timeText(microseconds);
}

/** Why a condition is not true, by the part of it that decides, in words; empty where it is true, or nobody knows. */
export function blame({ text, held, values, joins, parts }: Condition): string {
  if (held === true || held === undefined) return "";
  const [first] = parts;
  const failing = parts.find((part) => part.held === false || part.held === null);
  if (joins === "not" && first?.held === true) return `\`${text}\` did not hold: \`${first.text}\` did${within(first.values)}`;
  if ((joins === "and" || joins === "same") && failing !== undefined) return blame(failing);
  if (joins === "or" && held === false) return parts.map(blame).join(" and ");
  return held === false ? `\`${text}\` did not hold${within(values)}` : `\`${text}\` had no value${within(values)}`;
}

function within(values: string): string {
  return values === "" ? "" : ` (${values})`;
}
