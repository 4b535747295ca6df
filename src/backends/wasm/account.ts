/** The account stratum at one row: what of a condition depends on the slots, evaluated by the scan from columns and slots. */
import { intervals } from "../../graph/intervals.ts";
import { SLOT } from "../../graph/kernel.ts";
import { isElementwise } from "../../graph/kinds.ts";
import type { AccountField, Graph, NodeId } from "../../graph/nodes.ts";
import { nodeAt, operands } from "../../graph/traverse.ts";
import { elementwise, type Operands } from "./elementwise.ts";
import {
  type Double,
  type Expression,
  f64,
  get,
  type Int,
  i32,
  type Local,
  type Statement,
  sequence,
  set,
  type ValueType,
} from "./emit.ts";
import { QUICK } from "./extremes.ts";
import { columnOf, headerOf, type Layout } from "./layout.ts";
import type { LoopParts } from "./loop.ts";
import type { Scope } from "./module-writer.ts";
import { type Condition, isPrice } from "./plan.ts";

const NOWHERE = i32.const(0);

/** A slot's value. */
export const slot = (name: keyof typeof SLOT): Double => f64.load(NOWHERE, SLOT[name] * 8);

export interface AccountPart {
  /** Computes `isTrue` and, or-ing it into `isWild`, whether a value on the way was not finite. */
  readonly statements: Statement;
  readonly isTrue: Int;
}

/** Equity at the last mark and its running peak, wherever they are kept. */
export interface Marks {
  readonly equity: Double;
  readonly peak: Double;
}

/** As the slots hold them. */
export const STORED_MARKS: Marks = { equity: slot("equity"), peak: slot("equityPeak") };

/** Writes the account parts of a condition at the row `index`. Slots must be tame (`areTame`), or every condition counts as wild. */
export function accountPart(
  parts: LoopParts,
  scope: Scope,
  condition: Condition,
  index: Int,
  marks: Marks,
  isWild: Local<"i32">,
): AccountPart {
  const { plan, layout } = parts;
  const statements: Statement[] = [];
  const values = new Map<NodeId, Expression<ValueType>>();
  const keep = <T extends ValueType>(value: Expression<T>): Expression<T> => {
    const local = scope.local(value.type);
    statements.push(set(local, value));
    return get(local);
  };
  const overflows = overflowIn(plan.graph);
  const value = (id: NodeId): Expression<ValueType> => {
    const known = values.get(id);
    if (known !== undefined) return known;
    const made = keep(nodeValue(id));
    values.set(id, made);
    if (overflows(id)) {
      const isInfinite = f64.eq(f64.abs(made as Double), f64.const(Number.POSITIVE_INFINITY));
      statements.push(set(isWild, i32.or(get(isWild), isInfinite)));
    }
    return made;
  };
  const from: Operands = { ...parts, number: (id) => value(id) as Double, bool: (id) => value(id) as Int, keep };
  const nodeValue = (id: NodeId): Expression<ValueType> => {
    const node = nodeAt(plan.graph, id);
    if (plan.stratum[id] === "run") return runValue(layout, id, node);
    if (plan.stratum[id] === "market") return marketValue(parts, id, index);
    if (node.op === "account") return accountValue(parts, node.field, index, marks);
    if (!isElementwise(node)) throw new Error(`node ${id} (${node.op}) of the account`);
    for (const operand of operands(node)) value(operand);
    return elementwise(from, node);
  };
  const isTrue = condition.account.map((id) => i32.eq(from.bool(id), i32.const(1))).reduce((all, one) => i32.and(all, one));
  return { statements: sequence(...statements), isTrue };
}

function runValue(layout: Layout, id: NodeId, node: ReturnType<typeof nodeAt>): Expression<ValueType> {
  if (node.op === "constant") return typeof node.value === "number" ? f64.const(node.value) : i32.const(node.value ? 1 : 0);
  const address = layout.parameter({ kind: "value", node: id });
  return node.type === "number" ? f64.load(NOWHERE, address) : i32.load(NOWHERE, address);
}

