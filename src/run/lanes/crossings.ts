/** What crosses into a lane, as the columns that its kernel is given with each stretch. */
import { type GivenColumn, KernelHalt } from "../../graph/kernel.ts";
import type { CrossingNode } from "../../graph/kinds.ts";
import type { Crossing } from "../../graph/lanes.ts";
import type { ModelQuestion } from "../../graph/model-runner.ts";
import type { ClockId, Graph, ModelId, NodeId, SymbolId } from "../../graph/nodes.ts";
import { modelAt, nodeAt } from "../../graph/traverse.ts";
import { type Rank, ranks, type Total, total } from "./across.ts";
import { type BeginState, begins, type LaneColumn, type SampleTime, sample, sampleReadyRow } from "./columns.ts";
import { gather, gatherState } from "./gather.ts";
import type { LaneRows } from "./lane-rows.ts";
import type { TimeStretch } from "./placement.ts";

export interface ColumnGiver {
  /** What goes from stretch to stretch: plain data that may be copied out, and in. */
  readonly state: object;
  /** Gives a node's column for the rows that a lane has in a stretch, or what must be answered first. Asked once for each stretch, in order, also where the lane has no row. */
  give(stretch: TimeStretch, reader: LaneRows): GivenColumn | Unanswered;
}

/** A column that a model of the host must answer for first. */
export interface Unanswered {
  readonly question: ModelQuestion;
  readonly take: (answers: Float32Array) => GivenColumn;
}

/** The first row of the run with a value; infinite until it is known. */
interface ReadyState {
  readyRow: number;
}

function notReady(): ReadyState {
  return { readyRow: Number.POSITIVE_INFINITY };
}

/** The lane that reads. */
export interface Reader {
  readonly clock: ClockId;
  readonly symbol: SymbolId | null;
}

/** Where crossings find what other lanes say. */
export interface Sources {
  readonly graph: Graph;
  /** Most rows a lane has in a stretch. */
  readonly capacity: number;
  /** The column of a node on a lane, which every stretch fills anew before a reader asks. */
  column(clock: ClockId, symbol: SymbolId | null, node: NodeId): LaneColumn;
  /** Values across a group, evaluated once for all readers on a clock. */
  readonly across: Map<string, AcrossGroup>;
}

/** An `across` on the stretch at hand: by instant, or for ranks by member. */
type AcrossGroup = (stretch: TimeStretch) => AcrossValues;

type AcrossValues =
  | { readonly kind: "total"; readonly values: Float64Array }
  | { readonly kind: "ranks"; readonly columns: readonly Float64Array[] };

/** The giver of one crossing into a lane. */
export function columnGiver(sources: Sources, reader: Reader, { node: id, op }: Crossing): ColumnGiver {
  const node = nodeAt(sources.graph, id);
  if (op === "stage") return staged(sources.column(reader.clock, reader.symbol, id));
  switch (node.op) {
    case "sample": {
      const source = sources.column(node.clock, node.symbol ?? reader.symbol, node.x);
      return sampled(source, node.clock === reader.clock ? "at" : "before", sources.capacity);
    }
    case "gather":
      return gathered(id, node, sources.column(0, reader.symbol, node.x), sources.capacity);
    case "across":
      return acrossed(sources, reader, id, node);
    case "begins":
      return begun(reader.symbol, node.of, sources.capacity);
    case "onnx": {
      const inputs = node.inputs.map((input) => sources.column(reader.clock, reader.symbol, input));
      return answered(sources, node.model, inputs);
    }
    default:
      throw new Error(`node ${id} does not cross lanes`);
  }
}

function staged(source: LaneColumn): ColumnGiver {
  return { state: {}, give: () => source };
}

function sampled(source: LaneColumn, time: SampleTime, capacity: number): ColumnGiver {
  const values = new Float64Array(capacity);
  const state = notReady();
  return {
    state,
    give: (_, reader) => {
      sample(reader, source, time, values);
      if (state.readyRow === Number.POSITIVE_INFINITY) state.readyRow = sampleReadyRow(reader, source, time);
      return { values, readyRow: state.readyRow };
    },
  };
}

