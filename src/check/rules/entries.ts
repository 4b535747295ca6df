/** `enter long { … }`: its size, its order, what protects and ends the trade, what adds to it, and what keeps it from coming too often. */
import type { EnterRule, Size } from "../../graph/nodes.ts";
import type { EnterClause, Expression, Name, RuleClause } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import { elaborateBool, elaborateCount, elaborateNumber } from "../expressions/demands.ts";
import { binary, isOfTheRun } from "../terms/operations.ts";
import { rangeText } from "../terms/range.ts";
import { plain, type TermId } from "../terms/terms.ts";
import { unitText } from "../types/units.ts";
import { describe } from "../types/values.ts";
import { checkStop, checkTargets } from "./children.ts";
import { forgets } from "./forgetting.ts";
import { checkOrder } from "./orders.ts";
import { sizeOf } from "./sizes.ts";

type ClauseOf<K extends RuleClause["kind"]> = Extract<RuleClause, { kind: K }>;
type EnterOf<K extends EnterClause["kind"]> = Extract<EnterClause, { kind: K }>;

function partsOf<K extends EnterClause["kind"]>(clauses: readonly EnterClause[], kind: K): readonly EnterOf<K>[] {
  return clauses.filter((clause): clause is EnterOf<K> => clause.kind === kind);
}

/** `condition` inside the session's entry window. */
export function within(context: Context, entries: TermId | null, condition: TermId): TermId {
  const { terms } = context.program;
  return entries === null ? condition : binary(terms, "and", plain(terms, entries), plain(terms, condition)).term;
}

const ONCE = "An entry has one size (`size` or `risk`) and at most one `order`, `stop`, `trail`, `add` and `prefer`.";

/** The clauses of which an entry has one; what stands twice, or is not built, is reported. */
function clausesOf(context: Context, { clauses, span }: ClauseOf<"enter">) {
  const groups = [
    [...partsOf(clauses, "size"), ...partsOf(clauses, "risk")],
    ...(["order", "stop", "trail", "add", "prefer"] as const).map((kind) => partsOf(clauses, kind)),
  ];
  for (const [, second] of groups) if (second !== undefined) report(context, "E0707", second.span, { problem: ONCE });
  const size = partsOf(clauses, "size")[0] ?? partsOf(clauses, "risk")[0];
  const [stop, trail] = [partsOf(clauses, "stop")[0], partsOf(clauses, "trail")[0]];
  if (size === undefined)
    report(context, "E0707", span, { problem: "An entry must say how much: `size 100shares` or `risk 0.5% * equity`." });
  if (size?.kind === "risk" && stop === undefined && trail === undefined)
    report(context, "E0707", size.span, { problem: "`risk` is what the stop may lose: add `stop at …`." });
  const [order, add, prefer] = [partsOf(clauses, "order")[0], partsOf(clauses, "add")[0], partsOf(clauses, "prefer")[0]];
  return { size, stop, trail, order, add, prefer, targets: partsOf(clauses, "target") };
}

const COUNT = { lowest: 1, indexed: false };

/** `add up to N when C`; undefined with the mistake reported. */
function checkAdd(context: Context, { upTo, when }: EnterOf<"add">, entries: TermId | null): EnterRule["add"] | undefined {
  const most = elaborateCount(context, upTo, "The number of adds", COUNT);
  const condition = elaborateBool({ ...context, trade: "add" }, when, "The condition of `add`");
  if (most === undefined || condition === undefined || !forgets(context, condition, when.span)) return undefined;
  return { upTo: most.term, when: within(context, entries, condition.term) };
}

/** `prefer highest E`; undefined with the mistake reported. */
function checkPreference(context: Context, { order, by }: EnterOf<"prefer">): EnterRule["prefer"] | undefined {
  const value = elaborateNumber(context, by, "What `prefer` compares");
  return value !== undefined && forgets(context, value, by.span) ? { order, by: value.term } : undefined;
}

/** What an `enter` says beside its condition; undefined with the mistake reported. */
type Entry = Omit<EnterRule, "brakes" | "clock" | "kind" | "name" | "reverse" | "when">;

export function checkEntry(context: Context, clause: ClauseOf<"enter">, entries: TermId | null): Entry | undefined {
  const { side } = clause;
  const inside: Context = { ...context, trade: "entry" };
  const said = clausesOf(context, clause);
  const order = checkOrder(inside, said.order?.order);
  const trade = { side, isMarket: (said.order?.order.type ?? "market") === "market" };
  const stop = said.stop === undefined ? null : checkStop(context, trade, said.stop);
  const trail = said.trail === undefined ? null : checkStop(context, trade, said.trail);
  const targets = checkTargets(context, trade, said.targets);
  const add = said.add === undefined ? null : checkAdd(context, said.add, entries);
  const prefer = said.prefer === undefined ? null : checkPreference(context, said.prefer);
  const size: Size | undefined = said.size && sizeOf(inside, said.size.kind, said.size.value, said.size.trim);
  if (said.size === undefined || size === undefined || order === undefined || targets === undefined) return undefined;
  if (stop === undefined || trail === undefined || add === undefined || prefer === undefined) return undefined;
  const ifPartial = said.order?.order.elseClose === true ? { ifPartial: "close" as const } : {};
  return { side, size, order, stop, trail, targets, add, prefer, ...ifPartial };
}

/** A number of bars, fixed for the run. */
function barsOf(context: Context, expression: Expression): TermId | undefined {
  const what = "A cooldown";
  const value = elaborateNumber(context, expression, what);
  if (value === undefined) return undefined;
  const { range } = value.facts;
  if (unitText(value.unit) !== "bars")
    report(context, "E0409", expression.span, { what, wanted: "a number of bars, `3bars`", value: describe(value) });
  else if (!isOfTheRun(context.program.terms, value.term))
    report(context, "E0411", expression.span, { what, value: "changes from bar to bar" });
  else if (!range.integer || range.low < 1)
    report(context, "E0408", expression.span, { what, range: "the whole numbers from 1 on", value: rangeText(range) || "not limited" });
  else return value.term;
  return undefined;
}

function perSession(context: Context, { count, per }: { readonly count: Expression; readonly per: Name }): TermId | undefined {
  if (per.text === "session") return elaborateCount(context, count, "`at most`", COUNT)?.term;
  report(context, "E0109", per.span, { key: "at most … per", value: per.text, known: "`session`" });
  return undefined;
}

/** `at most 1 per session`, `cooldown 3bars after exit`; undefined with the mistake reported. */
export function checkBrakes(context: Context, clauses: readonly RuleClause[]): EnterRule["brakes"] | undefined {
  const [most, secondMost] = clauses.filter((clause): clause is ClauseOf<"atMost"> => clause.kind === "atMost");
  const [cooldown, secondCooldown] = clauses.filter((clause): clause is ClauseOf<"cooldown"> => clause.kind === "cooldown");
  const second = secondMost ?? secondCooldown;
  if (second !== undefined) {
    report(context, "E0707", second.span, { problem: "A rule has one `at most` and one `cooldown`." });
    return undefined;
  }
  const entries = most === undefined ? null : perSession(context, most);
  const bars = cooldown === undefined ? null : barsOf(context, cooldown.length);
  return entries === undefined || bars === undefined ? undefined : { perSession: entries, cooldown: bars };
}
