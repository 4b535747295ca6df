/** The market stratum as one fused loop: every live node in the order of the nodes, then the columns, the conditions' bits and the states. */
import { intervals } from "../../graph/intervals.ts";
import { isElementwise, rowNode } from "../../graph/kinds.ts";
import type { Node, NodeId, StateId } from "../../graph/nodes.ts";
import { nodeAt, stateAt } from "../../graph/traverse.ts";
import { anchoredOf } from "./anchored.ts";
import { elementwise } from "./elementwise.ts";
import { type Double, type Expression, f64, get, type Int, i32, type Local, select, set, type ValueType } from "./emit.ts";
import { columnOf, type StateAllocator } from "./layout.ts";
import type { Loop } from "./loop.ts";
import { nativeRow } from "./models.ts";
import { type Condition, isCarried, type Plan, sourceOf } from "./plan.ts";
import { evaluateInPairs } from "./quotients.ts";
import { reduction } from "./reduction.ts";
import { type Evaluate, windowOf } from "./windows.ts";

/** Says how to write a row of the market stratum; `allocate` gives the state it needs. */
export function marketRow(plan: Plan, allocate: StateAllocator["state"]): (loop: Loop) => void {
  const bounds = intervals(plan.graph);
  const overflows = (id: NodeId): boolean => bounds[id]?.overflow ?? true;
  const evaluators = new Map(plan.live.map((id) => [id, evaluatorOf(plan, allocate, id, overflows)]));
  for (const state of plan.states) stateAddress(plan, allocate, state);
  return (loop) => {
    const stores = (id: NodeId): boolean => (loop.careful ? plan.columns.has(id) : plan.lastingColumns.has(id));
    for (const id of plan.columns.keys()) if (plan.stratum[id] === "run" && stores(id)) storeColumn(loop, id);
    const evaluate = (id: NodeId): Expression<ValueType> => evaluators.get(id)?.(loop) ?? unknownNode(id);
    const take = (id: NodeId, value: Expression<ValueType>): void => {
      const isGiven = plan.given.has(id);
      assign(loop, id, id, value, !isGiven && overflows(id));
      if (!isGiven && stores(id)) storeColumn(loop, id);
    };
    if (loop.careful) for (const id of plan.live) take(id, evaluate(id));
    else evaluateInPairs(loop, evaluate, take);
    storeConditions(loop);
  };
}

function unknownNode(id: NodeId): never {
  throw new Error(`node ${id} is not live`);
}

/** Gives a node its value, watched where it may leave the numbers; `owner` is the node, or the reduction it is in. */
function assign(loop: Loop, id: NodeId, owner: NodeId, value: Expression<ValueType>, overflows: boolean): void {
  loop.assign(id, value);
  if (!overflows || nodeAt(loop.plan.graph, id).type === "bool") return;
  const number = loop.number(id);
  const isInfinite = f64.eq(f64.abs(number), f64.const(Number.POSITIVE_INFINITY));
  if (loop.careful) loop.haltWhere(i32.and(isInfinite, loop.ready(owner)), id, 0);
  else loop.guard(number);
}

function evaluatorOf(plan: Plan, allocate: StateAllocator["state"], id: NodeId, overflows: (id: NodeId) => boolean): Evaluate {
  if (plan.given.has(id)) return (loop) => givenHere(loop, id);
  const node = rowNode(nodeAt(plan.graph, id));
  if (isElementwise(node)) return (loop) => elementwise(loop, node);
  switch (node.op) {
    case "input":
      return (loop) => loop.inCurrency(id, loop.pastNumber({ node: id, shift: [] }));
    case "native":
      return (loop) => nativeRow(loop, node);
    case "delay":
      return delay(plan, allocate, id, node);
    case "window":
      return windowOf({ plan, state: allocate }, id, node);
    case "anchored":
      return anchoredOf({ plan, state: allocate }, id, node);
    case "reduce":
      return (loop) => reduction(loop, id, node, (inside, inner, value) => assign(inside, inner, id, value, overflows(inner)));
    case "state":
      return (loop) => fieldAt(newFields(loop, allocate, node.state), node.field);
    case "previous":
      return (loop) => fieldAt(lastFields(loop, allocate, node.state).map(get), node.field);
  }
}

function givenHere(loop: Loop, id: NodeId): Expression<ValueType> {
  const source = { node: id, shift: [] };
  return nodeAt(loop.plan.graph, id).type === "bool" ? loop.pastBool(source) : loop.pastNumber(source);
}

function fieldAt(fields: readonly Expression<ValueType>[], field: number): Expression<ValueType> {
  const value = fields[field];
  if (value === undefined) throw new Error(`no field ${field}`);
  return value;
}

