/**
 * The values a rule needs when it acts: its size, the prices of its order, and those of stop and targets as functions of the fill. They stand on market values, which the kernel gives, and
 * on the account as it was marked on the row, which the slots hold (semantics 3.8 to 3.10).
 */
import type { Firing, LegsFiring } from "../engine/risk/gate.ts";
import type { Plan, PriceExpression } from "../engine/risk/proposal.ts";
import { evaluateScalar, type Value } from "../graph/evaluate.ts";
import { type Kernel, SLOT } from "../graph/kernel.ts";
import type { AccountField, EnterRule, Graph, NodeId, Rule, SymbolId } from "../graph/nodes.ts";
import { frontier } from "../graph/strata.ts";
import { entryExpressions, nodeAt, orderExpressions, reachable } from "../graph/traverse.ts";

/** By node; undefined for what is not of the run. */
export type RunValues = readonly (Value | undefined)[];

/** The market values that sizes, prices, conditions of adds and the entry window stand on: what a kernel must be asked to observe. */
export function observedNodes(graph: Graph, run: RunValues): readonly NodeId[] {
  const nodes = new Set(orderExpressions(graph).flatMap((node) => frontier(graph, node)));
  return [...nodes].filter((node) => run[node] === undefined).sort((a, b) => a - b);
}

/** Reads what rules say of a symbol on a row of their clock: `row` of the loaded chunk, `runRow` of the run. */
export interface RuleReader {
  /** What rule `rule` wants; `open` is the plan of the trade it would add to, null for all others. */
  firing(rule: number, row: number, runRow: number, open: Plan | null): Firing;
  /** Whether the condition of the adds of rule `rule` holds, for a trade of this plan whose latest entry filled at `lastFill` (in currency). */
  wantsAdd(rule: number, row: number, runRow: number, open: Plan, lastFill: number): boolean;
  /** What the entry rule `rule` orders symbols by; null where that has no value. */
  preference(rule: number, row: number, runRow: number): number | null;
}

/** What is known of a node without evaluating it; undefined for what is made of others, and for what a trade brings. */
type Known = (node: NodeId) => Value | undefined;

/** Values on the row that was gone to last. */
interface ValueReader {
  go(row: number, runRow: number, open: Plan | null): void;
  readonly known: Known;
  numberOf(node: NodeId | null): number | null;
  /** Of a bool on its own. */
  isTrue(node: NodeId, known?: Known): boolean;
  planOf(said: PlanExpressions): Plan;
}

function valueReader(graph: Graph, run: RunValues, kernel: Kernel): ValueReader {
  const observed = new Set(observedNodes(graph, run));
  const place: { row: number; runRow: number; open: Plan | null } = { row: 0, runRow: 0, open: null };
  const known: Known = (id) => {
    if (run[id] !== undefined) return run[id];
    if (observed.has(id)) return kernel.value(id, place.row);
    const node = nodeAt(graph, id);
    if (node.op === "at_entry") return place.open?.atEntry.get(id);
    return node.op === "account" ? accountValue(kernel.slots, node.field, place.runRow) : undefined;
  };
  const keep = ({ node, inputs }: PriceInputs): PriceExpression => ({ node, row: place.runRow, kept: valuesOf(inputs, known), shares: 1 });
  const perhaps = (price: PriceInputs | null): PriceExpression | null => (price === null ? null : keep(price));
  return {
    go: (row, runRow, open) => {
      place.row = row;
      place.runRow = runRow;
      place.open = open;
    },
    known,
    numberOf: (node) => (node === null ? null : asNumber(run[node] ?? evaluateScalar(graph, node, known, place.runRow))),
    isTrue: (node, read = known) => evaluateScalar(graph, node, read, place.runRow) === true,
    planOf: (said) => {
      if (said.isPlain) return PLAIN;
      return {
        stop: perhaps(said.stop),
        trail: perhaps(said.trail),
        targets: said.targets.map(({ part, at, thenStop }) => ({ part, at: keep(at), thenStop: perhaps(thenStop) })),
        atEntry: place.open?.atEntry ?? new Map(said.atEntry.map((id) => [id, evaluateScalar(graph, id, known, place.runRow)])),
      };
    },
  };
}

/** The reader of the rules that act for a symbol on the clock of `kernel`. */
export function ruleReader(graph: Graph, symbol: SymbolId, run: RunValues, kernel: Kernel): RuleReader {
  const { go, known, numberOf, isTrue, planOf } = valueReader(graph, run, kernel);
  const plans = graph.rules.map((rule) => (rule.kind === "enter" ? planExpressions(graph, rule) : null));
  const orders = graph.rules.map(pricesOf);
  return {
    firing: (index, row, runRow, open) => {
      const rule = graph.rules[index];
      if (rule === undefined || rule.kind === "legs") throw new Error(`no rule ${index} of a symbol`);
      go(row, runRow, open);
      const entries = rule.kind === "hold" || rule.kind === "quote" ? rule.entries : null;
      const said = plans[index] ?? null;
      const order = orders[index] ?? null;
      return {
        rule: index,
        symbol,
        amount: rule.kind === "exit" ? null : numberOf(rule.size.amount),
        prices: order === null ? NO_PRICES : { stop: numberOf(order.stop), limit: numberOf(order.limit) },
        plan: said === null ? null : planOf(said),
        inWindow: entries === null || isTrue(entries),
      };
    },
    wantsAdd: (index, row, runRow, open, lastFill) => {
      const rule = graph.rules[index];
      if (rule?.kind !== "enter" || rule.add === null) throw new Error(`rule ${index} adds nothing`);
      go(row, runRow, open);
      return isTrue(rule.add.when, (id) => (nodeAt(graph, id).op === "last_fill" ? lastFill : known(id)));
    },
    preference: (index, row, runRow) => {
      const rule = graph.rules[index];
      if (rule?.kind !== "enter" || rule.prefer === null) throw new Error(`rule ${index} prefers nothing`);
      go(row, runRow, null);
      return numberOf(rule.prefer.by);
    },
  };
}

