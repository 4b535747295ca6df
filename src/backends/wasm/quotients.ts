/**
 * Divisions, which cost more than everything else on a row: a divider takes as long for two numbers as for one. The steady form therefore computes
 * nodes in an order that lets independent divisions wait for one another, and does them in pairs, with the bits of two single divisions.
 *
 * A division on a recursion's way from one row to the next must not wait for what only this row's recursions give: the recursion would
 * become as slow as the whole row. So only divisions of the same `Phase` share a divider.
 */
import type { NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { type Double, type Expression, f64, type Int, select, type ValueType, type Vector, v128 } from "./emit.ts";
import type { Loop } from "./loop.ts";
import { type Plan, rowOperands } from "./plan.ts";

/** A division as an expression that still knows its operands. */
export interface Quotient extends Double {
  readonly dividend: Double;
  readonly divisor: Double;
  /** Where it has no value; null if it always has. */
  readonly isNone: Int | null;
}

const NONE = f64.const(Number.NaN);

const orNone = (value: Double, isNone: Int | null): Double => (isNone === null ? value : select(NONE, value, isNone));

/** dividend ÷ divisor, none where `isNone`. */
export function quotient(dividend: Double, divisor: Double, isNone: Int | null = null): Quotient {
  return { ...orNone(f64.div(dividend, divisor), isNone), dividend, divisor, isNone };
}

function isQuotient(value: Expression<ValueType>): value is Quotient {
  return "dividend" in value;
}

/** Of what a value is made: of inputs, of a state on the row before, or of one on this row, perhaps on its way into another state. */
type Phase = "input" | "previous" | "state" | "state to state";

function phasesOf(plan: Plan, nodes: readonly NodeId[]): (id: NodeId) => Phase {
  const [fromPrevious, fromState, intoState] = [new Set<NodeId>(), new Set<NodeId>(), new Set<NodeId>()];
  for (const id of nodes) {
    const { op } = nodeAt(plan.graph, id);
    const reads = rowOperands(plan, id);
    if (op === "previous" || (op !== "state" && reads.some((operand) => fromPrevious.has(operand)))) fromPrevious.add(id);
    if (op === "state" || reads.some((operand) => fromState.has(operand))) fromState.add(id);
  }
  for (const id of nodes.toReversed()) {
    if (nodeAt(plan.graph, id).op === "state" || intoState.has(id)) for (const operand of rowOperands(plan, id)) intoState.add(operand);
  }
  return (id) => {
    if (fromState.has(id)) return intoState.has(id) ? "state to state" : "state";
    return fromPrevious.has(id) ? "previous" : "input";
  };
}

interface Waiting {
  readonly id: NodeId;
  readonly phase: Phase;
  readonly quotient: Quotient;
}

/** Evaluates the lasting nodes of a plan. `evaluate` gives a node's value once its operands are assigned, `assign` takes it. */
export function evaluateInPairs(
  loop: Loop,
  evaluate: (id: NodeId) => Expression<ValueType>,
  assign: (id: NodeId, value: Expression<ValueType>) => void,
): void {
  const { plan } = loop;
  let rest = plan.live.filter((id) => plan.lasting.has(id));
  const phaseOf = phasesOf(plan, rest);
  const missing = new Set(rest);
  let waiting: readonly Waiting[] = [];
  const finish = (id: NodeId, value: Expression<ValueType>): void => {
    assign(id, value);
    missing.delete(id);
  };
  while (missing.size > 0) {
    const isReady = (id: NodeId): boolean => !rowOperands(plan, id).some((operand) => missing.has(operand));
    const unready: NodeId[] = [];
    for (const id of rest) {
      if (!isReady(id)) {
        unready.push(id);
        continue;
      }
      const value = evaluate(id);
      if (isQuotient(value)) waiting = [...waiting, { id, phase: phaseOf(id), quotient: value }];
      else finish(id, value);
    }
    if (unready.length === rest.length) waiting = divide(loop, waiting, finish);
    rest = unready;
  }
}

/** Does the first two divisions of one phase, or where no two are the first one, and gives back the others. */
function divide(loop: Loop, waiting: readonly Waiting[], finish: (id: NodeId, value: Double) => void): readonly Waiting[] {
  const paired = waiting.find((one) => waiting.some((other) => other !== one && other.phase === one.phase));
  const one = paired ?? waiting[0];
  if (one === undefined) throw new Error("nodes wait for one another");
  const other = waiting.find((candidate) => candidate !== one && candidate.phase === one.phase);
  if (other === undefined) {
    finish(one.id, one.quotient);
    return waiting.filter((each) => each !== one);
  }
  const pack = (first: Double, second: Double): Vector => v128.replaceSecondDouble(v128.splatDouble(first), second);
  const dividends = pack(one.quotient.dividend, other.quotient.dividend);
  const both = loop.keep(v128.divDoubles(dividends, pack(one.quotient.divisor, other.quotient.divisor)));
  finish(one.id, orNone(v128.firstDouble(both), one.quotient.isNone));
  finish(other.id, orNone(v128.secondDouble(both), other.quotient.isNone));
  return waiting.filter((each) => each !== one && each !== other);
}
