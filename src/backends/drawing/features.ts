/**
 * A graph by its features: the values that the file names, and the rules. Every node below them belongs to one feature: the first that needs it and
 * names it not. What a feature reads of others, of the market and of the account are the lines between them.
 */
import { addedBytes, bounds, histories, operations } from "../../graph/bounds.ts";
import { clocksOf } from "../../graph/clocks.ts";
import { demandedLanes } from "../../graph/demand.ts";
import { evaluateRun } from "../../graph/evaluate.ts";
import { type Interval, intervals } from "../../graph/intervals.ts";
import type { AccountField, ClockId, Graph, NodeId, SymbolId } from "../../graph/nodes.ts";
import { type Settling, settlings } from "../../graph/settling.ts";
import { type Stratum, strata } from "../../graph/strata.ts";
import { entryCounts, nodeAt, operands, ruleExpressions, stateAt, stateOperands } from "../../graph/traverse.ts";
import type { InputField } from "../../market/bars.ts";

/** What a feature reads: another feature, a column of the market, the account. `symbol` is null for the reader's own. */
export type Read =
  | { readonly kind: "feature"; readonly node: NodeId; readonly symbol: SymbolId | null }
  | { readonly kind: "market"; readonly clock: ClockId; readonly field: InputField; readonly symbol: SymbolId | null }
  | { readonly kind: "account"; readonly field: AccountField };

/** What it costs, by itself: what it shares with a feature before it is counted there. For one symbol. */
interface Cost {
  readonly bytes: number;
  readonly operations: number;
}

export interface Feature extends Cost {
  readonly node: NodeId;
  /** At least one, in file order. */
  readonly names: readonly string[];
  readonly unit: string;
  /** Null where it is the same on every clock. */
  readonly clock: ClockId | null;
  readonly stratum: Stratum;
  readonly isBool: boolean;
  readonly range: Pick<Interval, "low" | "high">;
  /** Ticks of its clock up to and including its first value. */
  readonly warmup: number;
  /** Rows of the first clock. */
  readonly settling: Settling;
  readonly reads: readonly Read[];
  readonly parameters: readonly string[];
  /** Whether a rule or a limit needs it; else it is only plotted, or not used. */
  readonly decides: boolean;
}

/** What a rule is made from beside the features it reads. */
export interface RuleFeature extends Cost {
  readonly reads: readonly Read[];
  readonly parameters: readonly string[];
  readonly warmup: number;
  readonly settling: Settling;
}

/** What a file calls its nodes: all names of one, in file order. */
type NodeNames = ReadonlyMap<NodeId, readonly string[]>;

export interface Features {
  /** In file order. */
  readonly features: readonly Feature[];
  /** As in the graph. */
  readonly rules: readonly RuleFeature[];
}

/** Between what the values of a file lie, by their names, as far as the graph does not say it: an index of the library from 0 to 100. */
export type NamedRanges = ReadonlyMap<string, Pick<Interval, "low" | "high">>;

/** Features under one parameter set. Throws `KernelHalt` where a value of the run is not finite. */
export function featuresOf(graph: Graph, parameters: readonly number[], known: NamedRanges = new Map()): Features {
  const run = evaluateRun(graph, parameters);
  const stratum = strata(graph);
  const { warmup } = bounds(graph, parameters);
  const settling = settlings(graph, run, demandedLanes(graph, stratum));
  const ranges = intervals(graph, run);
  const clocks = clocksOf(graph);
  const names = nodeNames(graph);
  const cost = costs(graph, run);
  const features = [...names].map(([node, own]) => {
    const { found, parameters: used, between } = below(graph, [node], names, node);
    return {
      node,
      names: own,
      unit: graph.names[own[0] ?? ""]?.unit ?? "",
      clock: clocks[node] ?? null,
      stratum: stratum[node] ?? "market",
      isBool: nodeAt(graph, node).type === "bool",
      range: narrowed(ranges[node], own, known),
      warmup: warmup[node] ?? 1,
      settling: settling[node] ?? 0,
      reads: found,
      parameters: used,
      ...cost(between),
    };
  });
  const rules = graph.rules.map((rule) => {
    const roots = [rule.when, ...ruleExpressions(rule), ...(rule.kind === "enter" ? entryCounts(rule) : [])];
    const { found, parameters: used, between } = below(graph, roots, names, null);
    const latest = Math.max(1, ...roots.map((id) => warmup[id] ?? 1));
    return { reads: found, parameters: used, warmup: latest, settling: slowest(roots.map((id) => settling[id] ?? 0)), ...cost(between) };
  });
  const deciding = decidingNodes(features, rules);
  return { features: features.map((feature) => ({ ...feature, decides: deciding.has(feature.node) })), rules };
}

