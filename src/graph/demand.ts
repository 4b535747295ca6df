/** What lanes a graph needs, and what is asked of each: followed from the rules through everything that crosses from lane to lane. */
import { sourceClock } from "./clocks.ts";
import { type CrossingNode, isCrossing } from "./kinds.ts";
import type { ClockId, Graph, NodeId, Rule, SymbolId } from "./nodes.ts";
import type { Stratum } from "./strata.ts";
import { conditions, nodeAt, operands, ruleExpressions, stateAt, stateOperands } from "./traverse.ts";

/** The lane of one symbol, or of the universe (null), on one clock, and what is asked of it. */
export interface Lane {
  readonly clock: ClockId;
  readonly symbol: SymbolId | null;
  /** What other lanes read of it. */
  readonly published: ReadonlySet<NodeId>;
  /** All it is made from, but what is of the run: what it reads of other lanes, and all below that on its own. */
  readonly needed: ReadonlySet<NodeId>;
}

interface GrowingLane extends Lane {
  readonly published: Set<NodeId>;
  readonly needed: Set<NodeId>;
}

/** The rules that act on a clock for each symbol, or for the universe. */
function rulesOf({ rules }: Graph, clock: ClockId, symbol: SymbolId | null): readonly Rule[] {
  return rules.filter((rule) => rule.clock === clock && (rule.kind === "legs") === (symbol === null));
}

/** Whether rules act on a lane. On the first clock that of a traded symbol is one in any case: orders meet the market on its rows. */
export function decides(graph: Graph, { clock, symbol }: Pick<Lane, "clock" | "symbol">): boolean {
  if (symbol !== null && graph.symbols[symbol]?.trades !== true) return false;
  return rulesOf(graph, clock, symbol).length > 0 || (clock === 0 && symbol !== null);
}

/** The conditions of a lane that decides: its rules', and on the first clock of a symbol those of risk lines and of the session. */
export function laneConditions(graph: Graph, { clock, symbol }: Lane): readonly (NodeId | null)[] {
  const rules = new Set(rulesOf(graph, clock, symbol));
  const isFirst = clock === 0 && symbol !== null;
  return conditions(graph).map((node, index) => {
    const rule = graph.rules[index];
    return (rule === undefined ? isFirst : rules.has(rule)) ? node : null;
  });
}

/** What the host reads where rules act. */
export function laneExpressions(graph: Graph, { clock, symbol }: Lane): readonly NodeId[] {
  return rulesOf(graph, clock, symbol).flatMap(ruleExpressions);
}

/** All lanes, with what they need and publish: begun with those that decide, then what these read of others, and so on. */
export function demandedLanes(graph: Graph, stratum: readonly Stratum[]): readonly Lane[] {
  const lanes = new Map<string, GrowingLane>();
  const laneOf = (clock: ClockId, symbol: SymbolId | null): GrowingLane => {
    const key = `${clock} ${symbol}`;
    const known = lanes.get(key) ?? { clock, symbol, published: new Set(), needed: new Set() };
    lanes.set(key, known);
    return known;
  };
  const visit = (lane: GrowingLane, id: NodeId): void => {
    if (stratum[id] === "run" || lane.needed.has(id)) return;
    lane.needed.add(id);
    const node = nodeAt(graph, id);
    if (!isCrossing(node)) for (const read of readsOf(graph, id)) visit(lane, read);
    else if (node.op !== "begins") {
      for (const symbol of sourceSymbols(graph, node, lane))
        for (const read of operands(node)) publish(laneOf(sourceClock(node, lane.clock), symbol), read);
    }
  };
  const publish = (lane: GrowingLane, id: NodeId): void => {
    lane.published.add(id);
    visit(lane, id);
  };
  for (const clock of graph.clocks.keys()) {
    for (const symbol of [...graph.symbols.keys(), null]) {
      if (!decides(graph, { clock, symbol })) continue;
      const lane = laneOf(clock, symbol);
      for (const id of [...laneConditions(graph, lane), ...laneExpressions(graph, lane)]) if (id !== null) visit(lane, id);
    }
  }
  return [...lanes.values()];
}

/** What a node is made from on its own lane, or a crossing on another's. */
export function readsOf(graph: Graph, id: NodeId): readonly NodeId[] {
  const node = nodeAt(graph, id);
  return node.op === "state" || node.op === "previous" ? stateOperands(stateAt(graph, node.state)) : operands(node);
}

/** The symbols whose lanes a crossing reads. */
function sourceSymbols(graph: Graph, node: Exclude<CrossingNode, { op: "begins" }>, { symbol }: Lane): readonly (SymbolId | null)[] {
  switch (node.op) {
    case "sample":
      return [node.symbol ?? symbol];
    case "gather":
    case "onnx":
      return [symbol];
    case "across":
      return graph.groups[node.group]?.symbols ?? [];
  }
}
