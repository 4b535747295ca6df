/**
 * What the kernel of a graph must compute and what it must keep. A node gets a column only if it is read at another row or by the host; all
 * others live in the registers of one fused loop. Nodes that only seed a recursion are computed until the last seed has been taken.
 */
import type { Graph, Node, NodeId, StateId } from "../../graph/nodes.ts";
import { frontier, type Stratum, strata } from "../../graph/strata.ts";
import { conditions, nodeAt, operands, stateAt } from "../../graph/traverse.ts";
import type { InputField } from "../../market/bars.ts";

/** A node's value `shift` rows ago, the delays between folded into the shift: the sum of the values of these nodes of the run. */
export interface Source {
  readonly node: NodeId;
  readonly shift: readonly NodeId[];
}

/** A kernel condition: true where all `market` parts (kept as a bit a row) and all `account` parts (evaluated by the scan) are. */
export interface Condition {
  readonly node: NodeId;
  readonly market: readonly NodeId[];
  readonly account: readonly NodeId[];
}

export interface Plan {
  readonly graph: Graph;
  readonly stratum: readonly Stratum[];
  readonly observed: readonly NodeId[];
  /** In the kernel's order; null where a line has no condition. */
  readonly conditions: readonly (Condition | null)[];
  /** Market nodes to evaluate on every row, ascending, which is an order of evaluation. */
  readonly live: readonly NodeId[];
  /** Those of them that are still needed once every recursion is seeded. */
  readonly lasting: ReadonlySet<NodeId>;
  /** Nodes with a column, inputs apart, and how many earlier values of it are read. */
  readonly columns: ReadonlyMap<NodeId, number>;
  /** Those of them that are still read once every recursion is seeded. */
  readonly lastingColumns: ReadonlySet<NodeId>;
  /** Input columns that are read, and how many earlier values. */
  readonly inputs: ReadonlyMap<InputField, number>;
  readonly states: readonly StateId[];
}

const PRICES: ReadonlySet<string> = new Set(["open", "high", "low", "close"]);

/** Whether a node's column holds integer ticks. */
export function isPrice(graph: Graph, id: NodeId): boolean {
  const node = nodeAt(graph, id);
  return node.op === "input" && PRICES.has(node.field);
}

/** Where the values of `id` are found in the columns. */
export function sourceOf(graph: Graph, stratum: readonly Stratum[], id: NodeId): Source {
  const node = nodeAt(graph, id);
  if (node.op !== "delay" || stratum[node.by] !== "run") return { node: id, shift: [] };
  const inner = sourceOf(graph, stratum, node.x);
  return { node: inner.node, shift: [...inner.shift, node.by] };
}

/** A delay of one row is carried from row to row in a register. */
export function isCarried(graph: Graph, node: Extract<Node, { op: "delay" }>): boolean {
  const by = nodeAt(graph, node.by);
  return by.op === "constant" && by.value === 1 && nodeAt(graph, node.x).op !== "delay";
}

function conjuncts(graph: Graph, id: NodeId): readonly NodeId[] {
  const node = nodeAt(graph, id);
  return node.op === "binary" && node.fn === "and" ? [...conjuncts(graph, node.a), ...conjuncts(graph, node.b)] : [id];
}

function splitCondition(graph: Graph, stratum: readonly Stratum[], node: NodeId): Condition {
  const parts = conjuncts(graph, node);
  return { node, market: parts.filter((id) => stratum[id] !== "account"), account: parts.filter((id) => stratum[id] === "account") };
}

/** The nodes whose values on a row must be known, or in their column, before that of `id`. */
export function rowOperands({ graph, stratum }: Pick<Plan, "graph" | "stratum">, id: NodeId): readonly NodeId[] {
  const node = nodeAt(graph, id);
  if (node.op === "state") {
    const { fields, reset } = stateAt(graph, node.state);
    return [...fields.flatMap(({ seed, then }) => [seed, then]), ...(reset === null ? [] : [reset])];
  }
  const read = operands(node).flatMap((operand) => (stratum[operand] === "loop" ? rowOperands({ graph, stratum }, operand) : [operand]));
  return [...read, ...read.map((operand) => sourceOf(graph, stratum, operand).node)];
}

/** Collects what is needed; with `seeds` also what only seeds recursions. */
function collector(graph: Graph, stratum: readonly Stratum[], seeds: boolean) {
  const live = new Set<NodeId>();
  const columns = new Map<NodeId, number>();
  const inputs = new Map<InputField, number>();
  const states = new Set<StateId>();

  const largestShift = (id: NodeId): number => {
    const node = nodeAt(graph, id);
    return node.op === "delay" && stratum[node.by] === "run" ? node.max + largestShift(node.x) : 0;
  };
  const column = (id: NodeId, history: number): void => {
    const node = nodeAt(graph, id);
    if (node.op === "input") inputs.set(node.field, Math.max(inputs.get(node.field) ?? 0, history));
    else {
      columns.set(id, Math.max(columns.get(id) ?? 0, history));
      value(id);
    }
  };
  const shifted = (id: NodeId, history: number): void => column(sourceOf(graph, stratum, id).node, largestShift(id) + history);
  const state = (id: StateId): void => {
    if (states.has(id)) return;
    states.add(id);
    const { fields, reset } = stateAt(graph, id);
    for (const field of fields) {
      value(field.then);
      if (seeds || reset !== null) value(field.seed);
    }
    if (reset !== null) value(reset);
  };
  const value = (id: NodeId): void => {
    if (stratum[id] === "run" || live.has(id)) return;
    live.add(id);
    const node = nodeAt(graph, id);
    if (node.op === "delay") {
      if (isCarried(graph, node)) value(node.x);
      else if (stratum[node.by] === "run") shifted(id, 0);
      else {
        shifted(node.x, node.max);
        value(node.by);
      }
    } else if (node.op === "window") shifted(node.x, node.max);
    else if (node.op === "input") column(id, 0);
    else if (node.op === "state" || node.op === "previous") state(node.state);
    else if (node.op === "anchored") anchored(node);
    else operands(node).forEach(value);
  };
  const anchored = (node: Extract<Node, { op: "anchored" }>): void => {
    if (node.since === "session") inputs.set("session_bar", inputs.get("session_bar") ?? 0);
    else value(node.since.condition);
    if (node.where !== null) value(node.where);
    if (isPrice(graph, sourceOf(graph, stratum, node.x).node)) shifted(node.x, 0);
    else value(node.x);
  };
  return { value, column, live, columns, inputs, states };
}

/** Lays out the work of a graph. `observed` are market nodes the host will ask for. */
export function planOf(graph: Graph, observed: readonly NodeId[]): Plan {
  const stratum = strata(graph);
  const split = conditions(graph).map((id) => (id === null ? null : splitCondition(graph, stratum, id)));
  const collect = (seeds: boolean) => {
    const all = collector(graph, stratum, seeds);
    for (const id of observed) all.column(id, 0);
    for (const condition of split) {
      condition?.market.forEach(all.value);
      for (const part of condition?.account ?? []) for (const id of frontier(graph, part)) if (stratum[id] === "market") all.column(id, 0);
    }
    return all;
  };
  const whole = collect(true);
  const lasting = collect(false);
  return {
    graph,
    stratum,
    observed,
    conditions: split,
    live: [...whole.live].filter((id) => stratum[id] === "market").sort((a, b) => a - b),
    lasting: lasting.live,
    columns: whole.columns,
    lastingColumns: new Set(lasting.columns.keys()),
    inputs: whole.inputs,
    states: [...whole.states],
  };
}