function gathered(id: NodeId, { fn }: Extract<CrossingNode, { op: "gather" }>, source: LaneColumn, capacity: number): ColumnGiver {
  const values = new Float64Array(capacity);
  const state = gatherState(id, fn);
  return {
    state,
    give: (_, reader) => {
      gather(state, reader, source, values);
      return { values, readyRow: state.readyRow };
    },
  };
}

/** The model is asked of rows on which all its inputs are ready; an answer outside of its bounds is none. */
function answered({ graph, capacity }: Sources, id: ModelId, inputs: readonly LaneColumn[]): ColumnGiver {
  const { low, high } = modelAt(graph, id);
  const values = new Float64Array(capacity);
  const give: ColumnGiver["give"] = (_, { firstRow, bars: { rows } }) => {
    const readyRow = Math.max(0, ...inputs.map((input) => input.readyRow));
    const first = Math.min(rows, Math.max(0, readyRow - firstRow));
    const asked = new Float32Array((rows - first) * inputs.length);
    for (const [at, input] of inputs.entries())
      for (let row = first; row < rows; row++) asked[(row - first) * inputs.length + at] = input.values[row] ?? Number.NaN;
    const take: Unanswered["take"] = (answers) => {
      for (let row = first; row < rows; row++) {
        const answer = answers[row - first] ?? Number.NaN;
        values[row] = answer >= low && answer <= high ? answer : Number.NaN;
      }
      return { values, readyRow };
    };
    return first === rows ? { values, readyRow } : { question: { model: id, rows: rows - first, inputs: asked }, take };
  };
  return { state: {}, give };
}

function begun(symbol: SymbolId | null, slower: ClockId, capacity: number): ColumnGiver {
  const values = new Float64Array(capacity);
  const state: BeginState = { ticks: null };
  return {
    state,
    give: (stretch, reader) => {
      begins(reader, stretch.lane(slower, symbol), state, values);
      return { values, readyRow: 0 };
    },
  };
}

function acrossed(sources: Sources, { clock, symbol }: Reader, id: NodeId, node: Extract<CrossingNode, { op: "across" }>): ColumnGiver {
  const group = sources.graph.groups[node.group]?.symbols ?? [];
  const key = `${id} ${clock}`;
  const columns = group.map((member) => sources.column(clock, member, node.x));
  const evaluate = sources.across.get(key) ?? acrossGroup(node, columns);
  sources.across.set(key, evaluate);
  const member = symbol === null ? -1 : group.indexOf(symbol);
  const awaited = columns.filter((_, index) => member < 0 || index === member);
  const values = new Float64Array(sources.capacity).fill(Number.NaN);
  const state = notReady();
  return {
    state,
    give: (stretch, reader) => {
      const { instantOf, firstRow } = reader;
      const found = evaluate(stretch);
      if (state.readyRow === Number.POSITIVE_INFINITY) state.readyRow = acrossReadyRow(reader, awaited);
      const { readyRow } = state;
      if (found.kind === "ranks") return { values: found.columns[member] ?? values, readyRow };
      for (let row = 0; row < instantOf.length; row++) {
        const value = found.values[instantOf[row] ?? 0] ?? Number.NaN;
        if (Math.abs(value) === Number.POSITIVE_INFINITY) throw new KernelHalt("not_finite", id, firstRow + row);
        values[row] = value;
      }
      return { values, readyRow };
    },
  };
}

/** Ready (semantics 11.4) for a member when its own value is, for all others when those of all members are. */
function acrossReadyRow(reader: LaneRows, awaited: readonly LaneColumn[]): number {
  return Math.max(reader.firstRow, ...awaited.map((column) => sampleReadyRow(reader, column, "at")));
}

function acrossGroup({ fn }: Extract<CrossingNode, { op: "across" }>, members: readonly LaneColumn[]): AcrossGroup {
  let known: { readonly stretch: TimeStretch; readonly values: AcrossValues } | null = null;
  return (stretch) => {
    if (known?.stretch !== stretch) known = { stretch, values: evaluateAcross(fn, members, stretch.instants.length) };
    return known.values;
  };
}

function evaluateAcross(fn: Rank | Total, members: readonly LaneColumn[], instants: number): AcrossValues {
  return fn === "rank" || fn === "percent_rank"
    ? { kind: "ranks", columns: ranks(fn, members, instants) }
    : { kind: "total", values: total(fn, members, instants) };
}
