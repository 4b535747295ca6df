/** The rules of a file: each item as the rules it stands for, on its clock, with what its `exit`s end. */
import type { Span } from "../../diagnostics/span.ts";
import type { Rule } from "../../graph/nodes.ts";
import type { Item } from "../../syntax/ast.ts";
import { bindingOf, type Context, elaborate, report } from "../context.ts";
import type { CheckedSession } from "../declarations/session.ts";
import { reportUnknown } from "../names/names.ts";
import type { TermId } from "../terms/terms.ts";
import { checkConflicts } from "./conflicts.ts";
import { type Member, membersOf, type RuleItem } from "./families.ts";
import { type ClauseOf, clausesOf, ruleOf, type Verb, verbOf } from "./verbs.ts";

/** A rule with what later checks speak of. */
export interface CheckedRule {
  readonly rule: Rule;
  readonly item: RuleItem;
  readonly verb: Verb;
  /** Of its clauses, with its `let`s. */
  readonly context: Context;
  /** The session's entry window on its clock. */
  readonly entries: TermId | null;
}

/** Reports clauses that this version does not run. */
function isSupported(context: Context, { clauses }: RuleItem): boolean {
  const later = clauses.filter(({ kind }) => kind === "notify");
  for (const { kind, span } of later) report(context, "E0901", span, { what: kind });
  return later.length === 0;
}

/** The context of a rule's clauses: on its clock, of all symbols or of each. Undefined with the mistake reported. */
function placeOf(context: Context, { clock, across }: RuleItem): Context | undefined {
  const lane = across ? "universe" : "symbol";
  if (clock === undefined) return { ...context, lane };
  const found = context.definitions.qualifiers.get(clock.text);
  if (found?.kind === "clock") return { ...context, lane, clock: found.id };
  const clocks = [...context.definitions.qualifiers].flatMap(([name, { kind }]) => (kind === "clock" ? [name] : []));
  if (found?.kind !== "unusable") reportUnknown(context, clock, () => clocks);
  return undefined;
}

/** With the rule's `let`s. */
function letContext(context: Context, item: RuleItem): Context {
  const locals = new Map(context.locals);
  const scope: Context = { ...context, locals };
  for (const { name, value } of clausesOf(item, "let")) {
    if (locals.has(name.text)) report(scope, "E0102", name.span, { name: name.text, by: "in this rule" });
    locals.set(name.text, bindingOf(scope, name, elaborate(scope, value)));
  }
  return scope;
}

function checkNames(context: Context, items: readonly RuleItem[]): void {
  const seen = new Map<string, Span>();
  for (const { name } of items) {
    const before = seen.get(name.text);
    if (before !== undefined)
      report(context, "E0102", name.span, { name: name.text, by: "as a rule" }, { labels: [{ span: before, text: "first here" }] });
    seen.set(name.text, name.span);
  }
}

/** An item whose rules are to be made, and how many they are. */
interface Planned {
  readonly item: RuleItem;
  readonly verb: Verb;
  readonly members: readonly Member[];
}

function planOf(context: Context, item: RuleItem): Planned | undefined {
  const isWhole = isSupported(context, item);
  const place = placeOf(context, item);
  const verb = isWhole ? verbOf(context, item) : undefined;
  if (place === undefined || verb === undefined) return undefined;
  if (verb.kind === "exit" && item.each !== undefined) {
    report(context, "E0707", item.each.name.span, { problem: "An `exit` of a family ends all its trades: it needs no `each` of its own." });
    return undefined;
  }
  const members = membersOf(place, item);
  return members.length === 0 ? undefined : { item, verb, members };
}

/** The rules with `enter` by name; of several with one name the first. */
function openersOf(items: readonly RuleItem[]): ReadonlyMap<string, RuleItem> {
  const openers = items.filter((item) => item.clauses.some(({ kind }) => kind === "enter"));
  return new Map(openers.toReversed().map((item) => [item.name.text, item]));
}

/** The rules that an `exit` ends, of `openers`; undefined with the mistake reported. */
function endedBy(
  context: Context,
  { trade }: ClauseOf<"exit">,
  openers: ReadonlyMap<string, RuleItem>,
  items: readonly RuleItem[],
): RuleItem | undefined {
  const found = openers.get(trade.text);
  if (found !== undefined) return found;
  const isRule = items.some((item) => item.name.text === trade.text);
  if (isRule) report(context, "E0707", trade.span, { problem: `\`${trade.text}\` opens no trade: \`exit\` names a rule with \`enter\`.` });
  else reportUnknown(context, trade, () => [...openers.keys()].reverse());
  return undefined;
}

/** As many copies of an exit as its trade has rules, each with its place among them. */
function exitMembers(member: Member, entry: Planned): readonly Member[] {
  if (entry.item.each === undefined) return [member];
  return entry.members.map(({ name }) => ({ ...member, name: `${member.name}${name.slice(entry.item.name.text.length)}` }));
}

/** What is planned, exits as one rule for each trade that they end: those of `ends`. */
function withExits(context: Context, planned: readonly Planned[], items: readonly RuleItem[]) {
  const openers = openersOf(items);
  const planOfItem = new Map(planned.map((plan) => [plan.item, plan]));
  return planned.map((plan): Planned & { readonly ends: Planned | undefined } => {
    const { verb, members } = plan;
    const entry = verb.kind === "exit" ? endedBy(context, verb, openers, items) : undefined;
    const ends = entry && planOfItem.get(entry);
    return { ...plan, members: ends === undefined ? members : members.flatMap((member) => exitMembers(member, ends)), ends };
  });
}

/** The rules of the file in their order; those with mistakes are left out. */
export function checkRules(context: Context, items: readonly Item[], session: CheckedSession): readonly CheckedRule[] {
  const rules = items.filter((item): item is RuleItem => item.kind === "rule");
  checkNames(context, rules);
  const planned = withExits(
    context,
    rules.flatMap((item) => planOf(context, item) ?? []),
    rules,
  );
  const first = new Map<RuleItem, number>();
  let count = 0;
  for (const { item, members } of planned) {
    first.set(item, count);
    count += members.length;
  }
  const checked = planned.flatMap(({ item, verb, members, ends }) => {
    const trade = ends === undefined ? -1 : (first.get(ends.item) ?? -1);
    return rulesOf(session, { item, verb, members }, trade);
  });
  checkConflicts(context, checked);
  return checked;
}

/** The rules of one item; where one has a mistake the others would repeat it. */
function rulesOf(session: CheckedSession, { item, verb, members }: Planned, trade: number): readonly CheckedRule[] {
  const checked: CheckedRule[] = [];
  for (const [index, member] of members.entries()) {
    const scope = letContext(member.context, item);
    const entries = session.entriesOn(scope);
    const place = { item, member: { name: member.name, context: scope }, entries };
    const rule = ruleOf(place, verb, trade + index);
    if (rule === undefined) return [];
    checked.push({ rule, item, verb, context: scope, entries });
  }
  return checked;
}
