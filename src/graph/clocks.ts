/**
 * On which clock a node counts, and how many lanes must have been evaluated before it. Neither depends on a symbol: what crosses from one lane
 * into another (`sample`, `gather`, `across`, `begins`), or comes from a model of the host (`onnx`), takes its values from outside, whoever reads it.
 */
import { type CrossingNode, isCrossing } from "./kinds.ts";
import type { ClockId, Graph, Node, NodeId } from "./nodes.ts";
import { nodeAt, operands, stateAt, stateOperands } from "./traverse.ts";

/** What a node and the states it names are made from. `previous` is told by `ofPrevious`, since its state comes later. */
function readBy<T>(graph: Graph, node: Node, of: (id: NodeId) => T, ofPrevious: (state: number) => T): readonly T[] {
  if (node.op === "previous") return [ofPrevious(node.state)];
  return (node.op === "state" ? stateOperands(stateAt(graph, node.state)) : operands(node)).map(of);
}

/** Folds over the nodes twice, so that what reads a previous value knows its state. */
function folded<T>(graph: Graph, start: T, combine: (node: Node, read: readonly T[], id: NodeId) => T): readonly T[] {
  const ofState = graph.states.map(() => start);
  const pass = (): readonly T[] => {
    const found: T[] = [];
    graph.nodes.forEach((node, id) => {
      const read = readBy(
        graph,
        node,
        (operand) => found[operand] ?? start,
        (state) => ofState[state] ?? start,
      );
      const own = combine(node, read, id);
      if (node.op === "state") ofState[node.state] = own;
      found.push(own);
    });
    return found;
  };
  pass();
  return pass();
}

/**
 * How many stages of lanes come before that of each node, by id: a crossing comes after what it reads. `begins` reads nothing: a host knows
 * when clocks tick before any lane is evaluated.
 */
export function levels(graph: Graph): readonly number[] {
  return folded<number>(graph, 0, (node, read) => Math.max(0, ...read) + (isCrossing(node) && node.op !== "begins" ? 1 : 0));
}

/**
 * The clock whose ticks each node counts, by id. Null: that of whoever reads it, for what is the same on every clock (all of the run), counts nothing but
 * ticks, or is a `sample`, which says only what it reads. `conflict` is told of each node whose operands are of different clocks.
 */
export function clocksOf(graph: Graph, conflict: (id: NodeId, clocks: readonly ClockId[]) => void = refuse): readonly (ClockId | null)[] {
  return folded<ClockId | null>(graph, null, (node, read, id) => {
    if (node.op === "sample") return null;
    if (node.op === "input" || node.op === "gather" || node.op === "begins") return node.clock;
    const clocks = [...new Set(read.filter((clock) => clock !== null))];
    if (clocks.length > 1) conflict(id, clocks);
    return clocks[0] ?? null;
  });
}

function refuse(id: NodeId, clocks: readonly ClockId[]): never {
  throw new Error(`node ${id} reads clocks ${clocks.join(" and ")}`);
}

/** The clock on whose lanes x of a crossing is evaluated, for a reader on `clock`. */
export function sourceClock(node: Exclude<CrossingNode, { op: "begins" }>, clock: ClockId): ClockId {
  switch (node.op) {
    case "sample":
      return node.clock;
    case "gather":
      return 0;
    case "across":
    case "onnx":
      return clock;
  }
}

/** Whether a node is an input, or one some rows ago: every lane of its clock reads it directly, prices as exact ticks. */
export function isDirect(graph: Graph, id: NodeId): boolean {
  const node = nodeAt(graph, id);
  return node.op === "input" || (node.op === "delay" && isDirect(graph, node.x));
}
