/** Replacements that an editor can apply where a literal has not the unit of its place: `100` beside a price becomes `100usd/share`. */
import type { Help } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import { type Context, textAt } from "../context.ts";
import { namesValue } from "../names/values.ts";
import { type Unit, unitText } from "../types/units.ts";

/** A number as written, perhaps after a minus, with its suffix. */
const LITERAL = /^(?<number>-?\s*[\d_]+(?:\.[\d_]+)?)(?<suffix>[a-z]+(?:\/[a-z]+)?|%)?$/;

const BY_UNIT: ReadonlyMap<string, (number: string, isShareTaken: boolean) => string> = new Map([
  ["usd/share", (number, isShareTaken) => (isShareTaken ? `${number}usd / 1share` : `${number}usd/share`)],
  ["usd", (number) => `${number}usd`],
  ["share", (number) => `${number}shares`],
  ["bars", (number) => `${number}bars`],
  ["duration", (number) => `${number}m`],
]);

/** The suffixes that say nothing else than the place does, or a part of it. */
const FITTING: ReadonlyMap<string, readonly string[]> = new Map([
  ["usd/share", ["usd"]],
  ["number", ["bar", "bars", "%", "usd", "share", "shares"]],
]);

export function replacement(span: Span, text: string): Help {
  return { text: `write \`${text}\``, edits: [{ span, text }] };
}

/** The literal at `span` with the unit that its place wants; nothing where it is no literal, or one of something else. */
export function literalHelp(context: Context, span: Span, wanted: Unit): readonly Help[] {
  const { number, suffix } = LITERAL.exec(textAt(context, span))?.groups ?? {};
  if (number === undefined) return [];
  const unit = unitText(wanted);
  if (suffix !== undefined && !FITTING.get(unit)?.includes(suffix)) return [];
  const text = unit === "number" ? number : BY_UNIT.get(unit)?.(number, namesValue(context, "share"));
  return text === undefined ? [] : [{ ...replacement(span, text), certain: unit !== "duration" }];
}
