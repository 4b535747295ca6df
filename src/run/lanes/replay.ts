/** The last rows of a symbol once more, on all its clocks, as its lanes begin anew on them (semantics 13.2). */
import type { Graph, SymbolId } from "../../graph/nodes.ts";
import type { BarChunk } from "../../market/bars.ts";
import { align } from "./alignment.ts";
import { type LaneRows, type LaneState, laneStates, NO_ROWS, ticking } from "./lane-rows.ts";
import type { TimeStretch } from "./placement.ts";

/** Rows of the first clock that begin with a session, and the instant up to which slower clocks tick. */
interface PastRows {
  readonly chunks: readonly BarChunk[];
  readonly end: number;
}

interface Replay {
  /** Of the symbol's lanes after these rows, in the place of those before. */
  readonly states: readonly LaneState[];
  readonly stretches: readonly TimeStretch[];
}

/** The stretches of the rows; `before` are the symbol's lanes as they are, whose row numbers go on. */
export function replayed(graph: Graph, symbol: SymbolId, before: readonly LaneState[], { chunks, end }: PastRows): Replay {
  const states = laneStates(graph);
  const counts = ticksOf(laneStates(graph), chunks, end);
  states.forEach((state, clock) => {
    state.row = (before[clock]?.row ?? 0) - (counts[clock] ?? 0);
  });
  for (const { slower } of states) if (slower !== null) slower.tick.nextRow = states[0]?.row ?? 0;
  const stretches = chunks.map((chunk, index): TimeStretch => {
    const { instants, owners } = align([states], [chunk], chunk.time, endOf(chunks, index, end));
    const lanes = owners[0]?.map(copied);
    return { instants, sessionStarts: [], changes: [], lane: (clock, of) => (of === symbol ? (lanes?.[clock] ?? NO_ROWS) : NO_ROWS) };
  });
  return { states, stretches };
}

function endOf(chunks: readonly BarChunk[], index: number, end: number): number {
  return index === chunks.length - 1 ? end : (chunks[index]?.time.at(-1) ?? end);
}

/** How many ticks the rows give on each clock. */
function ticksOf(states: readonly LaneState[], chunks: readonly BarChunk[], end: number): readonly number[] {
  return states.map((state) =>
    chunks.reduce((count, chunk, index) => count + ticking(state, chunk, endOf(chunks, index, end)).bars.rows, 0),
  );
}

/** The columns of ticks are used again for the next stretch. */
function copied(rows: LaneRows): LaneRows {
  const { bars, tickRows } = rows;
  if (tickRows === null) return rows;
  const columns = Object.fromEntries(Object.entries(bars.columns).map(([name, column]) => [name, column.slice()])) as BarChunk["columns"];
  return {
    ...rows,
    bars: { ...bars, time: bars.time.slice(), columns },
    tickRows: { first: tickRows.first.slice(), end: tickRows.end.slice() },
  };
}
