/**
 * What the kernel of a graph must compute and what it must keep. A node gets a column only if it is read at another row or by the host; all
 * others live in the registers of one fused loop. Nodes that only seed a recursion are computed until the last seed has been taken.
 */
import type { KernelWork } from "../../graph/kernel.ts";
import type { Graph, ModelId, Node, NodeId, StateId } from "../../graph/nodes.ts";
import { frontier, type Stratum, strata } from "../../graph/strata.ts";
import { nodeAt, operands, stateAt } from "../../graph/traverse.ts";
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
  /** Market nodes whose columns the host brings. */
  readonly given: ReadonlySet<NodeId>;
  /** Whether `run` marks equity. */
  readonly marks: boolean;
  readonly observed: readonly NodeId[];
  /** In the kernel's order; null where a line has no condition. */
  readonly conditions: readonly (Condition | null)[];
  /** Market nodes to evaluate, or to read where they are given, on every row, ascending, which is an order of evaluation. */
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
  /** Native models that are evaluated. */
  readonly models: readonly ModelId[];
}

const PRICES: ReadonlySet<string> = new Set(["open", "high", "low", "close"]);

/** Whether a node's column holds integer ticks. */
export function isPrice(graph: Graph, id: NodeId): boolean {
  const node = nodeAt(graph, id);
  return node.op === "input" && PRICES.has(node.field);
}

/** What decides where values come from. */
export type Origins = Pick<Plan, "graph" | "stratum" | "given">;

/** The delay of the run that `id` is and that this kernel evaluates, if it is one. */
function runDelay({ graph, stratum, given }: Origins, id: NodeId): Extract<Node, { op: "delay" }> | null {
  const node = nodeAt(graph, id);
  return node.op === "delay" && stratum[node.by] === "run" && !given.has(id) ? node : null;
}

/** Where the values of `id` are found in the columns. */
export function sourceOf(origins: Origins, id: NodeId): Source {
  const delay = runDelay(origins, id);
  if (delay === null) return { node: id, shift: [] };
  const inner = sourceOf(origins, delay.x);
  return { node: inner.node, shift: [...inner.shift, delay.by] };
}

/** A delay of one row is carried from row to row in a register. */
export function isCarried(graph: Graph, node: Extract<Node, { op: "delay" }>): boolean {
  const by = nodeAt(graph, node.by);
  return by.op === "constant" && by.value === 1 && nodeAt(graph, node.x).op !== "delay";
}

function conjuncts(origins: Origins, id: NodeId): readonly NodeId[] {
  const node = nodeAt(origins.graph, id);
  if (node.op !== "binary" || node.fn !== "and" || origins.given.has(id)) return [id];
  return [...conjuncts(origins, node.a), ...conjuncts(origins, node.b)];
}

function splitCondition(origins: Origins, node: NodeId): Condition {
  const { stratum } = origins;
  const parts = conjuncts(origins, node);
  return { node, market: parts.filter((id) => stratum[id] !== "account"), account: parts.filter((id) => stratum[id] === "account") };
}

/** The nodes whose values on a row must be known, or in their column, before that of `id`. */
export function rowOperands(origins: Origins, id: NodeId): readonly NodeId[] {
  const { graph, stratum, given } = origins;
  if (given.has(id)) return [];
  const node = nodeAt(graph, id);
  if (node.op === "state") {
    const { fields, reset } = stateAt(graph, node.state);
    return [...fields.flatMap(({ seed, then }) => [seed, then]), ...(reset === null ? [] : [reset])];
  }
  const read = new Set<NodeId>();
  const seen = new Set<NodeId>();
  const visit = (operand: NodeId): void => {
    if (seen.has(operand)) return;
    seen.add(operand);
    if (stratum[operand] === "loop") for (const inner of operands(nodeAt(graph, operand))) visit(inner);
    else read.add(operand).add(sourceOf(origins, operand).node);
  };
  for (const operand of operands(node)) visit(operand);
  return [...read];
}

/** Collects what is needed; with `seeds` also what only seeds recursions. */
function collector(origins: Origins, seeds: boolean) {
  const { graph, stratum, given } = origins;
  const live = new Set<NodeId>();
  const columns = new Map<NodeId, number>();
  const inputs = new Map<InputField, number>();
  const states = new Set<StateId>();

  const largestShift = (id: NodeId): number => {
    const delay = runDelay(origins, id);
    return delay === null ? 0 : delay.max + largestShift(delay.x);
  };
  const column = (id: NodeId, history: number): void => {
    const node = nodeAt(graph, id);
    if (node.op === "input") inputs.set(node.field, Math.max(inputs.get(node.field) ?? 0, history));
    else {
      columns.set(id, Math.max(columns.get(id) ?? 0, history));
      value(id);
    }
  };
  const shifted = (id: NodeId, history: number): void => column(sourceOf(origins, id).node, largestShift(id) + history);
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
    if (given.has(id)) column(id, 0);
    else if (node.op === "delay") {
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
    if (isPrice(graph, sourceOf(origins, node.x).node)) shifted(node.x, 0);
    else value(node.x);
  };
  return { value, column, live, columns, inputs, states };
}

function modelsIn(graph: Graph, live: readonly NodeId[]): readonly ModelId[] {
  const found = live.flatMap((id) => {
    const node = nodeAt(graph, id);
    return node.op === "native" ? [node.model] : [];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

/** Lays out the work of a kernel. `observed` are market nodes the host will ask for. */
export function planOf({ graph, conditions, given, marks }: KernelWork, observed: readonly NodeId[]): Plan {
  const origins: Origins = { graph, stratum: strata(graph), given: new Set(given) };
  const { stratum } = origins;
  const split = conditions.map((id) => (id === null ? null : splitCondition(origins, id)));
  const collect = (seeds: boolean) => {
    const all = collector(origins, seeds);
    for (const id of observed) all.column(id, 0);
    for (const condition of split) {
      condition?.market.forEach(all.value);
      for (const part of condition?.account ?? []) for (const id of frontier(graph, part)) if (stratum[id] === "market") all.column(id, 0);
    }
    return all;
  };
  const whole = collect(true);
  const lasting = collect(false);
  const live = [...whole.live].filter((id) => stratum[id] === "market").sort((a, b) => a - b);
  return {
    ...{ graph, stratum, given: new Set(given.filter((id) => whole.columns.has(id))) },
    marks,
    observed,
    conditions: split,
    live,
    lasting: lasting.live,
    columns: whole.columns,
    lastingColumns: new Set(lasting.columns.keys()),
    inputs: whole.inputs,
    states: [...whole.states],
    models: modelsIn(graph, live),
  };
}
