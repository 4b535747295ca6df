/** A finished backtest as the reports read it: what ran, on what, under which assumptions, with which figures. */
import { bounds } from "../graph/bounds.ts";
import { graphHash } from "../graph/hash.ts";
import type { Graph } from "../graph/nodes.ts";
import { decisionRoots } from "../graph/traverse.ts";
import type { BacktestOutcome, RunRecord } from "../run/outcome.ts";
import { type Assumptions, assumptionsOf } from "./assumptions.ts";
import { type Metrics, metricsOf } from "./metrics.ts";

export interface ReportInput {
  readonly graph: Graph;
  /** Of each symbol's dataset, in the graph's order. */
  readonly dataHashes: readonly string[];
  /** One value for each parameter of the graph. */
  readonly parameters: readonly number[];
  /** Starting cash in currency, exact text. */
  readonly cash: string;
  readonly outcome: BacktestOutcome;
  /** Wall time of the run without reading the data, seconds. */
  readonly seconds: number;
}

export interface Report extends ReportInput {
  readonly graphHash: string;
  readonly metrics: Metrics;
  readonly assumptions: Assumptions;
  /** Rejected orders by the check that failed, most frequent first. An order that failed two checks counts under both. */
  readonly rejections: readonly { readonly check: string; readonly orders: number }[];
  /** Halts by limit and action, in the order of their first. */
  readonly halts: readonly Halt[];
}

export interface Halt {
  readonly limit: string;
  readonly action: string;
  readonly times: number;
  /** End of the first bar it fired on, ISO 8601. */
  readonly first: string;
}

export function reportOf(input: ReportInput): Report {
  const { graph, parameters, outcome } = input;
  const { warmup } = bounds(graph, parameters);
  const warmUpBars = Math.max(1, ...decisionRoots(graph).map((node) => warmup[node] ?? 1));
  return {
    ...input,
    graphHash: graphHash(graph),
    metrics: metricsOf(outcome, input.cash, graph.calendar),
    assumptions: assumptionsOf(graph, outcome, warmUpBars, trainedOn(graph, outcome)),
    rejections: rejections(outcome.incidents),
    halts: halts(outcome.incidents),
  };
}

/** The models of a graph that were trained on instants of the run. */
function trainedOn({ models }: Graph, { from, to }: BacktestOutcome): readonly string[] {
  return models.filter(({ trained }) => trained.from <= to && trained.to >= from).map(({ name }) => name);
}

function rejections(incidents: readonly RunRecord[]): Report["rejections"] {
  const counts = new Map<string, number>();
  for (const record of incidents) {
    if (record.event !== "order" || record.status !== "rejected") continue;
    for (const check of record.reasons) counts.set(check, (counts.get(check) ?? 0) + 1);
  }
  return [...counts].map(([check, orders]) => ({ check, orders })).sort((a, b) => b.orders - a.orders);
}

function halts(incidents: readonly RunRecord[]): readonly Halt[] {
  const found = new Map<string, Halt>();
  for (const record of incidents) {
    if (record.event !== "halt") continue;
    const key = `${record.limit} ${record.action}`;
    const known = found.get(key);
    found.set(key, known === undefined ? firstHalt(record) : { ...known, times: known.times + 1 });
  }
  return [...found.values()];
}

function firstHalt(record: Extract<RunRecord, { event: "halt" }>): Halt {
  return { limit: record.limit, action: record.action, times: 1, first: record.time };
}
