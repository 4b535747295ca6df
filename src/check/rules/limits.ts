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

/** A size that is a part of the account's equity or cash, and which part. */
interface Part {
  readonly of: "equity" | "cash";
  readonly range: Range;
}

/** The part of the account that a size is; undefined where it is none. */
function partOfAccount(program: Program, amount: TermId): Part | undefined {
  const { terms } = program;
  const whole = (id: TermId): Part["of"] | undefined => {
    if (id === equity(terms).term) return "equity";
    const node = nodeOf(terms, id);
    return node.op === "account" && node.field === "cash" ? "cash" : undefined;
  };
  const all = whole(amount);
  if (all !== undefined) return { of: all, range: point(1) };
  const node = nodeOf(terms, amount);
  if (node.op === "unary" && node.fn === "neg") {
    const part = partOfAccount(program, node.x);
    return part && { of: part.of, range: negate(part.range) };
  }
  if (node.op !== "binary" || node.fn !== "mul") return undefined;
  const [left, right] = [whole(node.a), whole(node.b)];
  if (right !== undefined) return { of: right, range: factsOf(terms, node.a).range };
  return left && { of: left, range: factsOf(terms, node.b).range };
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

/** What is known of the account when a rule is asked. */
interface Standing {
  /** Nothing is held: cash is equity. */
  readonly isFlat: boolean;
  /** Nothing is ever held short: cash is equity at most. */
  readonly isLong: boolean;
  /** No other rule opens positions, so what this rule never orders is never held. */
  readonly isOnly: boolean;
  /** Other rules may open what orders of this one lower: what lowers a position passes (semantics 4.1). */
  readonly mayReduce: boolean;
}

/** The range of a size in what `limit` is said in, at its least; undefined where the two cannot be compared. */
function inTermsOf(
  program: Program,
  { amount }: Size,
  limit: Exclude<Limit, { kind: "rate" }>,
  { isFlat, isLong }: Standing,
): Range | undefined {
  if (limit.kind === "constant") return factsOf(program.terms, amount).range;
  const part = partOfAccount(program, amount);
  const isComparable = isFlat || part?.of === limit.of || (isLong && part?.of === "equity");
  return isComparable ? part?.range : undefined;
}

/** `all` together beside a limit; undefined where they are no part of what it is a part of. */
function compared(program: Program, all: readonly Ordered[], limit: Limit, collar: number, standing: Standing): Comparison | undefined {
  if (limit.kind === "rate") return undefined;
  let [least, worst] = [0, 0];
  for (const { size, isLimited } of all) {
    const range = inTermsOf(program, size, limit, standing);
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
function isRefused(
  context: Context,
  all: readonly Ordered[],
  limits: readonly ValueLimit[],
  collar: number,
  standing: Standing,
  canTrim: boolean,
): boolean {
  const [{ span } = { span: undefined }] = all.slice(-1);
  if (span === undefined) return false;
  let isReported = false;
  for (const { limit, trims: isTrimmed, isOfOrder } of limits) {
    const trims = canTrim && isTrimmed;
    const help = trims ? [{ text: "take what the limit leaves", edits: [trimEdit(span)] }] : [];
    const found = compared(context.program, all, limit, collar, standing);
    if (found === undefined || found.worst <= found.limit) continue;
    const facts = { size: found.text(found.least), limit: found.text(found.limit), trims };
    const isTarget = all.some((one) => one.isTarget);
    const what = isTarget ? "target" : "order";
    const mayPass = standing.mayReduce || (isTarget && (isOfOrder || !standing.isOnly));
    isReported = true;
    if (mayPass && found.least > found.limit)
      report(context, "W0602", span, { ...facts, what, worst: undefined, isOfOrder: isOfOrder && isTarget }, { help });
    else {
      if (found.least > found.limit) report(context, "E0602", span, facts, { help });
      else report(context, "W0602", span, { ...facts, what, worst: { size: found.text(found.worst), collar: percent(collar) } }, { help });
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

/** Whether nothing is held when an entry is proposed: on the one symbol that is traded an entry waits until all is closed, unless it is told not to. */
function entersFlat({ rule }: CheckedRule, isOnly: boolean, symbols: number, limits: readonly RiskLimit[]): boolean {
  if (symbols !== 1) return false;
  if (rule.kind === "hold") return isOnly;
  return rule.kind === "enter" && !rule.reverse && limits.every(({ measure }) => measure !== "open_trades");
}

/** Whether orders of a rule with `quote` may lower what another has opened. */
function quotesAgainst({ rule }: CheckedRule, others: readonly CheckedRule[]): boolean {
  return rule.kind === "quote" && others.some(({ rule: other }) => other.kind === "quote" && other.side !== rule.side);
}

/** Checks rules against limits: reports those of which no order can pass. */
export function checkLimits(context: Context, items: readonly Item[], rules: readonly CheckedRule[], risk: CheckedRisk): void {
  checkDeclared(context, items);
  const { limits } = risk;
  const collar = Number(risk.collar);
  const ofAccount = accountMeasures(rules);
  const symbols = context.program.header.symbols.filter(({ trades }) => trades).length;
  const isLong = !rules.some(({ rule }) => opensOn(rule, "short"));
  const opening = rules.filter(({ rule }) => rule.kind !== "exit");
  for (const rule of opening) {
    const isOnly = opening.length === 1;
    const standing = { isLong, isOnly, isFlat: entersFlat(rule, isOnly, symbols, limits), mayReduce: quotesAgainst(rule, opening) };
    const all = orderedBy(rule);
    const single = valueLimits(limits, ["order_value", "position_value", ...ofAccount]);
    const refused = all.filter((one) => isRefused(context, [one], single, collar, standing, rule.rule.kind !== "legs"));
    if (all.length > 1 && refused.length === 0) isRefused(context, all, valueLimits(limits, ofAccount), collar, standing, false);
  }
}
