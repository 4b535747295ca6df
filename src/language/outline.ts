/** What a file says, by the names under which its graph knows it: definitions and clauses, each on one line. */
import type { Written } from "../backends/drawing/written.ts";
import type { File, Item } from "../syntax/ast.ts";
import { expressionText } from "../syntax/printing/expressions.ts";
import { clauseTexts } from "../syntax/printing/rules.ts";

/** The definitions and rules of a file. */
export function outlineOf({ items }: File): Written {
  const values = items.flatMap((item) =>
    item.kind === "on" ? item.values.flatMap((value) => defined(value, `${item.clock.text}.`)) : defined(item, ""),
  );
  const rules = items.flatMap((item) => (item.kind === "rule" ? [[item.name.text, clauseTexts(item)] as const] : []));
  return { values: new Map(values), rules: new Map(rules) };
}

function defined(item: Item, prefix: string): readonly (readonly [string, string])[] {
  if (item.kind === "value") return [[`${prefix}${item.name.text}`, expressionText(item.value)]];
  return item.kind === "rec" ? [[`${prefix}${item.name.text}`, "a recursion"]] : [];
}
