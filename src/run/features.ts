/** What a model learns from, row by row: its inputs as a run gives them to it, and labels once they are known. The lanes of the run that trades, without an engine. */
import { evaluateRun } from "../graph/evaluate.ts";
import type { LaneBackend } from "../graph/kernel.ts";
import type { ModelRunner } from "../graph/model-runner.ts";
import type { Graph, NodeId, SymbolId } from "../graph/nodes.ts";
import type { BarSource } from "../market/bars.ts";
import { stretchesOf } from "./backtest.ts";
import { createLanes, type Lanes } from "./lanes/host.ts";
import { finishLater } from "./lanes/loading.ts";
import type { TimeStretch } from "./lanes/placement.ts";
import { mayBeginAnew } from "./lanes/share-actions.ts";

export interface FeaturesInput {
  readonly graph: Graph;
  /** The model's inputs, in their order. */
  readonly inputs: readonly NodeId[];
  /** They say on a row what a label was `horizon` rows before. */
  readonly labels: readonly NodeId[];
  readonly horizon: number;
  readonly parameters: readonly number[];
  readonly backend: LaneBackend;
  readonly sources: readonly BarSource[];
  readonly from?: number;
  readonly to?: number;
  /** What runs other models whose answers the inputs read. */
  readonly models?: ModelRunner;
}

export interface FeatureRow {
  readonly symbol: SymbolId;
  /** End of the bar, UTC microseconds; and of the bar at which its labels are known. */
  readonly time: number;
  readonly known: number;
  /** As the model gets them. */
  readonly inputs: Float32Array;
  readonly labels: readonly number[];
}

/** Rows that are none of the export, by why. */
export interface LeftOut {
  /** An input has no value yet. */
  warmup: number;
  /** A label has none on this row. */
  unlabelled: number;
  /** A label reaches beyond the last row. */
  beyondEnd: number;
}

const CAPACITY = 4096;

/** The rows of all traded symbols, in the order in which their labels are known; `left` counts the others. Throws what `failureOf` knows. */
export async function* featureRows(input: FeaturesInput, left: LeftOut): AsyncGenerator<FeatureRow[]> {
  const { graph, sources, models } = input;
  const lanes = createLanes({
    ...input,
    priceDecimals: sources.map(({ info }) => info.priceDecimals),
    mayRestart: sources.map(({ actions = [] }) => mayBeginAnew(graph, actions)),
    capacity: CAPACITY,
  });
  const readers = graph.symbols.flatMap(({ trades }, symbol) => (trades ? [symbolReader(input, lanes, symbol, left)] : []));
  for await (const stretch of stretchesOf({ ...input, capacity: CAPACITY })) {
    if (models === undefined) lanes.load(stretch);
    else await finishLater(lanes.loading(stretch), models);
    for (const reader of readers) yield reader.read(stretch);
  }
  for (const { waiting } of readers) for (const row of waiting) left[row.inputs === null ? "warmup" : "beyondEnd"] += 1;
}

/** A row until its labels are known; without inputs where one has no value yet. */
interface WaitingRow {
  readonly time: number;
  readonly inputs: Float32Array | null;
}

interface SymbolReader {
  /** At most `horizon` rows. */
  readonly waiting: readonly WaitingRow[];
  read(stretch: TimeStretch): FeatureRow[];
}

function symbolReader(
  { graph, parameters, inputs, labels, horizon }: FeaturesInput,
  lanes: Lanes,
  symbol: SymbolId,
  left: LeftOut,
): SymbolReader {
  const kernel = lanes.deciding(0, symbol);
  const run = evaluateRun(graph, parameters, symbol);
  const waiting: WaitingRow[] = [];
  /** A node's values on the rows of a stretch; NaN for none. */
  const column = (node: NodeId): ((row: number) => number) => {
    const fixed = run[node];
    if (fixed !== undefined) return () => Number(fixed ?? Number.NaN);
    const values = kernel.column(node);
    return (row) => values[row] ?? Number.NaN;
  };
  return {
    waiting,
    read: (stretch) => {
      const { bars } = stretch.lane(0, symbol);
      const [given, learned] = [inputs.map(column), labels.map(column)];
      const rows: FeatureRow[] = [];
      for (let row = 0; row < bars.rows; row++) {
        const values = given.map((value) => value(row));
        const time = bars.time[row] ?? Number.NaN;
        waiting.push({ time, inputs: values.some(Number.isNaN) ? null : Float32Array.from(values) });
        const first = waiting.length > horizon ? waiting.shift() : undefined;
        if (first === undefined) continue;
        const known = learned.map((value) => value(row));
        if (first.inputs === null) left.warmup += 1;
        else if (known.some(Number.isNaN)) left.unlabelled += 1;
        else rows.push({ symbol, time: first.time, known: time, inputs: first.inputs, labels: known });
      }
      return rows;
    },
  };
}
