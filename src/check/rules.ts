/** Rules: conditions, sizes and stops as terms, and what a trade must say before it may trade. */
import type { Span } from "../diagnostics/span.ts";
import type { Rule, Size } from "../graph/nodes.ts";
import type { EnterClause, Expression, Item, Name, OrderClause, RuleClause } from "../syntax/ast.ts";
import { bindingOf, type Context, elaborate, report, textAt } from "./context.ts";
import { absence, asNumber, defaultHelp, elaborateBool, elaborateNumber, isPresent } from "./demands.ts";
import { reportUnknown } from "./names.ts";
import { binary, fill, input } from "./operations.ts";
import { isAtLeast } from "./ordering.ts";
import { rangeText } from "./range.ts";
import { canBeNegative } from "./signs.ts";
import { literalHelp, replacement } from "./suggestions.ts";
import { constant, type TermId, termOf } from "./terms.ts";
import { PRICE, SHARE, type Unit, USD, unitText } from "./units.ts";
import { describe, type NumberValue, type ScalarValue } from "./values.ts";

type RuleItem = Extract<Item, { kind: "rule" }>;
type ClauseOf<K extends RuleClause["kind"]> = Extract<RuleClause, { kind: K }>;
type EnterOf<K extends EnterClause["kind"]> = Extract<EnterClause, { kind: K }>;

/** A rule with the places that later checks speak of. */
export interface CheckedRule {
  readonly rule: Rule;
  readonly span: Span;
  readonly sizeSpan: Span | undefined;
}

function clausesOf<K extends RuleClause["kind"]>(item: RuleItem, kind: K): readonly ClauseOf<K>[] {
  return item.clauses.filter((clause): clause is ClauseOf<K> => clause.kind === kind);
}

function partsOf<K extends EnterClause["kind"]>(clauses: readonly EnterClause[], kind: K): readonly EnterOf<K>[] {
  return clauses.filter((clause): clause is EnterOf<K> => clause.kind === kind);
}

/** Reports a decision that reads a recursion which never forgets its start. */
function forgets(context: Context, value: ScalarValue, span: Span): boolean {
  const { accumulator } = termOf(context.program.terms, value.term);
  const origin = accumulator === undefined ? undefined : context.program.recursionSpans.get(accumulator);
  if (origin === undefined) return true;
  const labels = origin.span.source === span.source ? [{ span: origin.span, text: "keeps its start for ever" }] : [];
  report(context, "E0206", span, { name: origin.name }, { labels });
  return false;
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
        break;
      case "reverse":
      case "quote":
      case "cooldown":
      case "notify":
        report(context, "E0901", clause.span, { what: clause.kind });
        break;
      case "holdLegs":
        report(context, "E0901", clause.span, { what: "hold of several legs" });
        break;
      case "atMost":
        report(context, "E0901", clause.span, { what: "at most … per …" });
        break;
    }
  }
  return context.sink.length === sink;
}

function checkOrder(context: Context, order: OrderClause | undefined): void {
  if (order === undefined) return;
  if (order.type !== "market") report(context, "E0901", order.span, { what: `order ${order.type}` });
  else if (order.tif !== undefined) report(context, "E0901", order.tif.span, { what: `tif ${textAt(context, order.tif.span)}` });
}

function checkEnterParts(context: Context, clauses: readonly EnterClause[]): void {
  for (const clause of clauses) {
    switch (clause.kind) {
      case "size":
      case "risk":
      case "stop":
        break;
      case "order":
        checkOrder(context, clause.order);
        break;
      case "target":
      case "trail":
      case "add":
      case "prefer":
        report(context, "E0901", clause.span, { what: clause.kind });
        break;
    }
  }
}

const UNITS: Readonly<Record<"size" | "risk" | "hold", string>> = {
  size: "shares or money: `100shares`, `20% * equity`",
  risk: "money that the stop may lose: `0.5% * equity`",
  hold: "shares or money: `100shares`, `20% * equity`",
};

