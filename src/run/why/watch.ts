/**
 * Kernels that a run cannot tell from its own, and that stop at one instant whatever happens there: what every rule is asked there, and the values that
 * stand at that moment, are seen on the very path on which the run decides.
 */
import { evaluateRun, evaluateScalar, type Value } from "../../graph/evaluate.ts";
import type { Kernel, KernelOptions, KernelWork, LaneBackend } from "../../graph/kernel.ts";
import { isCrossing } from "../../graph/kinds.ts";
import type { Graph, NodeId, SymbolId } from "../../graph/nodes.ts";
import { frontier, strata } from "../../graph/strata.ts";
import { nodeAt, reachable } from "../../graph/traverse.ts";
import { accountValue, type RunValues } from "../expressions.ts";

/** What is wanted of each rule of a graph, beside its condition; null where no values are, since kernels must be restored that have none of them. */
export type WantedNodes = readonly (readonly NodeId[])[] | null;

/** A rule for one symbol, or with legs for all (null), at the instant. */
export interface RuleReading {
  readonly rule: number;
  readonly symbol: SymbolId | null;
  /** Whether its clock ticks for the symbol. */
  readonly ticks: boolean;
  /** What the run was told when it asked whether the condition holds; null where it did not ask. */
  readonly held: boolean | null;
  /** Of its condition and the nodes wanted; null before the warm-up too. What cannot be seen from its lane is missing. */
  readonly values: ReadonlyMap<NodeId, Value>;
}

export interface Watch {
  readonly backend: LaneBackend;
  /** All rules of a graph, as they stood when the first of them was asked, or as they stand where none was. */
  readings(graph: Graph): readonly RuleReading[];
}

/** A kernel on which rules act. */
interface WatchedLane {
  readonly options: KernelOptions;
  readonly kernel: Kernel;
  readonly run: RunValues;
  readonly wanted: WantedNodes;
  /** The market values that the host may read. */
  readonly seen: ReadonlySet<NodeId>;
  readonly asked: Map<number, boolean>;
  /** Rows of the chunks before the one at hand, and the row of the instant in it; −1 where it is not there. */
  rowsBefore: number;
  rows: number;
  row: number;
}

/** Watches the instant `time` on kernels of `base`. `whenAsked` is called before the first rule of a graph is answered there. */
export function watch(base: LaneBackend, time: number, wantedOf: (graph: Graph) => WantedNodes, whenAsked: (graph: Graph) => void): Watch {
  const lanes: WatchedLane[] = [];
  const kept = new Map<Graph, readonly RuleReading[]>();
  const standing = (graph: Graph): readonly RuleReading[] => lanes.filter(({ options }) => options.graph === graph).flatMap(readLane);
  const beforeAnswer = (graph: Graph): void => {
    if (kept.has(graph)) return;
    kept.set(graph, standing(graph));
    whenAsked(graph);
  };
  return {
    backend: (work, observed, capacity) => {
      const all = [...new Set([...observed, ...observable(work, wantedOf(work.graph))])].sort((a, b) => a - b);
      const backend = base(work, all, capacity);
      return (options) => {
        const kernel = backend({ ...options, observed: all });
        if (options.conditions.every((node) => node === null)) return kernel;
        const { graph, parameters, symbol } = options;
        const run = evaluateRun(graph, parameters, symbol);
        const lane = {
          options,
          kernel,
          run,
          wanted: wantedOf(graph),
          seen: new Set(all),
          asked: new Map(),
          rowsBefore: 0,
          rows: 0,
          row: -1,
        };
        lanes.push(lane);
        return watched(lane, time, () => beforeAnswer(graph));
      };
    },
    readings: (graph) => {
      const asked = lanes.filter(({ options }) => options.graph === graph);
      const answer = ({ rule, symbol }: RuleReading): boolean | null =>
        asked.find(({ options }) => options.symbol === symbol && options.conditions[rule] !== null)?.asked.get(rule) ?? null;
      return (kept.get(graph) ?? standing(graph)).map((reading) => ({ ...reading, held: answer(reading) }));
    },
  };
}

/** The market values that wanted nodes stand on, as far as the lane evaluates them itself. */
function observable({ graph, conditions, given }: KernelWork, wanted: WantedNodes): readonly NodeId[] {
  if (wanted === null) return [];
  const acting = conditions.flatMap((node, index) => (node === null || graph.rules[index] === undefined ? [] : [{ node, index }]));
  const roots = acting.map(({ node }) => node);
  const elsewhere = graph.nodes.flatMap((node, id) => (isCrossing(node) ? [id] : []));
  const visible = new Set(reachable(graph, roots, () => [], new Set([...given, ...elsewhere])));
  const stratum = strata(graph);
  const nodes = acting.flatMap(({ node, index }) => [node, ...(wanted[index] ?? [])]).flatMap((node) => frontier(graph, node));
  return nodes.filter((node) => visible.has(node) && stratum[node] === "market");
}

/** The lane's kernel, which stops after the mark of the instant's row and remembers what it is asked there. */
function watched(lane: WatchedLane, time: number, beforeAnswer: () => void): Kernel {
  const { kernel, options, asked } = lane;
  const saved = new Map<Uint8Array, number>();
  return {
    ...kernel,
    slots: kernel.slots,
    arms: kernel.arms,
    load: (chunk, given) => {
      kernel.load(chunk, given);
      lane.rowsBefore += lane.rows;
      lane.rows = chunk.rows;
      lane.row = chunk.time.subarray(0, chunk.rows).indexOf(time);
    },
    run: (row, phase, to) => {
      if (lane.row < row || lane.row >= to) return kernel.run(row, phase, to);
      return Math.min(kernel.run(row, phase, lane.row + 1), 2 * lane.row + 1);
    },
    condition: (index, row) => {
      const isRule = row === lane.row && index < options.graph.rules.length;
      if (isRule) beforeAnswer();
      const answer = kernel.condition(index, row);
      if (isRule) asked.set(index, answer);
      return answer;
    },
    save: () => {
      const snapshot = kernel.save();
      saved.set(snapshot, lane.rowsBefore + lane.rows);
      return snapshot;
    },
    restore: (snapshot) => {
      kernel.restore(snapshot);
      lane.rowsBefore = saved.get(snapshot) ?? 0;
      lane.rows = 0;
    },
  };
}

function readLane(lane: WatchedLane): readonly RuleReading[] {
  const { conditions, graph, symbol } = lane.options;
  return graph.rules.flatMap((_, rule) => {
    const when = conditions[rule] ?? null;
    if (when === null) return [];
    const ticks = lane.row >= 0;
    const wanted = !ticks || lane.wanted === null ? [] : [when, ...(lane.wanted[rule] ?? [])];
    const nodes = wanted.filter((node) => isReadable(lane, node));
    return [{ rule, symbol, ticks, held: null, values: new Map(nodes.map((node) => [node, nodeValue(lane, node)])) }];
  });
}

function isReadable({ options: { graph }, run, seen }: WatchedLane, node: NodeId): boolean {
  return frontier(graph, node).every((read) => run[read] !== undefined || seen.has(read));
}

function nodeValue({ options: { graph }, kernel, run, seen, row, rowsBefore }: WatchedLane, node: NodeId): Value {
  const runRow = rowsBefore + row;
  const known = (id: NodeId): Value | undefined => {
    if (run[id] !== undefined) return run[id];
    if (seen.has(id)) return kernel.value(id, row);
    const read = nodeAt(graph, id);
    return read.op === "account" ? accountValue(kernel.slots, read.field, runRow) : undefined;
  };
  return evaluateScalar(graph, node, known, runRow);
}
