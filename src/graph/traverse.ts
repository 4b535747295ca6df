/** Walking a graph: what a node reads, what a set of roots needs, and what the host asks a kernel for. */
import type { InputField } from "../market/bars.ts";
import { isLeaf } from "./kinds.ts";
import type { Clock, EnterRule, Graph, Model, ModelId, Node, NodeId, OrderForm, Rule, State, StateId } from "./nodes.ts";

/** The node with this id. Throws where there is none: ids inside a graph are always valid. */
export function nodeAt(graph: Graph, id: NodeId): Node {
  const node = graph.nodes[id];
  if (node === undefined) throw new Error(`no node ${id}`);
  return node;
}

/** The state with this id. Throws where there is none. */
export function stateAt(graph: Graph, id: StateId): State {
  const state = graph.states[id];
  if (state === undefined) throw new Error(`no state ${id}`);
  return state;
}

/** The model with this id. Throws where there is none. */
export function modelAt(graph: Graph, id: ModelId): Model {
  const model = graph.models[id];
  if (model === undefined) throw new Error(`no model ${id}`);
  return model;
}

/** The clock of the top level. */
export function firstClock({ clocks }: Graph): Clock {
  const [first] = clocks;
  if (first === undefined) throw new Error("a graph without a clock");
  return first;
}

/** The nodes that a node names, in the order of its fields. A `state` or `previous` names none: see `stateOperands`. */
export function operands(node: Node): readonly NodeId[] {
  if (isLeaf(node)) return [];
  switch (node.op) {
    case "unary":
    case "power":
    case "at_entry":
    case "sample":
    case "gather":
    case "across":
      return [node.x];
    case "onnx":
    case "native":
      return node.inputs;
    case "binary":
      return [node.a, node.b];
    case "select":
      return [node.condition, node.then, node.otherwise];
    case "default":
      return [node.x, node.fallback];
    case "delay":
      return [node.x, node.by];
    case "window":
      return node.q === null ? [node.x, node.length] : [node.x, node.length, node.q];
    case "anchored":
      return [node.x, ...(node.since === "session" ? [] : [node.since.condition]), ...(node.where === null ? [] : [node.where])];
    case "reduce":
      return [node.from, node.to, node.body];
  }
}

/** What a state is made from: every seed and then, the reset and the declared settling. */
export function stateOperands(state: State): readonly NodeId[] {
  const fields = state.fields.flatMap((field) => [field.seed, field.then]);
  const rest = [state.reset, state.settlesIn].filter((id) => id !== null);
  return [...fields, ...rest];
}

/**
 * All nodes that `roots` need, themselves included, ascending. A state brings `stateReads` of it: everything it is made from, unless told otherwise.
 * What `leaves` need is left out.
 */
export function reachable(
  graph: Graph,
  roots: readonly NodeId[],
  stateReads: (state: State) => readonly NodeId[] = stateOperands,
  leaves: ReadonlySet<NodeId> = new Set(),
): readonly NodeId[] {
  const seen = new Set<NodeId>();
  const waiting = [...roots];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (leaves.has(id)) continue;
    const node = nodeAt(graph, id);
    waiting.push(...operands(node));
    if (node.op === "state" || node.op === "previous") waiting.push(...stateReads(stateAt(graph, node.state)));
  }
  return [...seen].sort((a, b) => a - b);
}

/** Whether each node depends, on its own row, on what a state was on the row before; by id. */
export function readsPrevious(graph: Graph): readonly boolean[] {
  const reads: boolean[] = [];
  for (const node of graph.nodes) reads.push(node.op === "previous" || operands(node).some((id) => reads[id]));
  return reads;
}

/** The conditions of a graph, in this order: one for each rule, one for each risk line (null without a monitor), and last the session's flatten. */
export function conditions(graph: Graph): readonly (NodeId | null)[] {
  return [...graph.rules.map((rule) => rule.when), ...graph.risk.map((line) => line.monitor?.excess ?? null), graph.session.flatten];
}

/** The prices of an order, its stop before its limit. */
export function orderPrices(order: OrderForm): readonly NodeId[] {
  switch (order.type) {
    case "market":
      return [];
    case "limit":
      return [order.limit];
    case "stop":
      return [order.stop];
    case "stop_limit":
      return [order.stop, order.limit];
  }
}

/** What an `enter` rule says of its orders beside its condition: size, prices of all orders, the condition of adds. */
export function entryExpressions({ size, order, stop, trail, targets, add, prefer }: EnterRule): readonly NodeId[] {
  const children = [stop, trail, ...targets.flatMap(({ at, thenStop }) => [at, thenStop]), add?.when ?? null, prefer?.by ?? null];
  return [size.amount, ...orderPrices(order), ...children.filter((id) => id !== null)];
}

/** The counts of an `enter` rule, of the run. */
export function entryCounts({ add, brakes }: EnterRule): readonly NodeId[] {
  return [add?.upTo ?? null, brakes.perSession, brakes.cooldown].filter((id) => id !== null);
}

function windowOf({ entries }: Extract<Rule, { kind: "hold" | "legs" | "quote" }>): readonly NodeId[] {
  return entries === null ? [] : [entries];
}

/** What the host evaluates when a rule acts, beside its condition. */
export function ruleExpressions(rule: Rule): readonly NodeId[] {
  switch (rule.kind) {
    case "enter":
      return entryExpressions(rule);
    case "exit":
      return orderPrices(rule.order);
    case "hold":
      return [rule.size.amount, ...windowOf(rule)];
    case "legs":
      return [...rule.legs.map(({ size }) => size.amount), ...windowOf(rule)];
    case "quote":
      return [rule.when, rule.at, rule.size.amount, ...windowOf(rule)];
  }
}

/** Whether a rule may open on a side. */
export function opensOn(rule: Rule, side: "long" | "short"): boolean {
  switch (rule.kind) {
    case "enter":
      return rule.side === side;
    case "exit":
      return false;
    case "hold":
    case "legs":
      return side === "long" || rule.short;
    case "quote":
      return (rule.side === "buy") === (side === "long");
  }
}

/** Sizes, prices, conditions of adds and entry windows: what the host evaluates when a rule acts. */
export function orderExpressions(graph: Graph): readonly NodeId[] {
  return graph.rules.flatMap(ruleExpressions);
}

/** Everything that decides: conditions, sizes, prices, counts and the session's flatten. The run starts when all of it is ready (semantics 3.2). */
export function decisionRoots(graph: Graph): readonly NodeId[] {
  const counts = graph.rules.flatMap((rule) => (rule.kind === "enter" ? entryCounts(rule) : []));
  return [...conditions(graph).filter((id) => id !== null), ...orderExpressions(graph), ...counts];
}

/** Whether a window begins on the first row with values, wherever that is: since a session or the tick of a clock, of which the rest counts. */
export function beginsAtOnce(graph: Graph, { since }: Extract<Node, { op: "anchored" }>): boolean {
  return since === "session" || nodeAt(graph, since.condition).op === "begins";
}

/** The columns that the graph reads; a window since the session's begin reads `session_bar`, which is 1 there. */
export function inputFields(graph: Graph): ReadonlySet<InputField> {
  const fields = new Set<InputField>();
  for (const node of graph.nodes) {
    if (node.op === "input") fields.add(node.field);
    if (node.op === "anchored" && node.since === "session") fields.add("session_bar");
  }
  return fields;
}
