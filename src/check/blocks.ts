/** The bodies of functions and recursions: `let` and `rec`, one after the other, then a result. */
import type { Block } from "../syntax/ast.ts";
import { bind, type Context, elaborate, report } from "./context.ts";
import { elaborateRecursion } from "./recursion.ts";
import type { Value } from "./values.ts";

/** The value of a block's result. */
export function elaborateBlock(context: Context, block: Block): Value {
  const inner = block.statements.reduce((scope, statement) => {
    const { text, span } = statement.name;
    if (scope.locals.has(text)) report(scope, "E0102", span, { name: text, by: "in this body" });
    const value = statement.kind === "let" ? elaborate(scope, statement.value) : elaborateRecursion(scope, statement);
    return bind(scope, text, value, span);
  }, context);
  return elaborate(inner, block.result);
}