/** What the graph and the names of a node say of it together. */
function narrowed(derived: Interval | undefined, names: readonly string[], known: NamedRanges): Feature["range"] {
  const all = [derived ?? { low: 0, high: 0 }, ...names.flatMap((name) => known.get(name) ?? [])];
  return { low: Math.max(...all.map(({ low }) => low)), high: Math.min(...all.map(({ high }) => high)) };
}

/** The names of nodes, in file order. What is a constant or a column itself needs no box. */
function nodeNames(graph: Graph): NodeNames {
  const names = new Map<NodeId, readonly string[]>();
  for (const [name, { node }] of Object.entries(graph.names)) {
    const { op } = nodeAt(graph, node);
    if (op === "constant" || op === "parameter" || op === "none" || op === "input") continue;
    names.set(node, [...(names.get(node) ?? []), name]);
  }
  return names;
}

interface Below {
  readonly found: readonly Read[];
  readonly parameters: readonly string[];
  /** The nodes between, roots included. */
  readonly between: readonly NodeId[];
}

/** Everything below `roots` down to what has a name, beside `self`. */
function below(graph: Graph, roots: readonly NodeId[], names: NodeNames, self: NodeId | null): Below {
  const found = new Map<string, Read>();
  const parameters = new Set<string>();
  const between = new Set<NodeId>();
  const seen = new Set<string>();
  const add = (read: Read): void => {
    found.set(JSON.stringify(read), read);
  };
  const visit = (id: NodeId, symbol: SymbolId | null): void => {
    const key = `${id} ${symbol}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (id !== self && names.has(id)) {
      add({ kind: "feature", node: id, symbol });
      return;
    }
    between.add(id);
    const node = nodeAt(graph, id);
    if (node.op === "parameter") parameters.add(graph.parameters[node.index]?.name ?? "");
    if (node.op === "input") add({ kind: "market", clock: node.clock, field: node.field, symbol });
    if (node.op === "account") add({ kind: "account", field: node.field });
    const from = node.op === "sample" ? (node.symbol ?? symbol) : symbol;
    const read = node.op === "state" || node.op === "previous" ? stateOperands(stateAt(graph, node.state)) : operands(node);
    for (const operand of read) visit(operand, from);
  };
  for (const root of roots) visit(root, null);
  return { found: [...found.values()], parameters: [...parameters], between: [...between] };
}

/** Says what nodes cost that have not been asked for before. */
function costs(graph: Graph, run: Parameters<typeof operations>[1]): (nodes: readonly NodeId[]) => Cost {
  const history = histories(graph);
  const bytesOf = addedBytes(graph, history);
  const claimed = new Set<NodeId>();
  return (nodes) => {
    const cost = { bytes: 0, operations: 0 };
    for (const id of nodes) {
      if (claimed.has(id) || run[id] !== undefined) continue;
      claimed.add(id);
      cost.bytes += bytesOf(id);
      cost.operations += operations(graph, run, id);
    }
    return cost;
  };
}

function slowest(all: readonly Settling[]): Settling {
  if (all.includes("never")) return "never";
  if (all.includes("unknown")) return "unknown";
  return Math.max(0, ...all.filter((one) => typeof one === "number"));
}

/** The features that rules read, and those that these read, and so on. */
function decidingNodes(features: readonly Omit<Feature, "decides">[], rules: readonly RuleFeature[]): ReadonlySet<NodeId> {
  const byNode = new Map(features.map((feature) => [feature.node, feature]));
  const deciding = new Set<NodeId>();
  const visit = (reads: readonly Read[]): void => {
    for (const read of reads) {
      if (read.kind !== "feature" || deciding.has(read.node)) continue;
      deciding.add(read.node);
      visit(byNode.get(read.node)?.reads ?? []);
    }
  };
  for (const { reads } of rules) visit(reads);
  return deciding;
}