function sizeKind(unit: Unit, verb: "size" | "risk" | "hold"): Size["kind"] | undefined {
  const text = unit.kind === "any" ? "any" : unitText(unit);
  if (verb === "risk") return text === "usd" ? "risk" : undefined;
  if (text === "usd") return "value";
  return text === "share" || (text === "any" && verb === "hold") ? "shares" : undefined;
}

/** How much; undefined with the mistake reported. */
function sizeOf(context: Context, verb: "size" | "risk" | "hold", expression: Expression, trim: boolean): Size | undefined {
  const what = verb === "hold" ? "A `hold` target" : `\`${verb}\``;
  const amount = elaborateNumber(context, expression, what);
  if (amount === undefined) return undefined;
  const kind = sizeKind(amount.unit, verb);
  if (kind === undefined) {
    if (amount.unit.kind === "ratio") reportBareRatio(context, verb, expression);
    else {
      const help = literalHelp(context, expression.span, verb === "risk" ? USD : SHARE);
      report(context, "E0409", expression.span, { what, wanted: UNITS[verb], value: describe(amount) }, { help });
    }
    return undefined;
  }
  const { high } = amount.facts.range;
  if (verb !== "hold" && (high <= 0 || (kind === "shares" && high < 1))) {
    const range = kind === "shares" ? "1 share or more (orders are in whole shares)" : "above 0";
    report(context, "E0408", expression.span, { what, range, value: rangeText(amount.facts.range) });
    return undefined;
  }
  if (!isPresent(context, amount, expression.span, what, false) || !forgets(context, amount, expression.span)) return undefined;
  return { kind, amount: amount.term, trim };
}

function reportBareRatio(context: Context, verb: string, { span }: Expression): void {
  const text = textAt(context, span);
  const meaning = verb === "risk" ? "what the stop may lose" : "a part of the account";
  const help = [{ text: `\`${verb} ${text} * equity\`, ${meaning}`, edits: [{ span, text: `${text} * equity` }] }];
  report(context, "E0402", span, { text, verb }, { help });
}

/** The price of a stop; undefined with the mistake reported. */
function stopOf(context: Context, side: "long" | "short", at: Expression): TermId | undefined {
  const after: Context = { ...context, afterFill: true };
  const price = asNumber(after, elaborate(after, at), at.span, "The price of a stop");
  if (price === undefined || !isPrice(context, side, price, at.span)) return undefined;
  if (!isThere(context, price, at.span) || !forgets(context, price, at.span)) return undefined;
  if (isWrongSide(context, side, price)) {
    report(context, "E0603", at.span, { side });
    return undefined;
  }
  return price.term;
}

function isPrice(context: Context, side: "long" | "short", price: NumberValue, span: Span): boolean {
  if (unitText(price.unit) === "usd/share") return true;
  const facts = { operation: "The price of a stop is usd/share", left: "usd/share", right: unitText(price.unit) };
  const distance = `fill * (1 ${side === "long" ? "-" : "+"} ${textAt(context, span)})`;
  const help = price.unit.kind === "ratio" ? [replacement(span, distance)] : literalHelp(context, span, PRICE);
  report(context, "E0401", span, facts, { help });
  return false;
}

/** Whether the price of a stop exists: what the position has cost is not known before the fill, `fill` is. */
function isThere(context: Context, price: NumberValue, span: Span): boolean {
  if (!price.facts.optional) return true;
  const text = textAt(context, span);
  const help = /\bentry_price\b/.test(text) ? [replacement(span, text.replace(/\bentry_price\b/g, "fill"))] : [];
  const facts = { what: "The price of a stop", reason: absence(context, price), value: describe(price) };
  report(context, "E0403", span, facts, { help });
  return false;
}

