/** What limits and rules say together: every order has a limit, and some order can pass it. */
import type { Span } from "../../diagnostics/span.ts";
import type { Limit, Measure, OrderForm, RiskLimit, Size } from "../../graph/nodes.ts";
import { opensOn } from "../../graph/traverse.ts";
import type { Item } from "../../syntax/ast.ts";
import { type Context, type Program, report } from "../context.ts";
import { type CheckedRisk, measuresNamed } from "../declarations/risk.ts";
import { equity } from "../terms/operations.ts";
import { negate, point, type Range } from "../terms/range.ts";
import { factsOf, nodeOf, type TermId } from "../terms/terms.ts";
import type { CheckedRule } from "./rules.ts";

/** What can send an order: the first rule that opens. */
function opensAt(items: readonly Item[]) {
  const clauses = items.flatMap((item) => (item.kind === "rule" ? item.clauses : []));
  return clauses.find((clause) => ["enter", "hold", "holdLegs", "quote"].includes(clause.kind));
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

/** What a rule orders at once, and where it says how much. */
interface Ordered {
  readonly size: Size;
  readonly span: Span;
  /** Whether it fills at its limit at worst. */
  readonly isLimited: boolean;
  /** Whether it is what will be held: its orders are for what is missing of it, perhaps little. */
  readonly isTarget: boolean;
}

function waitsForLimit({ type }: OrderForm): boolean {
  return type === "limit" || type === "stop_limit";
}

function orderedBy({ rule, verb }: CheckedRule): readonly Ordered[] {
  if (rule.kind === "exit") return [];
  if (rule.kind === "legs") {
    const spans = verb.kind === "holdLegs" ? verb.legs.map(({ size }) => size.span) : [];
    return rule.legs.map(({ size }, index) => ({ size, span: spans[index] ?? verb.span, isLimited: false, isTarget: true }));
  }
  const clause = verb.kind === "enter" ? verb.clauses.find(({ kind }) => kind === "size" || kind === "risk") : undefined;
  const value =
    clause?.kind === "size" || clause?.kind === "risk"
      ? clause.value
      : verb.kind === "hold" || verb.kind === "quote"
        ? verb.size
        : undefined;
  const isLimited =
    rule.kind === "quote" ? rule.side === "buy" : rule.kind === "enter" && rule.side === "long" && waitsForLimit(rule.order);
  return [{ size: rule.size, span: value?.span ?? verb.span, isLimited, isTarget: rule.kind === "hold" }];
}

/** The part of equity that a size is; undefined where it is none. Where one symbol is traded an entry has no position, so cash is equity. */
function partOfEquity(program: Program, amount: TermId): Range | undefined {
  const { terms, header } = program;
  const isAlone = header.symbols.filter(({ trades }) => trades).length < 2;
  const isEquity = (id: TermId): boolean => {
    const node = nodeOf(terms, id);
    return id === equity(terms).term || (isAlone && node.op === "account" && node.field === "cash");
  };
  if (isEquity(amount)) return point(1);
  const node = nodeOf(terms, amount);
  if (node.op === "unary" && node.fn === "neg") {
    const part = partOfEquity(program, node.x);
    return part && negate(part);
  }
  if (node.op !== "binary" || node.fn !== "mul") return undefined;
  if (isEquity(node.b)) return factsOf(terms, node.a).range;
  return isEquity(node.a) ? factsOf(terms, node.b).range : undefined;
}

/** The least distance from 0. */
function leastOf({ low, high }: Range): number {
  return low > 0 ? low : high < 0 ? -high : 0;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(6))}%`;
}

/** The least that sizes come to beside what limits them, both of equity or both in money, and how to say either. */
interface Comparison {
  readonly least: number;
  /** At the worst prices of the orders (semantics 4.2). */
  readonly worst: number;
  readonly limit: number;
  readonly text: (value: number) => string;
}

/** `all` together beside a limit; undefined where they are no part of what it is a part of. */
function compared(program: Program, all: readonly Ordered[], limit: Limit, collar: number): Comparison | undefined {
  if (limit.kind === "rate") return undefined;
  const isMoney = limit.kind === "constant";
  let [least, worst] = [0, 0];
  for (const { size, isLimited } of all) {
    const range = isMoney ? factsOf(program.terms, size.amount).range : partOfEquity(program, size.amount);
    if (size.kind !== "value" || size.trim || range === undefined) continue;
    least += leastOf(range);
    worst += leastOf(range) * (isLimited ? 1 : 1 + collar);
  }
  const text = (value: number) => (limit.kind === "constant" ? `${Number(value.toFixed(2))}usd` : `${percent(value)} of ${limit.of}`);
  return { least, worst, limit: Number(limit.kind === "constant" ? limit.value : limit.ratio), text };
}

/** A limit of a value, whether `trim` lowers what is ordered to it (semantics 4.8), and whether it counts the order alone, without what is held. */
interface ValueLimit {
  readonly limit: Limit;
  readonly trims: boolean;
  readonly isOfOrder: boolean;
}

/** The limits that the value of what is ordered at once must pass, beside what the account can buy. */
function valueLimits(limits: readonly RiskLimit[], measures: readonly Measure[]): readonly ValueLimit[] {
  const declared = limits.filter(({ measure, monitor }) => measures.includes(measure) && monitor === null);
  const named = declared.map(({ measure, limit }) => ({
    limit,
    trims: measure !== "net_exposure",
    isOfOrder: measure === "order_value",
  }));
  return [...named, { limit: { kind: "ratio", ratio: "1", of: "equity" }, trims: true, isOfOrder: false }];
}

/**
 * Reports what is above a limit, not trimmed; and what is above it at its worst price, the reference and the collar: it passes only where rounding
 * to whole shares leaves as much. Whether something was reported.
 */
function isRefused(context: Context, all: readonly Ordered[], limits: readonly ValueLimit[], collar: number, canTrim: boolean): boolean {
  const [{ span } = { span: undefined }] = all.slice(-1);
  if (span === undefined) return false;
  let isReported = false;
  for (const { limit, trims: isTrimmed, isOfOrder } of limits) {
    const trims = canTrim && isTrimmed;
    const help = trims ? [{ text: "take what the limit leaves", edits: [trimEdit(span)] }] : [];
    const found = compared(context.program, all, limit, collar);
    if (found === undefined || found.worst <= found.limit) continue;
    const facts = { size: found.text(found.least), limit: found.text(found.limit), trims };
    const isPart = isOfOrder && all.some(({ isTarget }) => isTarget);
    isReported = true;
    if (isPart && found.least > found.limit) report(context, "W0602", span, { ...facts, worst: undefined }, { help });
    else {
      if (found.least > found.limit) report(context, "E0602", span, facts, { help });
      else report(context, "W0602", span, { ...facts, worst: { size: found.text(found.worst), collar: percent(collar) } }, { help });
      break;
    }
  }
  return isReported;
}

function trimEdit(span: Span) {
  return { span: { source: span.source, start: span.end, end: span.end }, text: " trim" };
}

/** The limits of the account as a whole. What is held long and what is held short take from each other's net exposure, so that one counts only where all is on one side. */
function accountMeasures(rules: readonly CheckedRule[]): readonly Measure[] {
  const canBe = (side: "long" | "short") => rules.some(({ rule }) => opensOn(rule, side));
  return canBe("long") && canBe("short") ? ["gross_exposure"] : ["gross_exposure", "net_exposure"];
}

/** Reports rules of which no order can pass. */
function checkPassable(context: Context, rule: CheckedRule, { limits, collar }: CheckedRisk, ofAccount: readonly Measure[]): void {
  const all = orderedBy(rule);
  const single = valueLimits(limits, ["order_value", "position_value", ...ofAccount]);
  const trims = rule.rule.kind !== "legs";
  const refused = all.filter((one) => isRefused(context, [one], single, Number(collar), trims));
  if (all.length > 1 && refused.length === 0) isRefused(context, all, valueLimits(limits, ofAccount), Number(collar), trims);
}

/** Checks rules against limits. */
export function checkLimits(context: Context, items: readonly Item[], rules: readonly CheckedRule[], risk: CheckedRisk): void {
  checkDeclared(context, items);
  const ofAccount = accountMeasures(rules);
  for (const rule of rules) checkPassable(context, rule, risk, ofAccount);
}
