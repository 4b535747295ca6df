/** Rules: what each verb does and when, and what a rule must say before it may trade. */
import type { Span } from "../../diagnostics/span.ts";
import type { Rule } from "../../graph/nodes.ts";
import type { Item, Name, RuleClause } from "../../syntax/ast.ts";
import { bindingOf, type Context, elaborate, report } from "../context.ts";
import type { CheckedSession } from "../declarations/session.ts";
import { absence, defaultHelp, elaborateBool } from "../expressions/demands.ts";
import { reportUnknown } from "../names/names.ts";
import { constant, type TermId } from "../terms/terms.ts";
import { describe, type ScalarValue } from "../types/values.ts";
import { checkBrakes, checkEntry, within } from "./entries.ts";
import { forgets } from "./forgetting.ts";
import { checkOrder } from "./orders.ts";
import { canBeNegative } from "./signs.ts";
import { sizeOf } from "./sizes.ts";

type RuleItem = Extract<Item, { kind: "rule" }>;
type ClauseOf<K extends RuleClause["kind"]> = Extract<RuleClause, { kind: K }>;

/** A rule with the places that later checks speak of. */
export interface CheckedRule {
  readonly rule: Rule;
  readonly span: Span;
  readonly sizeSpan: Span | undefined;
}

function clausesOf<K extends RuleClause["kind"]>(item: RuleItem, kind: K): readonly ClauseOf<K>[] {
  return item.clauses.filter((clause): clause is ClauseOf<K> => clause.kind === kind);
}

function reportUnsupported(context: Context, item: RuleItem): boolean {
  const sink = context.sink.length;
  if (item.clock !== undefined) report(context, "E0901", item.clock.span, { what: `rule … on ${item.clock.text}` });
  if (item.across) report(context, "E0901", item.name.span, { what: "across universe" });
  if (item.each !== undefined) report(context, "E0901", item.each.name.span, { what: "rule … each" });
  for (const clause of item.clauses) {
    switch (clause.kind) {
      case "let":
      case "when":
      case "enter":
      case "exit":
      case "hold":
      case "atMost":
      case "cooldown":
        break;
      case "reverse":
      case "quote":
      case "notify":
        report(context, "E0901", clause.span, { what: clause.kind });
        break;
      case "holdLegs":
        report(context, "E0901", clause.span, { what: "hold of several legs" });
        break;
    }
  }
  return context.sink.length === sink;
}

/** The condition of a rule; undefined with the mistake reported or where there is none. */
function whenOf(context: Context, item: RuleItem): { readonly value: ScalarValue; readonly span: Span } | undefined {
  const [clause, second] = clausesOf(item, "when");
  if (second !== undefined) report(context, "E0707", second.span, { problem: "A rule has one `when`: join both with `and`." });
  if (clause === undefined) return undefined;
  const value = elaborateBool(context, clause.condition, "`when`");
  if (value === undefined || !forgets(context, value, clause.condition.span)) return undefined;
  return { value, span: clause.condition.span };
}

function enterRule(context: Context, item: RuleItem, clause: ClauseOf<"enter">, entries: TermId | null): CheckedRule | undefined {
  const when = whenOf(context, item);
  const entry = checkEntry(context, clause, entries);
  const brakes = checkBrakes(context, item.clauses);
  if (when === undefined || entry === undefined || brakes === undefined) return undefined;
  const { sizeExpression, ...said } = entry;
  const condition = within(context, entries, when.value.term);
  return {
    rule: { kind: "enter", name: item.name.text, clock: 0, when: condition, ...said, brakes, prefer: null },
    span: clause.span,
    sizeSpan: sizeExpression.span,
  };
}

function exitRule(context: Context, item: RuleItem, clause: ClauseOf<"exit">, trade: number): CheckedRule | undefined {
  const order = checkOrder(context, clause.order);
  const when = whenOf(context, item);
  if (when === undefined || order === undefined || trade < 0) return undefined;
  if (when.value.facts.optional) {
    const help = defaultHelp(context, when.span, "false");
    report(context, "E0406", when.span, { reason: absence(context, when.value), value: describe(when.value) }, { help });
    return undefined;
  }
  return {
    rule: { kind: "exit", name: item.name.text, clock: 0, when: when.value.term, trade, order },
    span: clause.span,
    sizeSpan: undefined,
  };
}

