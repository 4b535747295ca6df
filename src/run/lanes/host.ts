/**
 * All lanes of a graph at work: a kernel for each stage of each lane, loaded stretch by stretch in the order of levels, so that what one lane reads of
 * another is there.
 */
import type { Kernel, LaneBackend } from "../../graph/kernel.ts";
import { lanePlans, laneWork } from "../../graph/lanes.ts";
import type { ClockId, Graph, NodeId, SymbolId } from "../../graph/nodes.ts";
import { entryCounts, ruleExpressions } from "../../graph/traverse.ts";
import type { LaneColumn } from "./columns.ts";
import type { Sources } from "./crossings.ts";
import { givenColumn } from "./given.ts";
import { finishNow, type Loading } from "./loading.ts";
import type { TimeStretch } from "./placement.ts";
import { beginAnew, lastOf, loadStation, type Published, type Station, unpublished } from "./stations.ts";

export interface LanesInput {
  readonly graph: Graph;
  readonly backend: LaneBackend;
  /** One value for each parameter of the graph. */
  readonly parameters: readonly number[];
  /** Of each symbol's dataset. */
  readonly priceDecimals: readonly number[];
  /** That of the timeline. */
  readonly capacity: number;
  /** By symbol, whether its lanes may begin anew; none does where it is not said. */
  readonly mayRestart?: readonly boolean[];
}

export interface Lanes {
  /** Evaluates everything over the next stretch. Where a kernel halts it throws that with its lane, whose row the halt names. */
  load(stretch: TimeStretch): void;
  /** The same where models of the host must be asked. */
  loading(stretch: TimeStretch): Loading;
  /** The kernel of the rules of a clock, for a symbol or for the universe (null): its conditions, observed values, slots and arms. Throws where no rule acts. */
  deciding(clock: ClockId, symbol: SymbolId | null): Kernel;
  /** The first instant at which a traded symbol's rules exist (semantics 11.5); infinite where the stretches so far do not reach it. */
  start(symbol: SymbolId): number;
  /** The same for one rule with legs, by its index. */
  legsStart(rule: number): number;
  /** All that goes from stretch to stretch, as plain data: lanes of the same graph and parameters go on from it bit for bit. */
  save(): SavedLanes;
  restore(saved: SavedLanes): void;
}

export interface SavedLanes {
  readonly stations: readonly {
    readonly kernel: Uint8Array;
    /** Of each column that comes from outside. */
    readonly given: readonly object[];
    readonly published: ReadonlyMap<NodeId, Pick<Published, "before" | "readyRow">>;
  }[];
  readonly starts: readonly number[];
}

/** The lanes of a graph before the first stretch. */
export function createLanes(input: LanesInput): Lanes {
  const { graph } = input;
  const stations: Station[] = [];
  /** A slower lane may have one tick more than a stretch has instants with rows: the one under way. */
  const capacity = input.capacity + 1;
  const sources: Sources = {
    graph,
    capacity,
    column: (clock, symbol, node) => publish(stations, clock, symbol, node),
    across: new Map(),
  };
  for (const plan of lanePlans(graph)) {
    const backend = input.backend(laneWork(graph, plan, null), plan.observed, capacity);
    for (const symbol of plan.kind === "universe" ? [null] : plan.symbols) {
      const decimals = symbol === null ? 0 : (input.priceDecimals[symbol] ?? 0);
      const options = { parameters: input.parameters, priceDecimals: decimals, capacity, observed: plan.observed };
      const kernel = backend({ ...laneWork(graph, plan, symbol), ...options });
      const mayRestart = symbol !== null && input.mayRestart?.[symbol] === true;
      const given = plan.crossings.map((crossing) => givenColumn(sources, { clock: plan.clock, symbol }, crossing, mayRestart));
      stations.push({ plan, symbol, kernel, given, published: new Map(), initial: mayRestart ? kernel.save() : null });
    }
  }
  const starts = stations.filter(({ plan }) => plan.decides).flatMap((station) => startsOf(graph, station));
  function* loading(stretch: TimeStretch): Loading {
    yield* loadAll(stations, stretch);
    for (const start of starts) updateStart(start, stretch);
  }
  const firstStart = (sought: (start: Start) => boolean): number => Math.max(...starts.filter(sought).map(({ time }) => time));
  return {
    load: (stretch) => finishNow(loading(stretch)),
    loading,
    deciding: (clock, symbol) => {
      const station = stations.find((one) => one.plan.decides && one.plan.clock === clock && one.symbol === symbol);
      if (station === undefined) throw new Error(`no rule of symbol ${symbol} acts on clock ${clock}`);
      return station.kernel;
    },
    start: (symbol) => firstStart((start) => start.station.symbol === symbol),
    legsStart: (rule) => firstStart((start) => start.rule === rule),
    save: () => ({ stations: stations.map(saveStation), starts: starts.map(({ time }) => time) }),
    restore: (saved) => {
      stations.forEach((station, index) => {
        restoreStation(station, saved.stations[index]);
      });
      starts.forEach((start, index) => {
        start.time = saved.starts[index] ?? Number.NaN;
      });
    },
  };
}

