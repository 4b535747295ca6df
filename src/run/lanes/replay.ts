/** The rows of a symbol so far once more, on all its clocks, as its lanes begin anew on them (semantics 13.2). */
import type { Graph, SymbolId } from "../../graph/nodes.ts";
import { type BarChunk, chunkOf } from "../../market/bars.ts";
import { align } from "./alignment.ts";
import { type LaneRows, type LaneState, laneStates, NO_ROWS } from "./lane-rows.ts";
import type { TimeStretch } from "./placement.ts";

interface Replay {
  /** Of the symbol's lanes after these rows. */
  readonly states: readonly LaneState[];
  readonly stretches: readonly TimeStretch[];
}

/** All rows of the first clock, and the ticks of slower ones up to `end`. */
export function replayed(graph: Graph, symbol: SymbolId, chunks: readonly BarChunk[], end: number): Replay {
  const states = laneStates(graph);
  const stretches = chunks.map((chunk, index): TimeStretch => {
    const until = index === chunks.length - 1 ? end : (chunk.time.at(-1) ?? end);
    const { instants, owners } = align([states], [chunk], chunk.time, until);
    const lanes = owners[0]?.map(copied);
    return { instants, sessionStarts: [], changes: [], lane: (clock, of) => (of === symbol ? (lanes?.[clock] ?? NO_ROWS) : NO_ROWS) };
  });
  return { states, stretches };
}

/** The columns of ticks are used again for the next stretch. */
function copied(rows: LaneRows): LaneRows {
  const { bars, tickRows } = rows;
  if (tickRows === null) return rows;
  return {
    ...rows,
    bars: chunkOf(bars, bars.rows, (column) => column.slice()),
    tickRows: { first: tickRows.first.slice(), end: tickRows.end.slice() },
  };
}
