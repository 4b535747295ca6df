/** The bodies of functions and recursions: `let` and `rec`, one after the other, then a result. */
import type { Block } from "../../syntax/ast.ts";
import { bindingOf, type Context, elaborate, report } from "../context.ts";
import type { Value } from "../types/values.ts";
import { elaborateRecursion } from "./recursion.ts";

/** The value of a block's result. */
export function elaborateBlock(context: Context, block: Block): Value {
  if (block.statements.length === 0) return elaborate(context, block.result);
  const locals = new Map(context.locals);
  const inside: Context = { ...context, locals };
  for (const statement of block.statements) {
    const { name } = statement;
    if (locals.has(name.text)) report(inside, "E0102", name.span, { name: name.text, by: "in this body" });
    const value = statement.kind === "let" ? elaborate(inside, statement.value) : elaborateRecursion(inside, statement);
    locals.set(name.text, bindingOf(inside, name, value));
  }
  return elaborate(inside, block.result);
}
