/**
 * The values a rule needs when it acts: its size, and its stop as a function of the fill. They stand on market values, which the kernel gives, and
 * on the account as it was marked on the row, which the slots hold (semantics 3.8 to 3.10).
 */
import type { Firing } from "../engine/risk/gate.ts";
import type { StopExpression } from "../engine/risk/proposal.ts";
import { evaluateScalar, type Value } from "../graph/evaluate.ts";
import { type Kernel, SLOT } from "../graph/kernel.ts";
import type { AccountField, Graph, NodeId } from "../graph/nodes.ts";
import { frontier } from "../graph/strata.ts";
import { nodeAt, orderExpressions, reachable } from "../graph/traverse.ts";

type RunValues = readonly (Value | undefined)[];

/** The market values that sizes, stops and the entry window stand on: what a kernel must be asked to observe. */
export function observedNodes(graph: Graph, run: RunValues): readonly NodeId[] {
  const { entries } = graph.session;
  const expressions = entries === null ? orderExpressions(graph) : [...orderExpressions(graph), entries];
  const nodes = new Set(expressions.flatMap((node) => frontier(graph, node)));
  return [...nodes].filter((node) => run[node] === undefined).sort((a, b) => a - b);
}

/** Reads what rule `rule` says on a row: `row` of the loaded chunk, `runRow` of the run. */
export type RuleReader = (rule: number, row: number, runRow: number) => Firing;

export function ruleReader(graph: Graph, run: RunValues, kernel: Kernel): RuleReader {
  const marketNodes = new Set(observedNodes(graph, run));

  const readNode = (node: NodeId, row: number, runRow: number): Value | undefined => {
    const known = run[node];
    if (known !== undefined) return known;
    if (marketNodes.has(node)) return kernel.value(node, row);
    const { op, ...rest } = nodeAt(graph, node);
    return op === "account" && "field" in rest ? accountValue(kernel.slots, rest.field as AccountField, runRow) : undefined;
  };

  const amount = (node: NodeId, row: number, runRow: number): number | null => {
    const constant = run[node];
    return asNumber(constant ?? evaluateScalar(graph, node, (id) => readNode(id, row, runRow), runRow));
  };

  /** Keeps what the stop reads on this row, so that it can be evaluated at the fill, on a later one. */
  const stop = (node: NodeId, row: number, runRow: number): StopExpression => {
    const kept = new Map<NodeId, Value>();
    for (const id of reachable(graph, [node])) {
      const value = readNode(id, row, runRow);
      if (value !== undefined) kept.set(id, value);
    }
    return (fill) => asNumber(evaluateScalar(graph, node, (id) => (nodeAt(graph, id).op === "fill" ? fill : kept.get(id)), runRow));
  };

  return (index, row, runRow) => {
    const rule = graph.rules[index];
    if (rule === undefined) throw new Error(`no rule ${index}`);
    const { entries } = graph.session;
    return {
      rule: index,
      amount: rule.kind === "exit" ? null : amount(rule.size.amount, row, runRow),
      stop: rule.kind === "enter" && rule.stop !== null ? stop(rule.stop, row, runRow) : null,
      inWindow: entries === null || kernel.value(entries, row) === 1,
    };
  };
}

/** An account field as marked; null where it has no value. */
function accountValue(slots: Float64Array, field: AccountField, runRow: number): number | null {
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
