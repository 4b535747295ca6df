/** Whether the result of a function is what its signature declares. */
import type { Help } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import { type Context, type FunctionDefinition, report, textAt } from "../context.ts";
import { reportMismatch } from "../messages/mismatch.ts";
import { isWithin, type Range, rangeDemand, rangeText } from "../terms/range.ts";
import type { DeclaredType } from "../types/signatures.ts";
import { joinUnits, unitText } from "../types/units.ts";
import { describe, type Value } from "../types/values.ts";
import { asBool, asNumber, isPresent } from "./demands.ts";
import { isFixed, kindText } from "./fitting.ts";

/** Where a result stands, what it is called, and how its type becomes a series. */
export interface ResultPlace {
  readonly span: Span;
  readonly what: string;
  readonly series: readonly Help[];
}

/** What to write for a result that is declared fixed and is not. */
export function seriesHelp({ result }: FunctionDefinition["item"]): readonly Help[] {
  if (result.kind !== "scalar" || result.series) return [];
  const begin = { source: result.span.source, start: result.span.start, end: result.span.start };
  return [{ text: "declare a result that changes from bar to bar as a `series`", edits: [{ span: begin, text: "series " }] }];
}

/** Reports where the result of a function is not what its signature declares. */
export function checkResult(context: Context, type: DeclaredType, value: Value, place: ResultPlace): void {
  const { span, what, series } = place;
  if (value.kind === "poison" || type.kind === "poison") return;
  if (type.kind === "record" && value.kind === "record") {
    for (const [name, field] of type.fields) {
      const given = value.fields.get(name);
      if (given === undefined) report(context, "E0409", span, { what, wanted: `a record with \`${name}\``, value: describe(value) });
      else checkResult(context, field, given, { span, what: `\`${name}\` of ${what.charAt(0).toLowerCase()}${what.slice(1)}`, series: [] });
    }
    return;
  }
  if (type.kind === "number" && (value.kind === "number" || value.kind === "none")) checkNumber(context, type, value, place);
  else if (type.kind === "bool" && (value.kind === "bool" || value.kind === "none")) {
    const bool = asBool(context, value, span, what);
    if (bool !== undefined && !type.series) isFixed(context, bool, span, what, series);
    if (bool !== undefined && !type.optional) isPresent(context, bool, span, what, false);
  } else if (type.kind !== "enum" || value.kind !== "enum" || type.type.name !== value.type.name)
    report(context, "E0409", span, { what, wanted: kindText(type), value: describe(value) });
}

function checkNumber(context: Context, type: Extract<DeclaredType, { kind: "number" }>, value: Value, place: ResultPlace): void {
  const { span, what, series } = place;
  const number = asNumber(context, value, span, what);
  if (number === undefined) return;
  if (joinUnits(type.unit, number.unit) === undefined) {
    reportMismatch(context, span, { operation: `${what} is declared ${unitText(type.unit)}`, left: type.unit, right: number.unit });
    return;
  }
  if (!type.series) isFixed(context, number, span, what, series);
  if (!type.optional) isPresent(context, number, span, what, false);
  if (isWithin(number.facts.range, type.range)) return;
  const facts = { what, range: rangeDemand(type.range), value: rangeText(number.facts.range) || "any number" };
  report(context, "E0408", span, facts, { help: clampHelp(context, type.range, span) });
}

/** `x` → `clamp(x, 0, 100)`, where the range has both ends. */
function clampHelp(context: Context, { low, high, integer }: Range, span: Span) {
  if (low === -Infinity || high === Infinity || integer) return [];
  const text = `clamp(${textAt(context, span)}, ${low}, ${high})`;
  return [{ text: `if it is so for a reason that intervals cannot see: \`clamp(…, ${low}, ${high})\``, edits: [{ span, text }] }];
}
