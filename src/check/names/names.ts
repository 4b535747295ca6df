/** What a name means where it is read: a local, a value of the file, what the language calls so, a field of a record, a member of an enum. */
import { closest } from "../../diagnostics/closest.ts";
import type { InputField } from "../../market/bars.ts";
import type { Expression, Name } from "../../syntax/ast.ts";
import { type Binding, type Context, elaborate, onEveryTick, type Qualifier, readsPlaceholder, report, textAt } from "../context.ts";
import { input } from "../terms/operations.ts";
import { constant } from "../terms/terms.ts";
import { numberValue, POISON, type Value } from "../types/values.ts";
import { BUILT_IN_VALUES, builtIn, LATER, SESSION_FIELDS } from "./built-in.ts";

/** A local as it may be read here: inside a recursion or reduction the placeholders of an outer one mean something else. */
function readLocal(context: Context, binding: Binding, { span }: Name): Value {
  const { depth } = context;
  const isOuterRecursion = binding.depth.recursions < depth.recursions;
  const outside = isOuterRecursion && readsPlaceholder(context, binding.value, "recursive") ? "recursive" : undefined;
  const outer = binding.depth.reductions < depth.reductions && readsPlaceholder(context, binding.value, "indexed") ? "indexed" : outside;
  if (outer !== undefined) {
    report(context, "E0412", span, { reason: outer });
    return POISON;
  }
  return isOuterRecursion ? onEveryTick(context, binding.value) : binding.value;
}

/** Units as people write them beside a number: `5usd/share` for `5usd / 1share`. */
const UNIT_LITERALS: ReadonlyMap<string, string> = new Map([
  ["usd", "1usd"],
  ["share", "1share"],
  ["shares", "1share"],
]);

/** Every name that an expression may read here. */
function visibleNames(context: Context): readonly string[] {
  const { values, parameters } = context.definitions;
  return [...context.locals.keys(), ...values.keys(), ...parameters.keys(), ...BUILT_IN_VALUES.filter((name) => !LATER.has(name))];
}

/** Reports an unknown name, with the nearest known one as a fix. */
export function reportUnknown(context: Context, { text, span }: Name, known: () => Iterable<string>): void {
  const { budget } = context.program;
  budget.suggestions -= 1;
  const near = UNIT_LITERALS.get(text) ?? (budget.suggestions < 0 ? undefined : closest(text, known()));
  const help = near === undefined ? [] : [{ text: `write \`${near}\``, edits: [{ span, text: near }] }];
  report(context, "E0101", span, { name: text, near }, { help });
}

/** Reports every name that is there already; `by` says as what: "as a parameter". */
export function reportRepeated(context: Pick<Context, "sink">, names: readonly Name[], by: string): void {
  const seen = new Set<string>();
  for (const { text, span } of names) {
    if (seen.has(text)) report(context, "E0102", span, { name: text, by });
    seen.add(text);
  }
}

/** The value of the top level called `name`. */
function topLevel(context: Context, name: Name): Value | undefined {
  const definition = context.definitions.values.get(name.text);
  if (definition === undefined) return context.definitions.parameters.get(name.text);
  if (definition.value === undefined) throw new Error("values are elaborated before what reads them");
  return definition.value;
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
  const value = topLevel(context, name) ?? builtIn(context, name);
  if (value !== undefined) return value;
  const qualifier = context.definitions.qualifiers.get(name.text);
  if (qualifier !== undefined) return bareQualifier(context, name, qualifier);
  const fn = context.definitions.functions.get(name.text);
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

function sessionField(context: Context, field: Name): Value {
  const unit = SESSION_FIELDS.get(field.text);
  if (unit === undefined) return unknownField(context, field, [...SESSION_FIELDS.keys()]);
  return numberValue(input(context.program.terms, `session_${field.text}` as InputField & `session_${string}`, context.clock), unit);
}

function enumMember(context: Context, object: Name, member: Name): Value | undefined {
  const type = context.definitions.enums.get(object.text);
  if (type === undefined) return undefined;
  const index = type.members.indexOf(member.text);
  if (index >= 0) return { kind: "enum", type, ...constant(context.program.terms, index) };
  return unknownField(context, member, type.members);
}

/** Reports a name that no field has: an end or a begin of one (`up` for `upper`) will be that, a slip of one too. */
function unknownField(context: Context, { text, span }: Name, fields: readonly string[]): Value {
  const near = fields.find((field) => field.startsWith(text)) ?? closest(text, fields);
  const help = near === undefined ? [] : [{ text: `write \`${near}\``, edits: [{ span, text: near }] }];
  const problem = `There is no \`${text}\` here, but ${fields.map((field) => `\`${field}\``).join(", ")}.`;
  report(context, "E0410", span, { problem }, { help });
  return POISON;
}

/** `band.lower`, `session.bar`, `side.up`. */
export function elaborateMember(context: Context, expression: Extract<Expression, { kind: "member" }>): Value {
  const { object, name } = expression;
  if (object.kind === "name" && !context.locals.has(object.name.text)) {
    if (object.name.text === "session") return sessionField(context, name);
    const member = enumMember(context, object.name, name);
    if (member !== undefined) return member;
  }
  const value = elaborate(context, object);
  if (value.kind === "poison") return POISON;
  if (value.kind !== "record") {
    report(context, "E0409", object.span, {
      what: `\`${textAt(context, object.span)}\`, whose \`${name.text}\` is read,`,
      wanted: "a record",
      value: "no record",
    });
    return POISON;
  }
  return value.fields.get(name.text) ?? unknownField(context, name, [...value.fields.keys()]);
}
