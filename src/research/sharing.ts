/**
 * What combinations have in common is computed once. Of one symbol on one clock every value that some of the searched parameters do not touch is evaluated for each
 * distinct choice of those that do, chunk by chunk, and given to the kernels of all combinations that read it: 10 × 10 averages are 20, not 200.
 *
 * What a recursion that depends on more parameters reads stays with it: the row of its seed follows from when all it reads is ready (semantics 6.10).
 */
import type { Backend, GivenColumn, Kernel, KernelOptions, KernelWork, LaneBackend } from "../graph/kernel.ts";
import { isSole } from "../graph/lanes.ts";
import type { Graph, NodeId } from "../graph/nodes.ts";
import { strata } from "../graph/strata.ts";
import { nodeAt, operands, reachable, stateAt, stateOperands } from "../graph/traverse.ts";
import type { BarChunk } from "../market/bars.ts";
import type { Combination } from "./space.ts";

/** The kernels of combinations that are walked through the same chunks together. */
export interface SharedKernels {
  /** What a backtest of this combination uses. Its chunks must be those of the others, each walked by all before the next. */
  lanes(combination: Combination): LaneBackend;
}

/** Says how combinations of a graph share their kernels; `varies` by parameter. Modules are compiled once, whatever is asked for. */
export function kernelSharing(graph: Graph, varies: readonly boolean[], lanes: LaneBackend): () => SharedKernels {
  const compiled = compiledOnce(lanes);
  if (!isSole(graph)) return () => ({ lanes: () => compiled });
  const plans = new Map<string, SharingPlan>();
  return () => {
    const stations = new Map<string, Station>();
    return {
      lanes: (combination) => (work, observed, capacity) => {
        const key = keyOf(work, observed, capacity);
        const plan = plans.get(key) ?? sharingPlan(work, observed, varies);
        plans.set(key, plan);
        return (options) => sharingKernel(plan, { combination, compiled, stations, options });
      },
    };
  };
}

function compiledOnce(lanes: LaneBackend): LaneBackend {
  const known = new Map<string, Backend>();
  return (work, observed, capacity) => {
    const key = keyOf(work, observed, capacity);
    const backend = known.get(key) ?? lanes(work, observed, capacity);
    known.set(key, backend);
    return backend;
  };
}

/** Of one graph; a module serves all symbols of a lane. */
function keyOf({ conditions, given, marks }: KernelWork, observed: readonly NodeId[], capacity: number): string {
  return JSON.stringify([conditions, given, marks, observed, capacity]);
}

/** Values that depend on the same parameters. */
interface Group {
  /** Indices of the parameters. */
  readonly parameters: readonly number[];
  readonly work: KernelWork;
  readonly nodes: readonly NodeId[];
}

interface SharingPlan {
  readonly groups: readonly Group[];
  /** What each combination has to do itself. */
  readonly own: KernelWork;
}

function sharingPlan(work: KernelWork, observed: readonly NodeId[], varies: readonly boolean[]): SharingPlan {
  const { graph } = work;
  const shared = sharedNodes(work, observed, varies);
  const byParameters = new Map<string, NodeId[]>();
  for (const id of shared) {
    const key = JSON.stringify(parametersOf(graph, id, varies));
    byParameters.set(key, [...(byParameters.get(key) ?? []), id]);
  }
  const groups = [...byParameters].map(([key, nodes]) => ({
    parameters: JSON.parse(key) as readonly number[],
    work: { graph, symbol: work.symbol, conditions: work.conditions.map(() => null), given: [], marks: false },
    nodes,
  }));
  return { groups, own: { ...work, given: [...work.given, ...shared].sort((a, b) => a - b) } };
}

