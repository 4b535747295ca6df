/** What a file itself calls by a name. */
import type { Context, ValueDefinition } from "../context.ts";
import { valueKey } from "./clocks.ts";

/** The value of the file called `name`: this clock's, else another's. */
export function definitionOf({ definitions, program: { header }, clock }: Context, name: string): ValueDefinition | undefined {
  const own = definitions.values.get(valueKey(header, clock, name));
  if (own !== undefined) return own;
  for (const id of header.clocks.keys()) {
    const other = definitions.values.get(valueKey(header, id, name));
    if (other !== undefined) return other;
  }
  return undefined;
}

/** Whether `name` is a value here, a parameter or a local. */
export function namesValue(context: Context, name: string): boolean {
  return context.locals.has(name) || context.definitions.parameters.has(name) || definitionOf(context, name) !== undefined;
}
