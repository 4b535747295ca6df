/** What limits and rules say together: every order has a limit, and some order can pass it. */
import type { Limit, RiskLimit } from "../graph/nodes.ts";
import type { Item } from "../syntax/ast.ts";
import { type Context, report } from "./context.ts";
import { equity } from "./operations.ts";
import { measuresNamed } from "./risk.ts";
import type { CheckedRule } from "./rules.ts";
import { factsOf, nodeOf, type TermId, type Terms } from "./terms.ts";

/** What can send an order: the first rule that opens. */
function opensAt(items: readonly Item[]) {
  const clauses = items.flatMap((item) => (item.kind === "rule" ? item.clauses : []));
  return clauses.find((clause) => clause.kind === "enter" || clause.kind === "hold");
}

function checkDeclared(context: Context, items: readonly Item[]): void {
  const opens = opensAt(items);
  if (opens === undefined) return;
  const named = measuresNamed(items);
  const missing = [
    ...(named.has("order_value") ? [] : ["`order_value`"]),
    ...(named.has("day_loss") || named.has("drawdown") ? [] : ["one of `day_loss` and `drawdown`"]),
  ];
  if (missing.length > 0) report(context, "E0601", opens.span, { missing: missing.join(" and ") });
}

/** The least part of equity that a size can be; undefined where it is no part of it. An entry has no position, so cash is equity. */
function partOfEquity(terms: Terms, amount: TermId): number | undefined {
  const isEquity = (id: TermId): boolean => {
    const node = nodeOf(terms, id);
    return id === equity(terms).term || (node.op === "account" && node.field === "cash");
  };
  if (isEquity(amount)) return 1;
  const node = nodeOf(terms, amount);
  if (node.op !== "binary" || node.fn !== "mul") return undefined;
  if (isEquity(node.b)) return factsOf(terms, node.a).range.low;
  return isEquity(node.a) ? factsOf(terms, node.b).range.low : undefined;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(6))}%`;
}

/** Why no order of this size can pass this limit; undefined where some can. */
function obstacle(terms: Terms, amount: TermId, limit: Limit): { readonly size: string; readonly limit: string } | undefined {
  const least = factsOf(terms, amount).range.low;
  if (limit.kind === "constant") {
    if (least <= Number(limit.value)) return undefined;
    return { size: `${least}usd`, limit: `${limit.value}usd` };
  }
  const part = partOfEquity(terms, amount);
  if (part === undefined || part <= Number(limit.ratio)) return undefined;
  return { size: `${percent(part)} of equity`, limit: `${percent(Number(limit.ratio))} of ${limit.of}` };
}

/** Reports an entry by value, not trimmed, that no limit of an order's size lets pass. */
function checkPassable(context: Context, { rule, sizeSpan }: CheckedRule, limits: readonly RiskLimit[]): void {
  if (rule.kind !== "enter" || rule.size.kind !== "value" || rule.size.trim || sizeSpan === undefined) return;
  for (const { measure, limit } of limits) {
    if (measure !== "order_value" && measure !== "position_value") continue;
    const found = obstacle(context.program.terms, rule.size.amount, limit);
    if (found === undefined) continue;
    report(context, "E0602", sizeSpan, found, { help: [{ text: "take what the limit leaves", edits: [trimEdit(sizeSpan)] }] });
    return;
  }
}

function trimEdit(span: { readonly source: string; readonly end: number }) {
  return { span: { source: span.source, start: span.end, end: span.end }, text: " trim" };
}

/** Checks rules against limits. */
export function checkLimits(context: Context, items: readonly Item[], rules: readonly CheckedRule[], limits: readonly RiskLimit[]): void {
  checkDeclared(context, items);
  for (const rule of rules) checkPassable(context, rule, limits);
}
