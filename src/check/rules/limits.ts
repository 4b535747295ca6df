/** What limits and rules say together: every order has a limit, and some order can pass it. */
import type { Limit, RiskLimit, Rule } from "../../graph/nodes.ts";
import type { Item } from "../../syntax/ast.ts";
import { type Context, type Program, report } from "../context.ts";
import { type CheckedRisk, measuresNamed } from "../declarations/risk.ts";
import { equity } from "../terms/operations.ts";
import { factsOf, nodeOf, type TermId } from "../terms/terms.ts";
import type { CheckedRule } from "./rules.ts";

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
function partOfEquity(program: Program, amount: TermId): number | undefined {
  const { terms } = program;
  const isEquity = (id: TermId): boolean => {
    const node = nodeOf(terms, id);
    return id === equity(program).term || (node.op === "account" && node.field === "cash");
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

/** The least that a size can be beside what limits it, both of equity or both in money, and how to say either. */
interface Comparison {
  readonly least: number;
  readonly limit: number;
  readonly text: (value: number) => string;
}

function compared(program: Program, amount: TermId, limit: Limit): Comparison | undefined {
  if (limit.kind === "constant")
    return {
      least: factsOf(program.terms, amount).range.low,
      limit: Number(limit.value),
      text: (value) => `${Number(value.toFixed(2))}usd`,
    };
  if (limit.kind === "rate") return undefined;
  const part = partOfEquity(program, amount);
  return part === undefined ? undefined : { least: part, limit: Number(limit.ratio), text: (value) => `${percent(value)} of ${limit.of}` };
}

/** What an order's value is held against: the declared limits, and what the account can buy. */
function valueLimits(limits: readonly RiskLimit[]): readonly Limit[] {
  const declared = limits.filter(({ measure }) => measure === "order_value" || measure === "position_value").map(({ limit }) => limit);
  return [...declared, { kind: "ratio", ratio: "1", of: "equity" }];
}

/**
 * Reports a size by value, not trimmed, that is above a limit; and one that is above it at its worst price, the reference and the collar
 * (semantics 4.2): it passes only where rounding to whole shares leaves as much.
 */
function checkPassable(context: Context, { rule, sizeSpan }: CheckedRule, limits: readonly Limit[], collar: string): void {
  if (rule.kind === "exit" || rule.kind === "legs" || rule.size.kind !== "value" || rule.size.trim || sizeSpan === undefined) return;
  const help = [{ text: "take what the limit leaves", edits: [trimEdit(sizeSpan)] }];
  for (const limit of limits) {
    const found = compared(context.program, rule.size.amount, limit);
    if (found === undefined) continue;
    const [size, most] = [found.text(found.least), found.text(found.limit)];
    const worst = found.least * (isLimited(rule) ? 1 : 1 + Number(collar));
    if (found.least > found.limit) report(context, "E0602", sizeSpan, { size, limit: most }, { help });
    else if (worst > found.limit)
      report(context, "W0602", sizeSpan, { size, limit: most, worst: found.text(worst), collar: percent(Number(collar)) }, { help });
    else continue;
    return;
  }
}

function trimEdit(span: { readonly source: string; readonly end: number }) {
  return { span: { source: span.source, start: span.end, end: span.end }, text: " trim" };
}

/** Whether an entry buys at its limit at worst. */
function isLimited(rule: Rule): boolean {
  return rule.kind === "enter" && rule.side === "long" && (rule.order.type === "limit" || rule.order.type === "stop_limit");
}

/** Checks rules against limits. */
export function checkLimits(context: Context, items: readonly Item[], rules: readonly CheckedRule[], risk: CheckedRisk): void {
  checkDeclared(context, items);
  const limits = valueLimits(risk.limits);
  for (const rule of rules) checkPassable(context, rule, limits, risk.collar);
}