/** The searched parameters that a node depends on. */
function parametersOf(graph: Graph, id: NodeId, varies: readonly boolean[]): readonly number[] {
  const found = reachable(graph, [id]).flatMap((inner) => {
    const node = nodeAt(graph, inner);
    return node.op === "parameter" && varies[node.index] === true ? [node.index] : [];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

/** The largest parts of the market that take work and do not depend on all parameters, ascending. */
function sharedNodes({ graph, conditions }: KernelWork, observed: readonly NodeId[], varies: readonly boolean[]): readonly NodeId[] {
  const stratum = strata(graph);
  const roots = [...conditions.filter((id) => id !== null), ...observed];
  const all = new Set(roots.flatMap((id) => parametersOf(graph, id, varies))).size;
  const found = new Set<NodeId>();
  const inside = new Set<NodeId>();
  const seen = new Set<NodeId>();
  const visit = (id: NodeId): void => {
    if (stratum[id] === "run" || seen.has(id)) return;
    seen.add(id);
    const node = nodeAt(graph, id);
    if (stratum[id] === "market" && takesWork(graph, id) && parametersOf(graph, id, varies).length < all) found.add(id);
    else if (node.op === "state") for (const inner of reachable(graph, stateOperands(stateAt(graph, node.state)))) inside.add(inner);
    else operands(node).forEach(visit);
  };
  roots.forEach(visit);
  return [...found].filter((id) => !inside.has(id)).sort((a, b) => a - b);
}

/** Whether more is done for a node than to combine columns. */
function takesWork(graph: Graph, id: NodeId): boolean {
  return reachable(graph, [id]).some((inner) => {
    const { op } = nodeAt(graph, inner);
    return op === "window" || op === "anchored" || op === "state" || op === "reduce";
  });
}

/** A kernel for one choice of the parameters of a group. */
interface Station {
  readonly kernel: Kernel;
  /** It before the first row. */
  readonly initial: Uint8Array;
  chunk: BarChunk | null;
  columns: ReadonlyMap<NodeId, GivenColumn>;
}

interface Place {
  readonly combination: Combination;
  readonly compiled: LaneBackend;
  readonly stations: Map<string, Station>;
  readonly options: KernelOptions;
}

/** A combination's own kernel, which is given what it shares with others. */
function sharingKernel(plan: SharingPlan, place: Place): Kernel {
  const { compiled, options } = place;
  const { observed, capacity } = options;
  const kernel = compiled(plan.own, observed, capacity)({ ...options, ...plan.own });
  const stations = plan.groups.map((group, index) => stationOf(group, index, place));
  let isAnew = false;
  return {
    ...kernel,
    load: (chunk) => {
      const given = new Map<NodeId, GivenColumn>();
      for (const { group, station } of stations) {
        if (isAnew) beginAnew(station);
        for (const [id, column] of columnsOf(group, station, chunk)) given.set(id, column);
      }
      isAnew = false;
      kernel.load(chunk, given);
    },
    // A backtest goes back to its beginning only: where features begin anew after a split. What is shared goes there once more for each combination.
    restore: (initial) => {
      kernel.restore(initial);
      isAnew = true;
    },
  };
}

function stationOf(
  group: Group,
  index: number,
  { combination, compiled, stations, options }: Place,
): { readonly group: Group; readonly station: Station } {
  const key = JSON.stringify([index, group.parameters.map((parameter) => combination[parameter])]);
  const known = stations.get(key);
  if (known !== undefined) return { group, station: known };
  const { work, nodes } = group;
  const kernel = compiled(work, nodes, options.capacity)({ ...options, ...work, observed: nodes });
  const station: Station = { kernel, initial: kernel.save(), chunk: null, columns: new Map() };
  stations.set(key, station);
  return { group, station };
}

function beginAnew(station: Station): void {
  station.kernel.restore(station.initial);
  station.chunk = null;
}

/** The columns of a chunk, evaluated for the first that asks. A kernel that halts does so for everyone: it is of no more use then. */
function columnsOf({ nodes }: Group, station: Station, chunk: BarChunk): ReadonlyMap<NodeId, GivenColumn> {
  if (station.chunk === chunk) return station.columns;
  const { kernel } = station;
  kernel.load(chunk);
  station.chunk = chunk;
  station.columns = new Map(nodes.map((id) => [id, { values: kernel.column(id), readyRow: kernel.readyRow(id) }]));
  return station.columns;
}
