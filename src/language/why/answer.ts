/** What `stratc why` answers: for each rule and symbol whether it was asked at an instant, what its condition was made of there, and what came of it. */
import type { RuleParts } from "../../check/rules/parts.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { NodeId, Rule } from "../../graph/nodes.ts";
import type { OrderRecord, RunRecord } from "../../run/outcome.ts";
import type { Findings, InstantBar } from "../../run/why/inquiry.ts";
import type { Halt, Listening, WorkingOrder } from "../../run/why/standing.ts";
import type { RuleReading } from "../../run/why/watch.ts";
import { instantText } from "../../values/instant.ts";
import { type Condition, conditionsOf } from "./conditions.ts";
import { isAdd, reasonOf } from "./reasons.ts";
import { verdictOf } from "./verdict.ts";

export type RuleState =
  /** Its clock does not tick for the symbol. */
  | "no_tick"
  | "warming_up"
  /** Its trade is in another state, or something else keeps it from being listened to. */
  | "not_asked"
  | "did_not_hold"
  /** Its condition has none. */
  | "no_value"
  | "ordered"
  | "rejected"
  /** An exit that has cancelled an entry. */
  | "took_back"
  /** Its condition holds, and there is nothing to order. */
  | "nothing_to_do";

export interface RuleAnswer {
  readonly rule: string;
  /** Null for all symbols together. */
  readonly symbol: string | null;
  readonly kind: Rule["kind"];
  /** Where its condition is written; null where nobody knows, or it has none. */
  readonly line: number | null;
  readonly state: RuleState;
  readonly reason: string;
  readonly conditions: readonly Condition[];
  readonly orders: readonly OrderRecord[];
}

interface SymbolAnswer {
  readonly symbol: string;
  /** Its row of the first clock; null where it has none at this instant. */
  readonly bar: InstantBar | null;
  /** Null for a symbol that is not traded. */
  readonly position: string | null;
  readonly working: readonly WorkingOrder[];
}

export interface Answer {
  readonly strategy: string;
  readonly time: string;
  /** In one sentence. */
  readonly verdict: string;
  readonly cash: string;
  readonly equity: string;
  readonly halts: readonly Halt[];
  readonly symbols: readonly SymbolAnswer[];
  readonly rules: readonly RuleAnswer[];
  /** Everything else that happened at the instant, and orders of no rule. */
  readonly records: readonly RunRecord[];
}

/** `parts`: the conditions of each rule. `lineOf`: where a place of the file is. */
export function answerOf(findings: Findings, parts: readonly RuleParts<NodeId>[], lineOf: (span: Span) => number): Answer {
  const { graph, place, standing, readings, records } = findings;
  const rules = readings.map((reading) => ruleAnswer(findings, reading, parts[reading.rule] ?? [], lineOf));
  const told = new Set<RunRecord>(rules.flatMap(({ orders }) => orders));
  const symbols = graph.symbols.map(({ name }, symbol): SymbolAnswer => {
    const own = standing.symbols.find((one) => one.symbol === symbol);
    return { symbol: name, bar: place.bars[symbol] ?? null, position: own?.position ?? null, working: own?.working ?? [] };
  });
  return {
    strategy: graph.strategy,
    time: instantText(place.instant),
    verdict: verdictOf(findings, rules),
    cash: standing.cash,
    equity: standing.equity,
    halts: standing.halts,
    symbols,
    rules,
    records: records.filter((record) => !told.has(record)),
  };
}

function ruleAnswer(findings: Findings, reading: RuleReading, parts: RuleParts<NodeId>, lineOf: (span: Span) => number): RuleAnswer {
  const { graph, standing } = findings;
  const rule = graph.rules[reading.rule];
  if (rule === undefined) throw new Error(`no rule ${reading.rule}`);
  const symbol = reading.symbol === null ? null : (graph.symbols[reading.symbol]?.name ?? null);
  const listening = standing.listening[reading.symbol ?? 0]?.[reading.rule];
  if (listening === undefined) throw new Error(`rule ${rule.name} of a symbol that is not traded`);
  const orders = ordersOf(findings, rule, symbol);
  // An add has a condition of its own, which may read what only its trade knows.
  const conditions = isAdd(listening) ? [] : conditionsOf(parts, reading.values, lineOf);
  const state = stateOf(findings, { rule, reading, listening, orders });
  const reason = reasonOf(findings, { rule, state, symbol: reading.symbol, listening, conditions, orders });
  return { rule: rule.name, symbol, kind: rule.kind, line: conditions.at(-1)?.line ?? null, state, reason, conditions, orders };
}

/** The orders that a rule has asked for there by itself: those that protect or end its trades follow from fills. */
function ordersOf({ records }: Findings, rule: Rule, symbol: string | null): readonly OrderRecord[] {
  return records.filter((record): record is OrderRecord => {
    if (record.event !== "order" || record.rule !== rule.name || (symbol !== null && record.symbol !== symbol)) return false;
    return record.kind !== "stop" && record.kind !== "target" && (rule.kind !== "enter" || record.kind !== "exit");
  });
}

interface Asked {
  readonly rule: Rule;
  readonly reading: RuleReading;
  readonly listening: Listening;
  readonly orders: readonly OrderRecord[];
}

function stateOf(findings: Findings, { rule, reading, listening, orders }: Asked): RuleState {
  if (!reading.ticks) return "no_tick";
  if (orders.length > 0) return orders.some(({ status }) => status === "rejected") ? "rejected" : "ordered";
  const isWarming = reading.symbol === null ? reading.held === null : findings.warmups[reading.symbol] !== null;
  if (isWarming && findings.undecided === null) return "warming_up";
  if (listening.kind !== "asked" || findings.undecided !== null) return "not_asked";
  const value = reading.values.get(rule.when);
  const held = value === undefined ? reading.held : value;
  if (isAdd(listening)) return "nothing_to_do";
  if (reading.held === null) return "not_asked";
  if (held === null) return "no_value";
  if (held !== true) return "did_not_hold";
  return rule.kind === "exit" && findings.records.some(({ event }) => event === "cancel") ? "took_back" : "nothing_to_do";
}
