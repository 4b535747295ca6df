/** Which argument of a call goes to which parameter: by position first, then by name. */
import { closest } from "../../diagnostics/closest.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Argument, Expression } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";

export interface Wanted {
  readonly name: string;
  readonly required: boolean;
}

/** The arguments by parameter name, or undefined with the mistake reported. */
export function bindArguments(
  context: Context,
  fn: string,
  given: readonly Argument[],
  wanted: readonly Wanted[],
  span: Span,
): ReadonlyMap<string, Expression> | undefined {
  const bound = new Map<string, Expression>();
  const complain = (at: Span, problem: string): undefined => report(context, "E0410", at, { problem }) as undefined;
  const form = (): string => `\`${fn}(${wanted.map((parameter) => parameter.name).join(", ")})\``;
  for (const [position, argument] of given.entries()) {
    const name = argument.name?.text ?? wanted[position]?.name;
    if (name === undefined)
      return complain(
        argument.value.span,
        `${form()} takes ${wanted.length === 0 ? "no arguments" : `at most ${wanted.length}`}; this is one more.`,
      );
    if (!wanted.some((parameter) => parameter.name === name)) {
      const near = closest(
        name,
        wanted.map((parameter) => parameter.name),
      );
      return complain(
        argument.name?.span ?? span,
        `${form()} has no parameter \`${name}\`.${near === undefined ? "" : ` Did you mean \`${near}\`?`}`,
      );
    }
    if (bound.has(name)) return complain(argument.value.span, `${form()} is given \`${name}\` twice.`);
    bound.set(name, argument.value);
  }
  const missing = wanted.filter((parameter) => parameter.required && !bound.has(parameter.name));
  if (missing.length > 0) return complain(span, `${form()} is missing ${missing.map((parameter) => `\`${parameter.name}\``).join(", ")}.`);
  return bound;
}
