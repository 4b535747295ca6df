/** The one layout of a file. */
import { hasErrors, type Outcome } from "../diagnostics/diagnostic.ts";
import { parse } from "../syntax/parse.ts";
import { print } from "../syntax/printer.ts";

/** The text of `source` laid out; undefined where it has mistakes of syntax. `name` is what diagnostics call it. */
export function format(source: string, name: string): Outcome<string> {
  const { value, diagnostics } = parse(source, name);
  return { value: value === undefined || hasErrors(diagnostics) ? undefined : print(value), diagnostics };
}
