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
  const observed = new Set(observedNodes(graph, run));
  const { entries } = graph.session;

  /** What is known of a node without evaluating it; undefined for what is made of others, and for the fill. */
  const readNode = (id: NodeId, row: number, runRow: number): Value | undefined => {
    if (run[id] !== undefined) return run[id];
    if (observed.has(id)) return kernel.value(id, row);
    const node = nodeAt(graph, id);
    return node.op === "account" ? accountValue(kernel.slots, node.field, runRow) : undefined;
  };

  const amountOf = (node: NodeId, row: number, runRow: number): number | null =>
    asNumber(run[node] ?? evaluateScalar(graph, node, (id) => readNode(id, row, runRow), runRow));

  /** Keeps what the stop reads on this row, so that it can be evaluated at the fill, on a later one. */
  const stopOf = ({ node, inputs }: Stop, row: number, runRow: number): StopExpression => {
    const kept = new Map(inputs.map((id) => [id, readNode(id, row, runRow)]));
    return (fill) => asNumber(evaluateScalar(graph, node, (id) => (nodeAt(graph, id).op === "fill" ? fill : kept.get(id)), runRow));
  };

  const stops = graph.rules.map((rule) => (rule.kind === "enter" && rule.stop !== null ? stopInputs(graph, rule.stop) : null));
  return (index, row, runRow) => {
    const rule = graph.rules[index];
    const stop = stops[index] ?? null;
    if (rule === undefined) throw new Error(`no rule ${index}`);
    return {
      rule: index,
      amount: rule.kind === "exit" ? null : amountOf(rule.size.amount, row, runRow),
      stop: stop === null ? null : stopOf(stop, row, runRow),
      inWindow: entries === null || Number(readNode(entries, row, runRow)) === 1,
    };
  };
}

/** A stop's expression, and the nodes it stands on. */
interface Stop {
  readonly node: NodeId;
  readonly inputs: readonly NodeId[];
}

function stopInputs(graph: Graph, node: NodeId): Stop {
  const account = reachable(graph, [node]).filter((id) => nodeAt(graph, id).op === "account");
  return { node, inputs: [...frontier(graph, node), ...account] };
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