function* loadAll(stations: readonly Station[], stretch: TimeStretch): Loading {
  for (const { symbol, replay } of stretch.changes) yield* beginAnew(stations, symbol, replay);
  for (const station of stations) yield* loadStation(station, stretch);
}

function saveStation({ kernel, given, published }: Station): SavedLanes["stations"][number] {
  const columns = [...published].map(([node, column]) => [node, { before: lastOf(column), readyRow: column.readyRow }] as const);
  return { kernel: kernel.save(), given: given.map(({ giver }) => ({ ...giver.state })), published: new Map(columns) };
}

function restoreStation({ kernel, given, published }: Station, saved: SavedLanes["stations"][number] | undefined): void {
  if (saved === undefined) throw new Error("lanes that were not saved");
  kernel.restore(saved.kernel);
  given.forEach(({ giver }, index) => {
    Object.assign(giver.state, saved.given[index]);
  });
  for (const [node, column] of published) Object.assign(column, saved.published.get(node));
}

/** The column of a node that a lane evaluates itself, from now on published with each stretch. Lanes of lower levels are there already. */
function publish(stations: readonly Station[], clock: ClockId, symbol: SymbolId | null, node: NodeId): LaneColumn {
  const station = stations.find((one) => one.plan.clock === clock && one.symbol === symbol && one.plan.observed.includes(node));
  if (station === undefined) throw new Error(`node ${node} is on no lane of symbol ${symbol} on clock ${clock}`);
  const known = station.published.get(node);
  if (known !== undefined) return known;
  const column = unpublished();
  station.published.set(node, column);
  return column;
}

/** When something of what decides on a lane comes alive: what rules of a symbol read on one clock, or one rule with legs. */
interface Start {
  readonly station: Station;
  readonly rule: number | null;
  readonly roots: readonly NodeId[];
  /** The first row in any case. */
  readonly earliestRow: number;
  /** Infinite until it is reached. */
  time: number;
}

function startsOf(graph: Graph, station: Station): readonly Start[] {
  const { plan, symbol } = station;
  const time = Number.POSITIVE_INFINITY;
  const rules = plan.conditions.flatMap((node, index) => (node === null ? [] : [{ index, roots: [node, ...expressionsOf(graph, index)] }]));
  if (symbol === null) return rules.map(({ index, roots }) => ({ station, rule: index, roots, earliestRow: 0, time }));
  const earliestRow = plan.clock === 0 ? graph.simulate.startAfter : 0;
  return [{ station, rule: null, roots: rules.flatMap(({ roots }) => roots), earliestRow, time }];
}

/** What is read where a rule acts, beside its condition; nothing for the conditions of risk lines and sessions. */
function expressionsOf({ rules }: Graph, index: number): readonly NodeId[] {
  const rule = rules[index];
  if (rule === undefined) return [];
  return rule.kind === "enter" ? [...ruleExpressions(rule), ...entryCounts(rule)] : ruleExpressions(rule);
}

function updateStart(start: Start, stretch: TimeStretch): void {
  if (start.time < Number.POSITIVE_INFINITY) return;
  const { kernel, plan, symbol } = start.station;
  const row = Math.max(start.earliestRow, ...start.roots.map((node) => kernel.readyRow(node)));
  const { bars, firstRow } = stretch.lane(plan.clock, symbol);
  if (row >= firstRow + bars.rows) return;
  const time = bars.time[row - firstRow];
  if (time === undefined) throw new Error(`row ${row} was ready before row ${firstRow}, unseen`);
  start.time = time;
}
