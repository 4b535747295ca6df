/** What a rule does: its one verb and its condition, as a rule of the graph. */
import type { OrderForm, Rule } from "../../graph/nodes.ts";
import type { RuleClause } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { absence, defaultHelp, elaborateBool, mayLackRank } from "../expressions/demands.ts";
import { presentWhere } from "../terms/presence.ts";
import { constant, type Scalar, type TermId } from "../terms/terms.ts";
import { describe, type ScalarValue } from "../types/values.ts";
import { checkBrakes, checkEntry, within } from "./entries.ts";
import type { Member, RuleItem } from "./families.ts";
import { forgets } from "./forgetting.ts";
import { checkLegs } from "./legs.ts";
import { checkOrder } from "./orders.ts";
import { checkQuote } from "./quotes.ts";
import { canBeNegative } from "./signs.ts";
import { sizeOf } from "./sizes.ts";

export type ClauseOf<K extends RuleClause["kind"]> = Extract<RuleClause, { kind: K }>;

/** What the rules of an item do. */
export type Verb = ClauseOf<"enter"> | ClauseOf<"exit"> | ClauseOf<"hold"> | ClauseOf<"holdLegs"> | ClauseOf<"quote">;

/** What a rule is made from, beside its verb: the item, one of the rules it stands for, the session's entry window. */
interface Place {
  readonly item: RuleItem;
  readonly member: Member;
  readonly entries: TermId | null;
}

export function clausesOf<K extends RuleClause["kind"]>(item: RuleItem, kind: K): readonly ClauseOf<K>[] {
  return item.clauses.filter((clause): clause is ClauseOf<K> => clause.kind === kind);
}

/** The condition of a rule, true where it says none; undefined with the mistake reported. */
function whenOf({ item, member: { context } }: Place): ScalarValue | undefined {
  const [clause, second] = clausesOf(item, "when");
  if (second !== undefined) report(context, "E0707", second.span, { problem: "A rule has one `when`: join both with `and`." });
  if (clause === undefined) return { kind: "bool", ...constant(context.program.terms, true) };
  const value = elaborateBool(context, clause.condition, "`when`");
  return value !== undefined && forgets(context, value, clause.condition.span) ? value : undefined;
}

function enterRule(place: Place, clause: ClauseOf<"enter">): Rule | undefined {
  const { item, member, entries } = place;
  const { context, name } = member;
  const when = whenOf(place);
  const entry = checkEntry({ ...context, present: presentIn(context, clause, when) }, clause, entries);
  const brakes = checkBrakes(context, item.clauses);
  if (when === undefined || entry === undefined || brakes === undefined) return undefined;
  return {
    kind: "enter",
    name,
    clock: context.clock,
    when: within(context, entries, when.term),
    ...entry,
    brakes,
    reverse: clausesOf(item, "reverse").length > 0,
  };
}

/** What an entry may take for there, since its `when` holds; nothing where it may add on other rows. */
function presentIn({ program: { terms } }: Context, { clauses }: ClauseOf<"enter">, when: Scalar | undefined): ReadonlySet<TermId> {
  return when === undefined || clauses.some(({ kind }) => kind === "add") ? new Set() : presentWhere(terms, when.term);
}

function exitRule(place: Place, clause: ClauseOf<"exit">, trade: number): Rule | undefined {
  const { name, context } = place.member;
  if (clause.order?.elseClose === true) {
    const problem = "`else close` says what becomes of a part of an entry: an exit only closes.";
    report(context, "E0707", clause.order.span, { problem });
  }
  const order: OrderForm | undefined = checkOrder(context, clause.order);
  const when = whenOf(place);
  if (when === undefined || order === undefined) return undefined;
  if (!when.facts.optional) return { kind: "exit", name, clock: context.clock, when: when.term, trade, order };
  const span = clausesOf(place.item, "when")[0]?.condition.span ?? clause.span;
  const help = defaultHelp(context, span, "false");
  if (mayLackRank(context, when)) report(context, "E0304", span, { value: describe(when) }, { help });
  else report(context, "E0406", span, { reason: absence(context, when), value: describe(when) }, { help });
  return undefined;
}

function holdRule(place: Place, clause: ClauseOf<"hold">): Rule | undefined {
  const { name, context } = place.member;
  const when = whenOf(place);
  const size = sizeOf(context, "hold", clause.size, clause.trim);
  if (when === undefined || size === undefined) return undefined;
  const short = canBeNegative(context.program.terms, size.amount);
  return { kind: "hold", name, clock: context.clock, when: when.term, size, short, entries: place.entries };
}

