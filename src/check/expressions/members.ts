/** `band.lower`, `session.bar`, `side.up`, `day.trend`: what stands behind a dot. */
import { closest } from "../../diagnostics/closest.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { InputField } from "../../market/bars.ts";
import type { Expression, Name } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { SESSION_FIELDS } from "../names/built-in.ts";
import { isOfLane } from "../names/places.ts";
import { input } from "../terms/operations.ts";
import { constant } from "../terms/terms.ts";
import { numberValue, POISON, type Value } from "../types/values.ts";
import { elaborateQualified, qualifiersOf } from "./qualified.ts";
import { elaborateMembership, groupNamed } from "./together.ts";

function sessionField(context: Context, field: Name, span: Span): Value {
  const unit = SESSION_FIELDS.get(field.text);
  if (unit === undefined) return unknownField(context, field, [...SESSION_FIELDS.keys()]);
  const value = numberValue(input(context.program.terms, `session_${field.text}` as InputField & `session_${string}`, context.clock), unit);
  return isOfLane(context, value, `session.${field.text}`, span) ? value : POISON;
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
  const qualified = qualifiersOf(context, expression);
  if (qualified !== undefined) return elaborateQualified(context, qualified, expression);
  const group = groupNamed(context, object);
  if (group !== undefined) return elaborateMembership(context, group, name, expression.span);
  if (object.kind === "name" && !context.locals.has(object.name.text)) {
    if (object.name.text === "session") return sessionField(context, name, expression.span);
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
