/** The rules of nodes.ts about clocks, symbols and groups, as a check. */
import { clocksOf } from "./clocks.ts";
import { demandedLanes, type Lane } from "./demand.ts";
import { type CrossingNode, isCrossing } from "./kinds.ts";
import type { AccountField, Clock, ClockId, Graph, Node } from "./nodes.ts";
import type { Stratum } from "./strata.ts";
import { nodeAt } from "./traverse.ts";

/** Clocks, symbols and groups that are named and do not exist, or stand in a wrong order. */
export function laneReferenceProblems(graph: Graph): readonly string[] {
  const problems: string[] = [];
  const check = (what: string, id: number | null, list: readonly unknown[]): void => {
    if (id !== null && list[id] === undefined) problems.push(`${what} ${id} does not exist`);
  };
  graph.nodes.forEach((node, id) => {
    const { clocks, symbols, groups } = graph;
    const of = `node ${id} (${node.op}):`;
    if (node.op === "input" || node.op === "sample" || node.op === "gather" || node.op === "begins")
      check(`${of} clock`, node.clock, clocks);
    if (node.op === "begins") check(`${of} clock`, node.of, clocks);
    if (node.op === "onnx" || node.op === "native") check(`${of} model`, node.model, graph.models);
    if (node.op === "sample") check(`${of} symbol`, node.symbol, symbols);
    if (node.op === "across" || node.op === "member") check(`${of} group`, node.group, groups);
  });
  for (const rule of graph.rules) {
    check(`${rule.name}: clock`, rule.clock, graph.clocks);
    if (rule.kind === "legs") for (const { symbol } of rule.legs) check(`${rule.name}: symbol`, symbol, graph.symbols);
  }
  for (const { name, overrides } of graph.parameters) for (const { symbol } of overrides) check(`${name}: symbol`, symbol, graph.symbols);
  return [...problems, ...listProblems(graph)];
}

function listProblems({ clocks, symbols, groups }: Graph): readonly string[] {
  const problems: string[] = [];
  clocks.forEach(({ name, of }, id) => {
    if ((id === 0) !== (of === null) || (of ?? -1) >= id) problems.push(`clock ${name} is of clock ${of}`);
  });
  for (const { name, symbols: members } of groups) {
    if (members.some((id, i) => symbols[id] === undefined || id <= (members[i - 1] ?? -1))) problems.push(`group ${name} is not ascending`);
  }
  const traded = symbols.flatMap(({ trades }, id) => (trades ? [id] : []));
  if (symbols.some(({ trades }, id) => trades !== id < traded.length)) problems.push("symbols that are not traded stand before others");
  if (JSON.stringify(groups[0]?.symbols) !== JSON.stringify(traded)) problems.push("the first group is not that of the traded symbols");
  return problems;
}

/** What is wrong with how nodes cross from lane to lane. */
export function laneProblems(graph: Graph, stratum: readonly Stratum[]): readonly string[] {
  const problems = new Set<string>();
  clocksOf(graph, (id, clocks) => problems.add(`node ${id} reads clocks ${clocks.join(" and ")}`));
  graph.nodes.forEach((node, id) => {
    if (isCrossing(node)) for (const problem of crossingProblems(graph, node, stratum)) problems.add(`node ${id} (${node.op}): ${problem}`);
  });
  for (const lane of demandedLanes(graph, stratum)) {
    for (const id of lane.needed) {
      const problem = problemOn(graph, lane, nodeAt(graph, id));
      if (problem !== null) problems.add(`node ${id} (${nodeAt(graph, id).op}): ${problem}`);
    }
  }
  return [...problems];
}

function crossingProblems(graph: Graph, node: CrossingNode, stratum: readonly Stratum[]): readonly string[] {
  if (node.op === "begins" || node.op === "onnx") return [];
  const problems: string[] = [];
  const isOptional = nodeAt(graph, node.x).optional;
  if (stratum[node.x] === "loop") problems.push("x is inside a reduction");
  if (node.op === "across" && isOptional) problems.push("x is optional");
  if (node.op === "across" && node.fn !== "sum" && node.fn !== "count" && !node.optional) problems.push("must be optional");
  if (node.op === "gather" && node.fn !== "first" && node.fn !== "last" && isOptional) problems.push("x is optional");
  return problems;
}

const OF_SYMBOL: ReadonlySet<AccountField> = new Set(["position", "entry_price", "bars_held"]);

/** Why a node cannot be on a lane; null where it can. */
function problemOn(graph: Graph, { clock, symbol }: Lane, node: Node): string | null {
  const own = node.op === "input" || node.op === "gather" || node.op === "begins" ? node.clock : clock;
  if (own !== clock) return `is read on clock ${clock}, not ${own}`;
  if (node.op === "input" && node.field === "dividend_factor" && clock !== 0) return "is of the first clock's rows alone";
  if (symbol === null && isOfSymbol(node)) return "is of a symbol, but read for the universe";
  if (node.op === "gather" && clock === 0) return "is on the first clock";
  if (node.op === "begins" && !isSlower(graph, node.of, clock)) return `clock ${node.of} is no slower`;
  if (node.op !== "sample" || isSlower(graph, node.clock, clock)) return null;
  return node.symbol !== null && node.clock === clock ? null : `clock ${node.clock} is no slower than ${clock}`;
}

function isOfSymbol(node: Node): boolean {
  if (node.op === "input") return !node.field.startsWith("session_");
  return node.op === "account" && OF_SYMBOL.has(node.field);
}

function isSlower({ clocks }: Graph, id: ClockId, than: ClockId): boolean {
  const width = (clock: Clock | undefined): number => clock?.width ?? 0;
  return width(clocks[id]) > width(clocks[than]);
}
