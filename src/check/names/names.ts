/** What a name means where it is read: a local, a value of the file, what the language calls so. */
import { closest } from "../../diagnostics/closest.ts";
import type { Name } from "../../syntax/ast.ts";
import { type Binding, type Context, functionNamed, onEveryTick, type Qualifier, readsPlaceholder, report } from "../context.ts";
import { POISON, type Value } from "../types/values.ts";
import { BUILT_IN_VALUES, builtIn, SESSION_FIELDS } from "./built-in.ts";
import { foreignName } from "./foreign.ts";
import { futureOutside } from "./future.ts";
import { isOfClock, isOfLane } from "./places.ts";
import { definitionOf } from "./values.ts";

/** A local as it may be read here: inside a recursion or reduction the placeholders of an outer one mean something else. */
function readLocal(context: Context, binding: Binding, { text, span }: Name): Value {
  const { depth } = context;
  const isOuterRecursion = binding.depth.recursions < depth.recursions;
  const outside = isOuterRecursion && readsPlaceholder(context, binding.value, "recursive") ? "recursive" : undefined;
  const outer = binding.depth.reductions < depth.reductions && readsPlaceholder(context, binding.value, "indexed") ? "indexed" : outside;
  if (outer !== undefined) {
    report(context, "E0412", span, { reason: outer });
    return POISON;
  }
  const value = isOuterRecursion ? onEveryTick(context, binding.value) : binding.value;
  const { clock } = binding;
  return isOfClock(context, { span, text, value, clock, isLocal: true }) && isOfLane(context, value, text, span) ? value : POISON;
}

/** Units as people write them apart from a number: `x * usd / share` for `x * 1usd / 1share`. */
const UNIT_LITERALS: ReadonlyMap<string, string> = new Map([
  ["usd", "1usd"],
  ["share", "1share"],
  ["shares", "1share"],
]);

/** Every name that an expression may read here. */
function visibleNames(context: Context): readonly string[] {
  const { values, parameters, qualifiers } = context.definitions;
  const ofFile = [...values].map(([key, { clock, item }]) => (clock === context.clock ? item.name.text : key));
  return [...context.locals.keys(), ...ofFile, ...parameters.keys(), ...qualifiers.keys(), ...BUILT_IN_VALUES];
}

/** Reports an unknown name, with the nearest known one as a fix. */
export function reportUnknown(context: Context, { text, span }: Name, known: () => Iterable<string>): void {
  const { budget } = context.program;
  budget.suggestions -= 1;
  const nearest = UNIT_LITERALS.get(text) ?? (budget.suggestions < 0 ? undefined : closest(text, known()));
  const instead = nearest?.toLowerCase() === text.toLowerCase() ? undefined : foreignName(text);
  const near = instead === undefined ? nearest : undefined;
  const declare = { text: `if it is a symbol, declare it: \`context [${text}]\``, edits: [] };
  const unlike = instead === undefined && /^[A-Z][A-Z0-9]*$/.test(text) ? [declare] : [];
  const help = near === undefined ? unlike : [{ text: `write \`${near}\``, edits: [{ span, text: near }] }];
  const defined = near === undefined ? undefined : context.definitions.spans.get(near);
  const labels = defined === undefined ? [] : [{ span: defined, text: `\`${near}\` is defined here` }];
  report(context, "E0101", span, { name: text, near, instead }, { labels, help });
}

/** Reports every name that is there already; `by` says as what: "as a parameter". */
export function reportRepeated(context: Pick<Context, "sink">, names: readonly Name[], by: string): void {
  const seen = new Set<string>();
  for (const { text, span } of names) {
    if (seen.has(text)) report(context, "E0102", span, { name: text, by });
    seen.add(text);
  }
}

/** The value or parameter of the file called `name`; reports one that lives on another clock. */
function ofFile(context: Context, { text, span }: Name): Value | undefined {
  const definition = definitionOf(context, text);
  if (definition === undefined) return context.definitions.parameters.get(text);
  const { value, clock } = definition;
  if (value === undefined) throw new Error("values are elaborated before what reads them");
  return isOfClock(context, { span, text, value, clock, isLocal: false }) ? value : POISON;
}

/** A clock, a symbol or a group where a value is wanted. */
function bareQualifier(context: Context, { text, span }: Name, { kind }: Qualifier): Value {
  const example = kind === "group" ? `${text}.rank(close)` : `${text}.close`;
  if (kind !== "unusable") report(context, "E0410", span, { problem: `\`${text}\` is a ${kind}, no value by itself: \`${example}\`.` });
  return POISON;
}

export function elaborateName(context: Context, name: Name): Value {
  const local = context.locals.get(name.text);
  if (local !== undefined) return readLocal(context, local, name);
  const value = ofFile(context, name) ?? builtIn(context, name);
  if (value !== undefined) return isOfLane(context, value, name.text, name.span) ? value : POISON;
  if (context.definitions.labels.has(name.text)) return futureOutside(context, name.span, `The label \`${name.text}\``);
  const qualifier = context.definitions.qualifiers.get(name.text);
  if (qualifier !== undefined) return bareQualifier(context, name, qualifier);
  const fn = functionNamed(context.definitions, name.text);
  const members = name.text === "session" ? [...SESSION_FIELDS.keys()] : context.definitions.enums.get(name.text)?.members;
  if (members !== undefined) {
    const read = members.map((member) => `\`${name.text}.${member}\``).join(", ");
    report(context, "E0410", name.span, { problem: `\`${name.text}\` is no value by itself: ${read}.` });
  } else if (fn !== undefined) {
    const example = fn.signature.parameters.map((parameter) => parameter.name).join(", ");
    report(context, "E0410", name.span, { problem: `\`${name.text}\` is a function: call it, \`${name.text}(${example})\`.` });
  } else reportUnknown(context, name, () => visibleNames(context));
  return POISON;
}