function marketValue({ plan, layout }: LoopParts, id: NodeId, index: Int): Expression<ValueType> {
  const { address, kind } = columnOf(plan.graph, layout, id);
  if (kind === "bool") return i32.load8(index, address);
  const stored = f64.load(i32.shl(index, i32.const(3)), address);
  return isPrice(plan.graph, id) ? f64.div(stored, priceScale(layout)) : stored;
}

/** Ticks in one unit of currency. */
export function priceScale(layout: Layout): Double {
  return f64.load(NOWHERE, layout.parameter({ kind: "divisor", length: null, power: 1 }));
}

function accountValue({ plan }: LoopParts, field: AccountField, index: Int, { equity, peak }: Marks): Double {
  switch (field) {
    case "cash":
      return slot("cash");
    case "position":
      return slot("position");
    case "entry_price":
      return slot("entryPrice");
    case "bars_held": {
      const row = i32.add(index, i32.load(NOWHERE, headerOf(plan).rowOffset));
      return f64.sub(f64.fromInt(row), slot("entryRow"));
    }
    case "equity":
      return equity;
    case "day_start_equity":
      return slot("dayStartEquity");
    case "equity_peak":
      return peak;
  }
}

/** Far beyond any account, and far enough below overflow for the arithmetic of a condition. */
const TAME = 1e60;
/** Equity of tame cash and position at the highest price. */
const TAME_EQUITY = 1e80;

/** Whether the slots that conditions read are within `TAME`, or none. */
export function areTame(): Int {
  const names = ["cash", "position", "entryPrice", "entryRow", "dayStartEquity", "equity"] as const;
  const largest = names.map(slot).reduce((all, one) => QUICK.highest(all, f64.abs(one)), f64.abs(slot("equityPeak")));
  return f64.le(largest, f64.const(TAME));
}

/** Whether an account node may overflow although what it reads is tame and finite. */
function overflowIn(graph: Graph): (id: NodeId) => boolean {
  const bounds = intervals(graph);
  const magnitudes = new Map<NodeId, number>();
  const magnitude = (id: NodeId): number => {
    const known = magnitudes.get(id) ?? Math.min(Number.MAX_VALUE, result(id));
    magnitudes.set(id, known);
    return known;
  };
  const result = (id: NodeId): number => {
    const node = nodeAt(graph, id);
    if (node.op === "account") return node.field === "equity" || node.field === "equity_peak" ? TAME_EQUITY : TAME;
    if (node.op === "binary" && (node.fn === "add" || node.fn === "sub")) return magnitude(node.a) + magnitude(node.b);
    if (node.op === "binary" && node.fn === "mul") return magnitude(node.a) * magnitude(node.b);
    if (node.op === "unary" && (node.fn === "neg" || node.fn === "abs")) return magnitude(node.x);
    const { low, high, overflow } = bounds[id] ?? { low: 0, high: 0, overflow: true };
    return overflow ? Number.POSITIVE_INFINITY : Math.max(Math.abs(low), Math.abs(high));
  };
  return (id) => nodeAt(graph, id).type === "number" && result(id) === Number.POSITIVE_INFINITY;
}

/**
 * Whether the account parts of a condition are the same on every row of a walk that skips rows. Where the kernel marks, that is one while the position
 * is 0: of the row they may read the value of that position. Where it does not, no slot changes on its own.
 */
export function isConstantOnSkips({ plan }: LoopParts, condition: Condition): boolean {
  const isConstant = (id: NodeId): boolean => {
    const node = nodeAt(plan.graph, id);
    if (plan.stratum[id] === "run") return true;
    if (plan.stratum[id] === "market") return false;
    if (node.op === "account") return node.field !== "bars_held";
    if (plan.marks && node.op === "binary" && node.fn === "mul" && (isPosition(node.a) || isPosition(node.b))) return true;
    return operands(node).every(isConstant);
  };
  const isPosition = (id: NodeId): boolean => {
    const node = nodeAt(plan.graph, id);
    return node.op === "account" && node.field === "position";
  };
  return condition.account.every(isConstant);
}
