/**
 * Lanes: what of a graph is evaluated on the rows of which clock, for which symbols. All lanes share the graph's nodes. What crosses from lane to
 * lane comes as columns that the host brings, so a lane is evaluated in stages: a stage has what lanes of earlier stages give it.
 */
import { type CrossingNode, isCrossing, isDirect, levels, sourceClock } from "./clocks.ts";
import type { KernelWork } from "./kernel.ts";
import type { ClockId, Graph, NodeId, Rule, SymbolId } from "./nodes.ts";
import { frontier, type Stratum, strata } from "./strata.ts";
import { conditions, nodeAt, operands, ruleExpressions, stateAt, stateOperands } from "./traverse.ts";

/** A node whose column the host brings, and where it takes it from. */
export interface Crossing {
  readonly node: NodeId;
  /** `stage`: this lane's own column of an earlier stage. Else the node's op; the node says the rest: symbol, group, function. */
  readonly op: "stage" | CrossingNode["op"];
  /** The column read: `node` in the lanes of `clock`, which observe it. Null for `begins`, which reads ticks alone. */
  readonly source: { readonly clock: ClockId; readonly node: NodeId } | null;
}

/** One stage of the lanes of some symbols, or of the universe, on one clock: the work of one kernel for each of them. */
export interface LanePlan {
  readonly clock: ClockId;
  readonly kind: "symbol" | "universe";
  /** Whom it serves, ascending: each with a kernel of its own. None for the universe. */
  readonly symbols: readonly SymbolId[];
  /** A plan reads columns of plans of lower levels only. */
  readonly level: number;
  /** Whether rules act on it: it has the conditions of its clock, and observes all they say. The kernel that `run` and `condition` are asked of. */
  readonly decides: boolean;
  /** As `conditions` of traverse.ts counts them; null for those of other lanes. All null where it does not decide. */
  readonly conditions: readonly (NodeId | null)[];
  /** Ascending: what rules read, and what other lanes and later stages do. */
  readonly observed: readonly NodeId[];
  /** Ascending. */
  readonly given: readonly NodeId[];
  /** One for each given node, in that order. */
  readonly crossings: readonly Crossing[];
  /** Whether the kernel marks equity: that of the only symbol on the only clock. */
  readonly marks: boolean;
}

/** A lane's work for one symbol; null for the universe. */
export function laneWork(graph: Graph, plan: LanePlan, symbol: SymbolId | null): KernelWork {
  return { graph, symbol, conditions: plan.conditions, given: plan.given, marks: plan.marks };
}

/** The whole of a graph of one symbol and one clock. */
export function soleLane(graph: Graph): KernelWork {
  return { graph, symbol: 0, conditions: conditions(graph), given: [], marks: true };
}

/** The lane of one symbol, or of the universe (null), on one clock, as it is found out what it must evaluate. */
interface Lane {
  readonly clock: ClockId;
  readonly symbol: SymbolId | null;
  /** What other lanes read of it. */
  readonly published: Set<NodeId>;
  readonly visited: Set<NodeId>;
}

/**
 * All lanes of a graph in an order of evaluation. The lanes of the first clock of all traded symbols decide even where they have no rule: orders
 * meet the market on their rows.
 */
export function lanePlans(graph: Graph): readonly LanePlan[] {
  const stratum = strata(graph);
  const level = levels(graph);
  const lanes = demandedLanes(graph, stratum);
  const plans = lanes.flatMap((lane) => stages(graph, lane, stratum, level));
  return shared(plans).sort((a, b) => a.level - b.level || a.clock - b.clock);
}

/** The rules that act on a clock for each symbol, or for the universe. */
function rulesOf({ rules }: Graph, clock: ClockId, symbol: SymbolId | null): readonly Rule[] {
  return rules.filter((rule) => rule.clock === clock && (rule.kind === "legs") === (symbol === null));
}

function decides(graph: Graph, { clock, symbol }: Pick<Lane, "clock" | "symbol">): boolean {
  if (symbol !== null && graph.symbols[symbol]?.trades !== true) return false;
  return rulesOf(graph, clock, symbol).length > 0 || (clock === 0 && symbol !== null);
}

/** The conditions of a lane that decides: its rules', and on the first clock of a symbol those of risk lines and of the session. */
function laneConditions(graph: Graph, { clock, symbol }: Lane): readonly (NodeId | null)[] {
  const rules = new Set(rulesOf(graph, clock, symbol));
  const isFirst = clock === 0 && symbol !== null;
  return conditions(graph).map((node, index) => {
    const rule = graph.rules[index];
    return (rule === undefined ? isFirst : rules.has(rule)) ? node : null;
  });
}

/** What the host reads where rules act. */
function laneExpressions(graph: Graph, { clock, symbol }: Lane): readonly NodeId[] {
  return rulesOf(graph, clock, symbol).flatMap(ruleExpressions);
}

