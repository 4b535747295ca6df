/**
 * Lanes: what of a graph is evaluated on the rows of which clock, for which symbols. All lanes share the graph's nodes. What crosses from lane to
 * lane comes as columns that the host brings, so a lane is evaluated in stages: a stage has what lanes of earlier stages give it.
 */
import { isDirect, levels, sourceClock } from "./clocks.ts";
import { decides, demandedLanes, type Lane, laneConditions, laneExpressions, readsOf } from "./demand.ts";
import type { KernelWork } from "./kernel.ts";
import { type CrossingNode, isCrossing } from "./kinds.ts";
import type { ClockId, Graph, NodeId, SymbolId } from "./nodes.ts";
import { frontier, type Stratum, strata } from "./strata.ts";
import { conditions, nodeAt, operands, reachable, stateAt, stateOperands } from "./traverse.ts";

/** A node whose column the host brings, and where it takes it from. */
export interface Crossing {
  readonly node: NodeId;
  /** `stage`: this lane's own column of an earlier stage. Else the node's op; the node says the rest: symbol, group, function. */
  readonly op: "stage" | CrossingNode["op"];
  /** The columns read: `node` in the lanes of `clock`, which observe it. None for `begins`, which reads ticks alone. */
  readonly sources: readonly { readonly clock: ClockId; readonly node: NodeId }[];
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

/** Whether a graph has one lane only, which reads nothing that crosses, not even from itself. */
export function isSole({ symbols, clocks, rules, nodes }: Graph): boolean {
  return symbols.length === 1 && clocks.length === 1 && rules.every(({ kind }) => kind !== "legs") && !nodes.some(isCrossing);
}

/** The whole of a graph of one symbol and one clock. */
export function soleLane(graph: Graph): KernelWork {
  return { graph, symbol: 0, conditions: conditions(graph), given: [], marks: true };
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

/** The stages of one lane: one for each level of what it publishes, and that in which it decides. */
function stages(graph: Graph, lane: Lane, stratum: readonly Stratum[], level: readonly number[]): readonly LanePlan[] {
  const levelOf = (id: NodeId | null): number => (id === null ? 0 : (level[id] ?? 0));
  const acting = decides(graph, lane) ? decision(graph, lane, stratum) : null;
  const actingLevel = acting === null ? null : Math.max(0, ...acting.tested.map(levelOf), ...acting.read.map(levelOf));
  const all = new Set([...[...lane.published].map(levelOf), ...(actingLevel === null ? [] : [actingLevel])]);
  const none = conditions(graph).map(() => null);
  return [...all].map((stage) => {
    const { tested, read } = acting !== null && stage === actingLevel ? acting : { tested: none, read: [] };
    const observed = new Set([...lane.published].filter((id) => levelOf(id) === stage).concat(read));
    const roots = [...tested.filter((id) => id !== null), ...observed];
    const crossings = crossingsOf(graph, lane, { roots, stage, stratum, level });
    return {
      clock: lane.clock,
      kind: lane.symbol === null ? "universe" : "symbol",
      symbols: lane.symbol === null ? [] : [lane.symbol],
      level: stage,
      decides: stage === actingLevel,
      conditions: tested,
      observed: [...observed].sort((a, b) => a - b),
      given: crossings.map(({ node }) => node),
      crossings,
      marks: isSole(graph),
    };
  });
}

/** The conditions of a lane that decides, and the market values that the host reads where rules act. */
function decision(graph: Graph, lane: Lane, stratum: readonly Stratum[]) {
  const read = laneExpressions(graph, lane).flatMap((id) => frontier(graph, id));
  return { tested: laneConditions(graph, lane), read: read.filter((id) => stratum[id] !== "run") };
}

interface Stage {
  readonly roots: readonly NodeId[];
  readonly stage: number;
  readonly stratum: readonly Stratum[];
  readonly level: readonly number[];
}

/**
 * What a stage does not evaluate itself: what crosses, and what an earlier stage has published already. But what a state reads it does, since the row of
 * a seed depends on what of it comes from other lanes.
 */
function crossingsOf(graph: Graph, lane: Lane, { roots, stage, stratum, level }: Stage): readonly Crossing[] {
  const inside = insideStates(graph, roots);
  const found = new Map<NodeId, Crossing>();
  const seen = new Set<NodeId>();
  const visit = (id: NodeId): void => {
    if (stratum[id] === "run" || seen.has(id)) return;
    seen.add(id);
    const node = nodeAt(graph, id);
    if (isCrossing(node)) {
      const sources = node.op === "begins" ? [] : operands(node).map((read) => ({ clock: sourceClock(node, lane.clock), node: read }));
      found.set(id, { node: id, op: node.op, sources });
    } else if (lane.published.has(id) && (level[id] ?? 0) < stage && !isDirect(graph, id) && !inside.has(id)) {
      found.set(id, { node: id, op: "stage", sources: [{ clock: lane.clock, node: id }] });
    } else readsOf(graph, id).forEach(visit);
  };
  roots.forEach(visit);
  return [...found.values()].sort((a, b) => a.node - b.node);
}

/** Everything on this lane that the states below `roots` are made from. */
function insideStates(graph: Graph, roots: readonly NodeId[]): ReadonlySet<NodeId> {
  const crossings = new Set(graph.nodes.flatMap((node, id) => (isCrossing(node) ? [id] : [])));
  const states = reachable(graph, roots, stateOperands, crossings).flatMap((id) => {
    const node = nodeAt(graph, id);
    return node.op === "state" ? stateOperands(stateAt(graph, node.state)) : [];
  });
  return new Set(reachable(graph, states, stateOperands, crossings));
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