function isWrongSide(context: Context, side: "long" | "short", price: NumberValue): boolean {
  const { terms } = context.program;
  // Decided at the close of a row, filled at a price of its own: beyond either it is no stop.
  const references = [fill(terms).term, input(terms, "close").term];
  return references.some((reference) =>
    side === "long" ? isAtLeast(terms, price.term, reference) : isAtLeast(terms, reference, price.term),
  );
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
  const { terms } = context.program;
  checkEnterParts(context, clause.clauses);
  const when = whenOf(context, item);
  const sizes = [...partsOf(clause.clauses, "size"), ...partsOf(clause.clauses, "risk")];
  const stops = partsOf(clause.clauses, "stop");
  const [sizeClause, secondSize] = sizes;
  const [stopClause, secondStop] = stops;
  const second = secondSize ?? secondStop;
  if (second !== undefined)
    report(context, "E0707", second.span, { problem: "An entry has one size (`size` or `risk`) and at most one `stop`." });
  const stop = stopClause && stopOf(context, clause.side, stopClause.at);
  if (sizeClause === undefined) {
    report(context, "E0707", clause.span, { problem: "An entry must say how much: `size 100shares` or `risk 0.5% * equity`." });
    return undefined;
  }
  const size = sizeOf(context, sizeClause.kind, sizeClause.value, sizeClause.trim);
  if (sizeClause.kind === "risk" && stopClause === undefined) {
    report(context, "E0707", sizeClause.span, { problem: "`risk` is what the stop may lose: add `stop at …`." });
    return undefined;
  }
  if (when === undefined || size === undefined || (stopClause !== undefined && stop === undefined)) return undefined;
  const condition =
    entries === null ? when.value.term : binary(terms, "and", { term: entries, facts: termOf(terms, entries).facts }, when.value).term;
  const rule: Rule = { kind: "enter", name: item.name.text, when: condition, side: clause.side, size, stop: stop ?? null };
  return { rule, span: clause.span, sizeSpan: sizeClause.value.span };
}

function exitRule(context: Context, item: RuleItem, clause: ClauseOf<"exit">, trade: number): CheckedRule | undefined {
  checkOrder(context, clause.order);
  const when = whenOf(context, item);
  if (when === undefined || trade < 0) return undefined;
  if (when.value.facts.optional) {
    const help = defaultHelp(context, when.span, "false");
    report(context, "E0406", when.span, { reason: absence(context, when.value), value: describe(when.value) }, { help });
    return undefined;
  }
  return { rule: { kind: "exit", name: item.name.text, when: when.value.term, trade }, span: clause.span, sizeSpan: undefined };
}

function holdRule(context: Context, item: RuleItem, clause: ClauseOf<"hold">): CheckedRule | undefined {
  const { terms } = context.program;
  const hasWhen = clausesOf(item, "when").length > 0;
  const when = hasWhen ? whenOf(context, item)?.value.term : constant(terms, true).term;
  const size = sizeOf(context, "hold", clause.size, clause.trim);
  if (when === undefined || size === undefined) return undefined;
  const short = canBeNegative(terms, size.amount);
  return { rule: { kind: "hold", name: item.name.text, when, size, short }, span: clause.span, sizeSpan: clause.size.span };
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
export function checkRules(context: Context, items: readonly Item[], symbol: string, entries: TermId | null): readonly CheckedRule[] {
  const rules = items.filter((item): item is RuleItem => item.kind === "rule");
  const openers = rules.filter((item) => clausesOf(item, "enter").length > 0);
  const indices = new Map(rules.map((item, index) => [item, index]));
  checkNames(context, rules);
  checkVerbs(context, rules, symbol);
  return rules.flatMap((item) => {
    if (!reportUnsupported(context, item)) return [];
    const scope = letContext(context, item);
    const verb = verbOf(context, item);
    if (verb === undefined) return [];
    if (verb.kind === "enter") return enterRule(scope, item, verb, entries) ?? [];
    if (verb.kind === "hold") return holdRule(scope, item, verb) ?? [];
    return exitRule(scope, item, verb, tradeOf(context, verb.trade, openers, indices, rules)) ?? [];
  });
}
