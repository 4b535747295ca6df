/**
 * How deep trees may be. The parser bounds brackets itself; a chain of operators makes its tree deep without nesting (`a + b + …`), and everything
 * after the parser walks trees by recursion.
 */
import type { Expression, Item } from "../ast.ts";

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