function holdRule(context: Context, item: RuleItem, clause: ClauseOf<"hold">, entries: TermId | null): CheckedRule | undefined {
  const { terms } = context.program;
  const hasWhen = clausesOf(item, "when").length > 0;
  const when = hasWhen ? whenOf(context, item)?.value.term : constant(terms, true).term;
  const size = sizeOf(context, "hold", clause.size, clause.trim);
  if (when === undefined || size === undefined) return undefined;
  const short = canBeNegative(terms, size.amount);
  return {
    rule: { kind: "hold", name: item.name.text, clock: 0, when, size, short, entries },
    span: clause.span,
    sizeSpan: clause.size.span,
  };
}

type Verb = ClauseOf<"enter"> | ClauseOf<"exit"> | ClauseOf<"hold">;

/** What the rule does; undefined with the mistake reported. */
function verbOf(context: Context, item: RuleItem): Verb | undefined {
  const verbs: readonly Verb[] = [...clausesOf(item, "enter"), ...clausesOf(item, "exit"), ...clausesOf(item, "hold")];
  const [verb, second] = verbs;
  if (verb === undefined)
    report(context, "E0707", item.name.span, { problem: `\`${item.name.text}\` does nothing: \`enter\`, \`exit\` or \`hold\`.` });
  if (second !== undefined) {
    report(context, "E0707", second.span, { problem: "A rule does one thing: write a second rule." });
    return undefined;
  }
  const [brake] = [...clausesOf(item, "atMost"), ...clausesOf(item, "cooldown")];
  if (brake !== undefined && verb !== undefined && verb.kind !== "enter") {
    report(context, "E0707", brake.span, { problem: "`at most` and `cooldown` hold back entries: they belong to a rule with `enter`." });
    return undefined;
  }
  if (verb !== undefined && verb.kind !== "hold" && clausesOf(item, "when").length === 0) {
    report(context, "E0707", item.name.span, { problem: `\`${item.name.text}\` must say when.` });
    return undefined;
  }
  return verb;
}

/** The index of the entry that an exit names, −1 with the mistake reported. */
function tradeOf(
  context: Context,
  name: Name,
  entries: readonly RuleItem[],
  indices: ReadonlyMap<RuleItem, number>,
  all: readonly RuleItem[],
): number {
  const entry = entries.find((item) => item.name.text === name.text);
  if (entry !== undefined) return indices.get(entry) ?? -1;
  const other = all.some((item) => item.name.text === name.text);
  if (other) report(context, "E0707", name.span, { problem: `\`${name.text}\` opens no trade: \`exit\` names a rule with \`enter\`.` });
  else reportUnknown(context, name, () => entries.map((item) => item.name.text));
  return -1;
}

/** The context of a rule's clauses: with its `let`s. */
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

/** Reports entries and holds in one file. */
function checkVerbs(context: Context, items: readonly RuleItem[], symbol: string): void {
  const enters = items.flatMap((item) => clausesOf(item, "enter"));
  const holds = items.flatMap((item) => clausesOf(item, "hold"));
  const [enter, hold] = [enters[0], holds[0]];
  if (enter === undefined || hold === undefined) return;
  const [first, second] = enter.span.start < hold.span.start ? [enter, hold] : [hold, enter];
  report(context, "E0706", second.span, { symbol }, { labels: [{ span: first.span, text: "moves it here" }] });
}

/** The rules of the file in their order; those with mistakes are left out. */
export function checkRules(context: Context, items: readonly Item[], symbol: string, session: CheckedSession): readonly CheckedRule[] {
  const rules = items.filter((item): item is RuleItem => item.kind === "rule");
  const openers = rules.filter((item) => clausesOf(item, "enter").length > 0);
  const indices = new Map(rules.map((item, index) => [item, index]));
  checkNames(context, rules);
  checkVerbs(context, rules, symbol);
  return rules.flatMap((item) => {
    if (!reportUnsupported(context, item)) return [];
    const scope = letContext(context, item);
    const verb = verbOf(context, item);
    const entries = session.entriesOn(scope);
    if (verb === undefined) return [];
    if (verb.kind === "enter") return enterRule(scope, item, verb, entries) ?? [];
    if (verb.kind === "hold") return holdRule(scope, item, verb, entries) ?? [];
    return exitRule(scope, item, verb, tradeOf(context, verb.trade, openers, indices, rules)) ?? [];
  });
}
