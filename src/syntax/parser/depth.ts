/**
 * How deep trees may be. The parser bounds brackets itself; a chain of operators makes its tree deep without nesting (`a + b + …`), and everything
 * after the parser walks trees by recursion.
 */
import type { Block, Expression, Item } from "../ast.ts";

/** Deepest tree of an item, counted in objects and lists. */
export const DEPTH_MAX = 1_000;

/** Whether a tree is deeper than `DEPTH_MAX`. Walks without recursion. */
export function isTooDeep(tree: Item | Expression): boolean {
  const pending: { readonly node: object; readonly depth: number }[] = [{ node: tree, depth: 1 }];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (entry.depth > DEPTH_MAX) return true;
    for (const child of Object.values(entry.node)) {
      if (typeof child === "object" && child !== null) pending.push({ node: child, depth: entry.depth + 1 });
    }
  }
  return false;
}

/** What defines a name for expressions, without what makes it too deep: its readers know that it is there. Undefined for what defines none. */
export function hollow(item: Item): Item | undefined {
  const hole: Expression = { kind: "missing", parts: [], span: { ...item.span, start: item.span.end } };
  const block: Block = { statements: [], result: hole, span: hole.span };
  switch (item.kind) {
    case "value":
    case "label":
      return { ...item, value: hole };
    case "rec":
      return { ...item, seed: block, then: block, reset: undefined, settles: undefined };
    case "param":
      return { ...item, default: hole, range: undefined, step: undefined, overrides: [] };
    case "fn":
      return { ...item, body: block };
    case "strategy":
    case "module":
    case "import":
    case "calendar":
    case "trade":
    case "context":
    case "group":
    case "clock":
    case "require":
    case "on":
    case "enum":
    case "model":
    case "risk":
    case "session":
    case "rule":
    case "simulate":
    case "study":
    case "plot":
    case "test":
      return undefined;
  }
}