/** All lanes, with what they publish: begun with those that decide, then what these read of others, and so on. */
function demandedLanes(graph: Graph, stratum: readonly Stratum[]): readonly Lane[] {
  const lanes = new Map<string, Lane>();
  const laneOf = (clock: ClockId, symbol: SymbolId | null): Lane => {
    const key = `${clock} ${symbol}`;
    const known = lanes.get(key) ?? { clock, symbol, published: new Set(), visited: new Set() };
    lanes.set(key, known);
    return known;
  };
  const visit = (lane: Lane, id: NodeId): void => {
    if (stratum[id] === "run" || lane.visited.has(id)) return;
    lane.visited.add(id);
    const node = nodeAt(graph, id);
    if (!isCrossing(node)) for (const read of readsOf(graph, id)) visit(lane, read);
    else if (node.op !== "begins") {
      for (const symbol of sourceSymbols(graph, node, lane)) publish(laneOf(sourceClock(node, lane.clock), symbol), node.x);
    }
  };
  const publish = (lane: Lane, id: NodeId): void => {
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

function readsOf(graph: Graph, id: NodeId): readonly NodeId[] {
  const node = nodeAt(graph, id);
  return node.op === "state" || node.op === "previous" ? stateOperands(stateAt(graph, node.state)) : operands(node);
}

/** The symbols whose lanes a crossing reads. */
function sourceSymbols(graph: Graph, node: Exclude<CrossingNode, { op: "begins" }>, { symbol }: Lane): readonly (SymbolId | null)[] {
  switch (node.op) {
    case "sample":
      return [node.symbol ?? symbol];
    case "gather":
      return [symbol];
    case "across":
      return graph.groups[node.group]?.symbols ?? [];
  }
}

/** The stages of one lane: one for each level of what it publishes, and that in which it decides. */
function stages(graph: Graph, lane: Lane, stratum: readonly Stratum[], level: readonly number[]): readonly LanePlan[] {
  const isDeciding = decides(graph, lane);
  const none = graph.rules.length + graph.risk.length + 1;
  const tested = isDeciding ? laneConditions(graph, lane) : Array.from({ length: none }, () => null);
  const read = isDeciding
    ? laneExpressions(graph, lane)
        .flatMap((id) => frontier(graph, id))
        .filter((id) => stratum[id] !== "run")
    : [];
  const levelOf = (id: NodeId | null): number => (id === null ? 0 : (level[id] ?? 0));
  const decidingLevel = isDeciding ? Math.max(0, ...tested.map(levelOf), ...read.map(levelOf)) : -1;
  const all = new Set([...[...lane.published].map(levelOf), ...(isDeciding ? [decidingLevel] : [])]);
  return [...all].map((stage) => {
    const acts = stage === decidingLevel;
    const observed = new Set([...[...lane.published].filter((id) => levelOf(id) === stage), ...(acts ? read : [])]);
    const roots = acts ? [...tested.filter((id) => id !== null), ...observed] : [...observed];
    const crossings = crossingsOf(graph, lane, { roots, stage, stratum, level });
    return {
      clock: lane.clock,
      kind: lane.symbol === null ? "universe" : "symbol",
      symbols: lane.symbol === null ? [] : [lane.symbol],
      level: stage,
      decides: acts,
      conditions: acts ? tested : tested.map(() => null),
      observed: [...observed].sort((a, b) => a - b),
      given: crossings.map(({ node }) => node),
      crossings,
      marks: graph.symbols.length === 1 && graph.clocks.length === 1,
    };
  });
}

interface Stage {
  readonly roots: readonly NodeId[];
  readonly stage: number;
  readonly stratum: readonly Stratum[];
  readonly level: readonly number[];
}

/** What a stage does not evaluate itself: what crosses, and what an earlier stage has published already. */
function crossingsOf(graph: Graph, lane: Lane, { roots, stage, stratum, level }: Stage): readonly Crossing[] {
  const found = new Map<NodeId, Crossing>();
  const seen = new Set<NodeId>();
  const visit = (id: NodeId): void => {
    if (stratum[id] === "run" || seen.has(id)) return;
    seen.add(id);
    const node = nodeAt(graph, id);
    if (isCrossing(node)) {
      const source = node.op === "begins" ? null : { clock: sourceClock(node, lane.clock), node: node.x };
      found.set(id, { node: id, op: node.op, source });
    } else if (lane.published.has(id) && (level[id] ?? 0) < stage && !isDirect(graph, id)) {
      found.set(id, { node: id, op: "stage", source: { clock: lane.clock, node: id } });
    } else readsOf(graph, id).forEach(visit);
  };
  roots.forEach(visit);
  return [...found.values()].sort((a, b) => a.node - b.node);
}

/** Plans that differ in nothing but the symbol become one. */
function shared(plans: readonly LanePlan[]): LanePlan[] {
  const byWork = new Map<string, LanePlan>();
  for (const plan of plans) {
    const key = JSON.stringify({ ...plan, symbols: [] });
    const known = byWork.get(key);
    byWork.set(key, known === undefined ? plan : { ...known, symbols: [...known.symbols, ...plan.symbols] });
  }
  return [...byWork.values()];
}