function legsRule(place: Place, clause: ClauseOf<"holdLegs">): Rule | undefined {
  const { name, context } = place.member;
  const when = whenOf(place);
  const legs = checkLegs(context, clause);
  if (when === undefined || legs === undefined) return undefined;
  return { kind: "legs", name, clock: context.clock, when: when.term, ...legs, entries: place.entries };
}

function quoteRule(place: Place, clause: ClauseOf<"quote">): Rule | undefined {
  const { name, context } = place.member;
  const when = whenOf(place);
  const quote = checkQuote(context, clause);
  if (when === undefined || quote === undefined) return undefined;
  return { kind: "quote", name, clock: context.clock, when: when.term, ...quote, entries: place.entries };
}

/** The rule; undefined with the mistake reported. `trade` is the entry that an `exit` ends. */
export function ruleOf(place: Place, verb: Verb, trade: number): Rule | undefined {
  switch (verb.kind) {
    case "enter":
      return enterRule(place, verb);
    case "exit":
      return exitRule(place, verb, trade);
    case "hold":
      return holdRule(place, verb);
    case "holdLegs":
      return legsRule(place, verb);
    case "quote":
      return quoteRule(place, verb);
  }
}

/** Whether the rule must say when: what goes out at once would go out on every bar; what waits for its price, or is a target, need not. */
function needsWhen(verb: Verb): boolean {
  if (verb.kind === "hold" || verb.kind === "holdLegs" || verb.kind === "quote") return false;
  const order = verb.kind === "enter" ? verb.clauses.find((clause) => clause.kind === "order") : undefined;
  return (order?.order.type ?? "market") === "market";
}

/** What is wrong with how a rule is put together, and where; undefined where nothing is. */
function misfit(item: RuleItem, verb: Verb) {
  const name = item.name.text;
  const [brake] = [...clausesOf(item, "atMost"), ...clausesOf(item, "cooldown")];
  if (brake !== undefined && verb.kind !== "enter")
    return { span: brake.span, problem: "`at most` and `cooldown` hold back entries: they belong to a rule with `enter`." };
  const [reverse, again] = clausesOf(item, "reverse");
  if (reverse !== undefined && verb.kind !== "enter")
    return {
      span: reverse.span,
      problem: "`reverse` says how to enter against a trade of the other side: it belongs to a rule with `enter`.",
    };
  if (again !== undefined) return { span: again.span, problem: "`reverse` is said once." };
  if (item.across && verb.kind !== "holdLegs") {
    const problem = `\`${name}\` is one rule for all symbols, so it says which it moves: \`hold { KO: …, PEP: … }\`.`;
    return { span: verb.span, problem };
  }
  if (!item.across && verb.kind === "holdLegs")
    return { span: verb.span, problem: `Legs are of several symbols, so the rule is of all: \`rule ${name} across universe { … }\`.` };
  if (needsWhen(verb) && clausesOf(item, "when").length === 0) return { span: item.name.span, problem: `\`${name}\` must say when.` };
  return undefined;
}

/** Whether the rule was read as it stands: one that could not be is empty in the tree, not in the file. */
function isWhole(context: Context, { clauses, span }: RuleItem): boolean {
  return clauses.length > 0 || /\{\s*\}$/.test(textAt(context, span));
}

const VERBS: ReadonlySet<RuleClause["kind"]> = new Set<Verb["kind"]>(["enter", "exit", "hold", "holdLegs", "quote"]);

/** What the rule does; undefined with the mistake reported. */
export function verbOf(context: Context, item: RuleItem): Verb | undefined {
  const [verb, second] = item.clauses.filter((clause): clause is Verb => VERBS.has(clause.kind));
  if (verb === undefined && isWhole(context, item))
    report(context, "E0707", item.name.span, {
      problem: `\`${item.name.text}\` does nothing: \`enter\`, \`exit\`, \`hold\` or \`quote\`.`,
    });
  if (second !== undefined) report(context, "E0707", second.span, { problem: "A rule does one thing: write a second rule." });
  if (verb === undefined || second !== undefined) return undefined;
  const wrong = misfit(item, verb);
  if (wrong !== undefined) report(context, "E0707", wrong.span, { problem: wrong.problem });
  return wrong === undefined ? verb : undefined;
}
