/** What rules say together: which verb moves a symbol, whether two may enter opposite sides at once, whether a rule tells symbols apart. */
import type { EnterRule, Rule } from "../../graph/nodes.ts";
import { type Context, report } from "../context.ts";
import { excludes } from "../terms/exclusion.ts";
import { termsUnder } from "../terms/reach.ts";
import { nodeOf, type TermId, type Terms } from "../terms/terms.ts";
import type { CheckedRule } from "./rules.ts";

/** The name of the first symbol that a rule moves. */
function movedBy(context: Context, rule: Rule): string {
  const { symbols } = context.program.header;
  const first = rule.kind === "legs" ? symbols[rule.legs[0]?.symbol ?? 0] : symbols[0];
  return first?.name ?? "";
}

/** How a symbol may be moved: to a target, by trades, or by quotes. */
const WAYS = ["hold", "enter", "quote"] as const;

/** How a rule moves a symbol; undefined for one that only ends a trade. */
function wayOf({ kind }: Rule): (typeof WAYS)[number] | undefined {
  if (kind === "exit") return undefined;
  return kind === "legs" ? "hold" : kind;
}

/** Reports entries, targets and quotes of one symbol: every rule without legs moves all that are traded. */
function checkVerbs(context: Context, rules: readonly CheckedRule[]): void {
  const moving = WAYS.flatMap((way) => rules.find(({ rule }) => wayOf(rule) === way) ?? []);
  const [first, second] = moving.toSorted((a, b) => a.verb.span.start - b.verb.span.start);
  if (first === undefined || second === undefined) return;
  const labels = [{ span: first.verb.span, text: "moves it here" }];
  const verbs = WAYS.filter((way) => way === wayOf(first.rule) || way === wayOf(second.rule)).map((way) => `\`${way}\``);
  const { rule } = [first, second].find(({ rule: { kind } }) => kind === "legs") ?? second;
  report(context, "E0706", second.verb.span, { symbol: movedBy(context, rule), verbs: verbs.join(" and ") }, { labels });
}

/** Warns of entries to opposite sides whose conditions may hold together. */
function checkSides(context: Context, rules: readonly CheckedRule[]): void {
  const entries = rules.filter((checked): checked is CheckedRule & { readonly rule: EnterRule } => checked.rule.kind === "enter");
  for (const [index, second] of entries.entries()) {
    const first = entries
      .slice(0, index)
      .find(({ rule }) => rule.side !== second.rule.side && !excludes(context.program.terms, rule.when, second.rule.when));
    if (first === undefined) continue;
    const names = { first: first.item.name.text, second: second.item.name.text };
    const labels = [{ span: first.verb.span, text: "the other side" }];
    report(context, "W0704", second.verb.span, names, { labels });
  }
}

/** Reports a `reverse` that has nothing to turn. */
function checkReversals(context: Context, rules: readonly CheckedRule[]): void {
  const sides = new Set(rules.flatMap(({ rule }) => (rule.kind === "enter" ? [rule.side] : [])));
  if (sides.size > 1) return;
  for (const { item } of new Map(rules.map((checked) => [checked.item, checked])).values()) {
    const clause = item.clauses.find(({ kind }) => kind === "reverse");
    if (clause === undefined) continue;
    const problem = "`reverse` ends a trade of the other side, and no rule enters the other side.";
    report(context, "E0707", clause.span, { problem });
  }
}

/** What a value reads: something of the symbol that the rule acts for, and which symbols by name. */
interface Reads {
  readonly own: boolean;
  readonly named: ReadonlySet<number>;
}

const OWN_ACCOUNT: ReadonlySet<string> = new Set(["position", "entry_price", "bars_held"]);

/** Whether a node tells symbols apart by itself: calendar values and the account as a whole are the same for all. */
function isOwn(context: Context, terms: Terms, id: TermId): boolean {
  const node = nodeOf(terms, id);
  if (node.op === "input") return !node.field.startsWith("session_");
  if (node.op === "account") return OWN_ACCOUNT.has(node.field);
  if (node.op === "parameter") return (context.program.parameters[node.index]?.overrides.length ?? 0) > 0;
  return node.op === "member" || (node.op === "across" && (node.fn === "rank" || node.fn === "percent_rank"));
}

function readsOf(context: Context, root: TermId): Reads {
  const { terms } = context.program;
  const named = new Set<number>();
  const under = termsUnder(terms, root, (id) => {
    const node = nodeOf(terms, id);
    if (node.op === "sample" && node.symbol !== null) named.add(node.symbol);
    return node.op !== "across" && (node.op !== "sample" || node.symbol === null);
  });
  return { own: [...under].some((id) => isOwn(context, terms, id)), named };
}

/** Reports rules that open on every symbol alike, by what named symbols do. */
function checkSameness(context: Context, rules: readonly CheckedRule[]): void {
  const { symbols } = context.program.header;
  const traded = symbols.filter(({ trades }) => trades).length;
  if (traded < 2) return;
  for (const { rule, item } of rules) {
    if (rule.kind !== "enter" && rule.kind !== "hold") continue;
    const when = item.clauses.find((clause) => clause.kind === "when");
    const { own, named } = readsOf(context, when === undefined ? rule.size.amount : rule.when);
    if (own || named.size === 0) continue;
    const names = [...named].sort((a, b) => a - b).map((id) => `\`${symbols[id]?.name ?? ""}\``);
    const what = when === undefined ? "size" : "condition";
    const span = when?.condition.span ?? item.name.span;
    report(context, "E0705", span, { name: item.name.text, what, symbols: names.join(" and "), count: traded });
  }
}

/** Checks the rules of a file against each other. */
export function checkConflicts(context: Context, rules: readonly CheckedRule[]): void {
  checkVerbs(context, rules);
  checkSides(context, rules);
  checkReversals(context, rules);
  checkSameness(context, rules);
}
