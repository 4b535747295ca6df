/** What the tests of the text side share. */

import type { Expression, File } from "../../src/syntax/ast.ts";
import { parse, parseExpression } from "../../src/syntax/parse.ts";

/** A copy without spans: two texts say the same if these are equal. */
export function withoutSpans(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === "span" ? undefined : value === undefined ? null : value)));
}

/** The tree of a text that must have no mistakes. */
export function fileOf(source: string): File {
  const { value, diagnostics } = parse(source, "test");
  if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => `${d.code} ${d.message} at ${d.span.start}`).join("\n"));
  return value!;
}

export function expressionOf(source: string): Expression {
  const { value, diagnostics } = parseExpression(source, "test");
  if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => `${d.code} ${d.message}`).join("\n"));
  return value!;
}

/** An expression with every group in brackets, to show how it was read. */
export function grouped(value: Expression): string {
  switch (value.kind) {
    case "binary":
      return `[${grouped(value.left)} ${value.operator} ${grouped(value.right)}]`;
    case "unary":
      return `[${value.operator} ${grouped(value.operand)}]`;
    case "if":
      return `[if ${grouped(value.condition)} ${grouped(value.then)} ${grouped(value.otherwise)}]`;
    case "member":
      return `${grouped(value.object)}.${value.name.text}`;
    case "call":
      return `${grouped(value.callee)}(${value.arguments.map((a) => grouped(a.value)).join(", ")})`;
    case "offset":
      return `${grouped(value.value)}@${grouped(value.by)}`;
    case "name":
      return value.name.text;
    case "number":
      return `${value.text}${value.suffix ?? ""}`;
    default:
      return value.kind;
  }
}
