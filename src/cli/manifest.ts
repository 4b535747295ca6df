/** What is known of a compiled strategy before it runs: identity, readiness, memory and work, as JSON (docs/cli.md). */
import { createHash } from "node:crypto";
import { bounds } from "../graph/bounds.ts";
import { evaluateRun } from "../graph/evaluate.ts";
import { graphHash } from "../graph/hash.ts";
import { type Interval, intervals } from "../graph/intervals.ts";
import type { Graph } from "../graph/nodes.ts";
import { decisionRoots } from "../graph/traverse.ts";

/** The manifest of a graph under its default parameters. */
export function manifestOf(graph: Graph, module: Uint8Array) {
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const { warmup, history, runStart, settling, stateBytes, operationsPerRow } = bounds(graph, parameters);
  const ranges = intervals(graph, evaluateRun(graph, parameters));
  const value = (node: number) => ({ node, warm_up_rows: warmup[node] ?? 1, history_rows: history[node] ?? 0, ...limits(ranges[node]) });
  return {
    schema: "stratc-manifest/1.0",
    strategy: graph.strategy,
    symbols: graph.symbols,
    clocks: graph.clocks,
    calendar: graph.calendar,
    graph_hash: graphHash(graph),
    module_hash: createHash("sha256").update(module).digest("hex"),
    warm_up_rows: Math.max(1, ...decisionRoots(graph).map((node) => warmup[node] ?? 1)),
    first_decision_row: runStart,
    settling_rows: settling,
    state_bytes: stateBytes,
    operations_per_row: operationsPerRow,
    parameters: graph.parameters,
    rules: graph.rules.map((rule) => ({ name: rule.name, kind: rule.kind, when: value(rule.when) })),
    values: Object.entries(graph.names).map(([name, { node, unit }]) => ({ name, unit, ...value(node) })),
  };
}

/** The range a value cannot leave; null on a side without a limit below the largest float64. */
function limits(interval: Interval | undefined): { low: number | null; high: number | null } {
  const bounded = (value: number | undefined): number | null =>
    value === undefined || Math.abs(value) === Number.MAX_VALUE ? null : value;
  return { low: bounded(interval?.low), high: bounded(interval?.high) };
}
