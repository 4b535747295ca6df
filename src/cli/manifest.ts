/** What is known of a compiled strategy before it runs: identity, readiness, memory and work, as JSON (docs/cli.md). */
import { createHash } from "node:crypto";
import { type Feature, featuresOf, type RuleFeature } from "../backends/drawing/features.ts";
import { compileLanes, type LaneModule } from "../backends/wasm/module.ts";
import { bounds } from "../graph/bounds.ts";
import { demandedLanes } from "../graph/demand.ts";
import { evaluateRun } from "../graph/evaluate.ts";
import { graphHash } from "../graph/hash.ts";
import { type Interval, intervals } from "../graph/intervals.ts";
import type { LanePlan } from "../graph/lanes.ts";
import type { Graph, NodeId } from "../graph/nodes.ts";
import { settlings } from "../graph/settling.ts";
import { strata } from "../graph/strata.ts";
import { decisionRoots } from "../graph/traverse.ts";

/** A module and the file it is written to. */
interface ModuleFile extends LaneModule {
  readonly file: string;
}

/** The modules of a graph: NAME.wasm where one is all, else NAME.CLOCK.wasm and, for what several symbols decide together, NAME.CLOCK_universe.wasm; numbered where that is not one only. */
export function moduleFiles(graph: Graph): readonly ModuleFile[] {
  const modules = compileLanes(graph);
  if (modules.length === 1) return modules.map((module) => ({ ...module, file: `${graph.strategy}.wasm` }));
  const stems = modules.map(({ plan }) => `${clockName(graph, plan)}${plan.kind === "universe" ? "_universe" : ""}`);
  return modules.map((module, index) => {
    const stem = stems[index] ?? "";
    const before = stems.slice(0, index).filter((other) => other === stem).length;
    return { ...module, file: `${graph.strategy}.${stem}${before === 0 ? "" : `-${before + 1}`}.wasm` };
  });
}

function clockName(graph: Graph, { clock }: LanePlan): string {
  return graph.clocks[clock]?.name ?? "";
}

/** The manifest of a graph under its default parameters. */
export function manifestOf(graph: Graph, modules: readonly ModuleFile[]) {
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const { clockWarmups, warmup, runStart, settling, stateBytes, operationsPerRow } = bounds(graph, parameters);
  return {
    schema: "stratc-manifest/2.0",
    strategy: graph.strategy,
    symbols: graph.symbols,
    clocks: graph.clocks,
    calendar: graph.calendar,
    graph_hash: graphHash(graph),
    lanes: modules.map((module) => laneJson(graph, module)),
    warm_up_rows: Math.max(1, ...decisionRoots(graph).map((node) => warmup[node] ?? 1)),
    warm_up_ticks: graph.clocks.map(({ name }, clock) => ({ clock: name, ticks: clockWarmups.get(clock) ?? 0 })),
    first_decision_row: runStart,
    settling_rows: settling,
    state_bytes: stateBytes,
    operations_per_row: operationsPerRow,
    parameters: graph.parameters,
    ...partsJson(graph, parameters),
  };
}

function laneJson(graph: Graph, { file, bytes, plan }: ModuleFile) {
  return {
    module: file,
    module_hash: createHash("sha256").update(bytes).digest("hex"),
    clock: clockName(graph, plan),
    symbols: plan.kind === "universe" ? null : plan.symbols.map((symbol) => graph.symbols[symbol]?.name ?? ""),
    stage: plan.level,
    decides: plan.decides,
    /** Nodes whose columns other lanes bring, and those that it brings to them or to the rules. */
    reads: plan.given,
    gives: plan.observed,
  };
}

/** Rules and named values, each with what it needs; what several need is counted at the first. */
function partsJson(graph: Graph, parameters: readonly number[]) {
  const run = evaluateRun(graph, parameters);
  const { warmup, history } = bounds(graph, parameters);
  const settled = settlings(graph, run, demandedLanes(graph, strata(graph)));
  const ranges = intervals(graph, run);
  const { features, rules } = featuresOf(graph, parameters);
  const featureOf = new Map<NodeId, Feature>(features.map((feature) => [feature.node, feature]));
  const value = (node: number) => ({ node, warm_up_rows: warmup[node] ?? 1, history_rows: history[node] ?? 0, ...limits(ranges[node]) });
  return {
    rules: graph.rules.map(({ name, kind, when }, index) => ({ name, kind, when: value(when), ...ruleCosts(rules[index]) })),
    values: Object.entries(graph.names).map(([name, { node, unit }]) => ({
      ...{ name, unit, ...value(node) },
      settling_rows: settled[node] ?? 0,
      state_bytes: featureOf.get(node)?.bytes ?? 0,
      operations: featureOf.get(node)?.operations ?? 0,
    })),
  };
}

function ruleCosts(rule: RuleFeature | undefined) {
  if (rule === undefined) throw new Error("a rule without a feature");
  return { warm_up_rows: rule.warmup, settling_rows: rule.settling, state_bytes: rule.bytes, operations: rule.operations };
}

/** The range a value cannot leave; null on a side without a limit below the largest float64. */
function limits(interval: Interval | undefined): { low: number | null; high: number | null } {
  const bounded = (value: number | undefined): number | null =>
    value === undefined || Math.abs(value) === Number.MAX_VALUE ? null : value;
  return { low: bounded(interval?.low), high: bounded(interval?.high) };
}