/** Reads what a rule with legs wants on a row of the universe. */
export type LegsReader = (rule: number, row: number, runRow: number) => LegsFiring;

export function legsReader(graph: Graph, run: RunValues, kernel: Kernel): LegsReader {
  const { go, numberOf, isTrue } = valueReader(graph, run, kernel);
  return (index, row, runRow) => {
    const rule = graph.rules[index];
    if (rule?.kind !== "legs") throw new Error(`rule ${index} has no legs`);
    go(row, runRow, null);
    return {
      rule: index,
      amounts: rule.legs.map(({ size }) => numberOf(size.amount)),
      inWindow: rule.entries === null || isTrue(rule.entries),
    };
  };
}

/** What a price reads on the row where it is decided, so that it can be evaluated at a fill or a close, on a later one. */
function valuesOf(inputs: readonly NodeId[], known: Known): ReadonlyMap<NodeId, Value> {
  const values = new Map<NodeId, Value>();
  for (const id of inputs) {
    const value = known(id);
    if (value !== undefined) values.set(id, value);
  }
  return values;
}

const NO_PRICES: Firing["prices"] = { stop: null, limit: null };

/** The prices of a rule's order; null for a market order. */
function pricesOf(rule: Rule): { readonly stop: NodeId | null; readonly limit: NodeId | null } | null {
  if (rule.kind === "quote") return { stop: null, limit: rule.at };
  if (rule.kind === "hold" || rule.kind === "legs" || rule.order.type === "market") return null;
  const { order } = rule;
  return {
    stop: order.type === "stop" || order.type === "stop_limit" ? order.stop : null,
    limit: order.type === "limit" || order.type === "stop_limit" ? order.limit : null,
  };
}

/** A price's expression, and the nodes it stands on. */
interface PriceInputs {
  readonly node: NodeId;
  readonly inputs: readonly NodeId[];
}

/** The prices of an entry's stop, trail and targets, and the `at_entry` nodes of all its expressions. */
interface PlanExpressions {
  readonly stop: PriceInputs | null;
  readonly trail: PriceInputs | null;
  readonly targets: readonly { readonly part: number | null; readonly at: PriceInputs; readonly thenStop: PriceInputs | null }[];
  readonly atEntry: readonly NodeId[];
  /** Whether there is nothing of all this. */
  readonly isPlain: boolean;
}

const PLAIN: Plan = { stop: null, trail: null, targets: [], atEntry: new Map() };

function planExpressions(graph: Graph, rule: EnterRule): PlanExpressions {
  const isKept = (id: NodeId): boolean => nodeAt(graph, id).op === "account" || nodeAt(graph, id).op === "at_entry";
  const price = (node: NodeId): PriceInputs => ({
    node,
    inputs: [...frontier(graph, node), ...reachable(graph, [node]).filter(isKept)],
  });
  const perhaps = (node: NodeId | null): PriceInputs | null => (node === null ? null : price(node));
  const targets = rule.targets.map(({ part, at, thenStop }) => ({ part, at: price(at), thenStop: perhaps(thenStop) }));
  const atEntry = reachable(graph, entryExpressions(rule)).filter((id) => nodeAt(graph, id).op === "at_entry");
  const isPlain = rule.stop === null && rule.trail === null && targets.length === 0 && atEntry.length === 0;
  return { stop: perhaps(rule.stop), trail: perhaps(rule.trail), targets, atEntry, isPlain };
}

/** An account field as marked; null where it has no value. */
export function accountValue(slots: Float64Array, field: AccountField, runRow: number): number | null {
  const value = slotOf(slots, field, runRow);
  return Number.isNaN(value) ? null : value;
}

function slotOf(slots: Float64Array, field: AccountField, runRow: number): number {
  const slot = (index: number): number => slots[index] ?? Number.NaN;
  switch (field) {
    case "cash":
      return slot(SLOT.cash);
    case "position":
      return slot(SLOT.position);
    case "entry_price":
      return slot(SLOT.entryPrice);
    case "bars_held":
      return runRow - slot(SLOT.entryRow);
    case "equity":
      return slot(SLOT.equity);
    case "day_start_equity":
      return slot(SLOT.dayStartEquity);
    case "equity_peak":
      return slot(SLOT.equityPeak);
  }
}

function asNumber(value: Value): number | null {
  if (typeof value === "boolean") throw new Error("a number was expected");
  return value;
}
