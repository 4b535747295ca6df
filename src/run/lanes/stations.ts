/** Kernels at their place in the run: what goes into each with a stretch, and what others read of it. */
import type { GivenColumn, Kernel } from "../../graph/kernel.ts";
import type { LanePlan } from "../../graph/lanes.ts";
import type { NodeId, SymbolId } from "../../graph/nodes.ts";
import { laneError } from "../failure.ts";
import type { LaneColumn } from "./columns.ts";
import type { Given } from "./given.ts";
import { type LaneRows, NO_ROWS } from "./lane-rows.ts";
import type { Loading } from "./loading.ts";
import type { TimeStretch } from "./placement.ts";
import { forgetRows } from "./restart.ts";

/** One kernel, with what goes in and out. */
export interface Station {
  readonly plan: LanePlan;
  readonly symbol: SymbolId | null;
  readonly kernel: Kernel;
  readonly given: readonly Given[];
  readonly published: Map<NodeId, Published>;
  /** Its kernel before the first row, where the symbol may begin anew. */
  readonly initial: Uint8Array | null;
}

/** A column that others read. */
export interface Published extends LaneColumn {
  rows: LaneRows;
  values: Float64Array;
  readyRow: number;
  before: number;
}

/** A column before its first row. */
export function unpublished(): Published {
  return { rows: NO_ROWS, values: new Float64Array(0), readyRow: Number.POSITIVE_INFINITY, before: Number.NaN };
}

/** What a column was on the last row so far. */
export function lastOf({ values, rows, before }: Published): number {
  return values[rows.bars.rows - 1] ?? before;
}

/** Evaluates the rows that a station has in a stretch. */
export function* loadStation({ plan, symbol, kernel, given, published }: Station, stretch: TimeStretch): Loading {
  const rows = stretch.lane(plan.clock, symbol);
  try {
    const columns = new Map<NodeId, GivenColumn>();
    for (const { node, giver } of given) {
      const column = giver.give(stretch, rows);
      columns.set(node, "question" in column ? column.take(yield column.question) : column);
    }
    if (rows.bars.rows > 0) kernel.load(rows.bars, columns);
  } catch (error) {
    throw laneError(error, plan.clock, symbol);
  }
  for (const [node, column] of published) {
    column.before = lastOf(column);
    column.rows = rows;
    column.values = kernel.column(node).slice(0, rows.bars.rows);
    column.readyRow = kernel.readyRow(node);
  }
}

/** Has the lanes of a symbol begin anew on its rows so far (semantics 13.2, 13.3). What they read of others is what it was on these rows. */
export function* beginAnew(stations: readonly Station[], symbol: SymbolId, replay: readonly TimeStretch[]): Loading {
  if (replay.length === 0) return;
  const own = stations.filter((station) => station.symbol === symbol);
  const after = own.flatMap(({ given }) => given.map((each) => ({ each, ...each.anew() })));
  for (const { each, past } of after) each.giver = past;
  for (const station of own) {
    forgetRows(station.kernel, station.initial);
    for (const column of station.published.values()) Object.assign(column, unpublished());
  }
  for (const stretch of replay) for (const station of own) yield* loadStation(station, stretch);
  for (const { each, next } of after) each.giver = next;
}