/** One cell for each field. */
function stateAddress(plan: Plan, allocate: StateAllocator["state"], state: StateId): number {
  return allocate(`state ${state}`, stateAt(plan.graph, state).fields.length);
}

/** What the fields of a state were on the row before. */
function lastFields(loop: Loop, allocate: StateAllocator["state"], id: StateId): readonly Local<ValueType>[] {
  const address = stateAddress(loop.plan, allocate, id);
  return loop.once(`state ${id}`, () =>
    stateAt(loop.plan.graph, id).fields.map(({ seed }, field) =>
      nodeAt(loop.plan.graph, seed).type === "bool" ? loop.carried("i32", address + 8 * field) : loop.carried("f64", address + 8 * field),
    ),
  );
}

/** What they are on this row: the seeds on the state's first row and where it is reset. */
function newFields(loop: Loop, allocate: StateAllocator["state"], id: StateId): readonly Expression<ValueType>[] {
  const { fields, reset } = stateAt(loop.plan.graph, id);
  return loop.once(`new state ${id}`, () => {
    const last = lastFields(loop, allocate, id);
    const resets = reset === null ? null : i32.eq(loop.bool(reset), i32.const(1));
    const isSeeded = seedsHere(loop, id, resets);
    const values = fields.map(({ seed, then }) => loop.keep(fieldValue(loop, isSeeded, seed, then)));
    values.forEach((value, field) => {
      const local = last[field];
      if (local !== undefined) loop.addLast(set(local, value));
    });
    return values;
  });
}

/** Where the fields take their seeds; null for never. Before the first row of a state nothing reads it. */
function seedsHere(loop: Loop, id: StateId, resets: Int | null): Int | null {
  if (!loop.careful) return resets;
  const isFirst = i32.le(loop.row, loop.intParameter({ kind: "seed", state: id }));
  return resets === null ? isFirst : i32.or(isFirst, resets);
}

function fieldValue(loop: Loop, isSeeded: Int | null, seed: NodeId, then: NodeId): Expression<ValueType> {
  if (nodeAt(loop.plan.graph, seed).type === "bool")
    return isSeeded === null ? loop.bool(then) : select(loop.bool(seed), loop.bool(then), isSeeded);
  return isSeeded === null ? loop.number(then) : select(loop.number(seed), loop.number(then), isSeeded);
}

/** Of one row: what a register kept; else a load. */
function delay(plan: Plan, allocate: StateAllocator["state"], id: NodeId, node: Extract<Node, { op: "delay" }>): Evaluate {
  const source = sourceOf(plan, id);
  if (!isCarried(plan.graph, node)) {
    if (node.type === "bool") return (loop) => loop.pastBool(source);
    return (loop) => loop.inCurrency(source.node, loop.pastNumber(source));
  }
  const address = allocate(`carried ${id}`, 1);
  return (loop) => {
    if (node.type === "bool") {
      const last = loop.carried("i32", address);
      loop.addLast(set(last, loop.bool(node.x)));
      return get(last);
    }
    const last = loop.carried("f64", address);
    loop.addLast(set(last, loop.number(node.x)));
    return get(last);
  };
}

/** A column holds 0 where its node has no value yet. */
function storeColumn(loop: Loop, id: NodeId): void {
  const { address, kind } = columnOf(loop.plan.graph, loop.layout, id);
  if (kind === "bool") {
    const value = loop.bool(id);
    loop.add(i32.store8(loop.index, loop.careful ? select(value, i32.const(0), loop.ready(id)) : value, address));
    return;
  }
  const value: Double = loop.number(id);
  loop.add(f64.store(i32.shl(loop.index, i32.const(3)), loop.careful ? select(value, f64.const(0), loop.ready(id)) : value, address));
}

/** Bit c of byte b: the market parts of condition 8b + c are true. */
function storeConditions(loop: Loop): void {
  loop.layout.masks.forEach((address, byte) => {
    const bits = loop.plan.conditions
      .slice(8 * byte, 8 * byte + 8)
      .flatMap((condition, bit) => (condition === null ? [] : [i32.shl(marketPart(loop, condition), i32.const(bit))]));
    loop.add(
      i32.store8(
        loop.index,
        bits.reduce((all, one) => i32.or(all, one), i32.const(0)),
        address,
      ),
    );
  });
}

function marketPart(loop: Loop, condition: Condition): Int {
  const parts = condition.market.map((id) => (nodeAt(loop.plan.graph, id).optional ? i32.eq(loop.bool(id), i32.const(1)) : loop.bool(id)));
  if (loop.careful) parts.push(loop.ready(condition.node));
  return parts.reduce<Int | null>((all, one) => (all === null ? one : i32.and(all, one)), null) ?? i32.const(1);
}
