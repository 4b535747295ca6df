/** The lanes of several owners, symbols or the universe, among the instants of a stretch. */
import type { BarChunk } from "../../market/bars.ts";
import { withTicks } from "./instants.ts";
import { type LaneRows, type LaneState, laneRows, ticking } from "./lane-rows.ts";

interface Aligned {
  readonly instants: Float64Array;
  /** Each with its lanes by clock. */
  readonly owners: readonly (readonly LaneRows[])[];
}

/** The lanes of all owners among the instants of a stretch that ends at `end`, from each one's rows of the first clock. */
export function align(states: readonly (readonly LaneState[])[], rows: readonly BarChunk[], rowTimes: Float64Array, end: number): Aligned {
  const ticks = rows.map((chunk, owner) => (states[owner] ?? []).map((state) => ({ state, ticking: ticking(state, chunk, end) })));
  const slower = ticks.flatMap((lanes) => lanes.slice(1).map((lane) => lane.ticking.bars.time));
  const instants = withTicks(rowTimes, slower);
  return { instants, owners: ticks.map((lanes) => lanes.map((lane) => laneRows(lane.state, lane.ticking, instants))) };
}
