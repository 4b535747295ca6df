/**
 * When rules with `quote` must be asked again (semantics 12.7), so that the kernel runs on between: where what they read of the market is not what it was on the row
 * before, for what they had to put off, when its time has come, and after a fill at the close, which no rule has seen yet. What else they read of the account
 * changes only where the engine is awake anyway.
 */
import { proposesFrom } from "../engine/quoting.ts";
import type { Book } from "../engine/state.ts";
import { type Kernel, SLOT } from "../graph/kernel.ts";
import type { Graph, NodeId, QuoteRule } from "../graph/nodes.ts";
import { frontier } from "../graph/strata.ts";
import type { RunValues } from "./expressions.ts";
import type { LaneRows } from "./lanes/lane-rows.ts";

export interface QuoteWatch {
  /** Takes the rows of a stretch, which the kernel has loaded. */
  begin(rows: LaneRows): void;
  /**
   * The first row of the stretch from `row` on at which some rule must be asked, all having been asked at the one before; infinite where there is none. Asked
   * before the kernel is shown the account anew.
   */
  nextRow(row: number): number;
}

/** One rule, with where in the stretch what it reads changes: its condition, or its price and size. */
interface Watched {
  readonly index: number;
  readonly rule: QuoteRule;
  readonly conditions: readonly NodeId[];
  readonly prices: readonly NodeId[];
  whenMoves: Uint8Array;
  priceMoves: Uint8Array;
}

const NO_ROWS = new Uint8Array(0);

/** Null for a file without such rules. */
export function quoteWatch(graph: Graph, run: RunValues, book: Book, kernel: Kernel): QuoteWatch | null {
  const market = (nodes: readonly (NodeId | null)[]): readonly NodeId[] =>
    nodes.flatMap((node) => (node === null ? [] : frontier(graph, node))).filter((node) => run[node] === undefined);
  const all = graph.rules.flatMap((rule, index): readonly Watched[] => {
    if (rule.kind !== "quote") return [];
    const conditions = market([rule.when, rule.entries]);
    const prices = market([rule.at, rule.size.amount]);
    return [{ index, rule, conditions, prices, whenMoves: NO_ROWS, priceMoves: NO_ROWS }];
  });
  if (all.length === 0) return null;
  let time: Float64Array = new Float64Array(0);
  let rows = 0;
  return {
    begin: ({ bars }) => {
      time = bars.time;
      rows = bars.rows;
      for (const watched of all) {
        watched.whenMoves = moves(kernel, watched.conditions, rows, watched.whenMoves);
        watched.priceMoves = moves(kernel, watched.prices, rows, watched.priceMoves);
      }
    },
    nextRow: (row) => {
      const { position, money } = book;
      if (kernel.slots[SLOT.position] !== position.quantity / money.scale.lotsPerShare) return row;
      let next = Number.POSITIVE_INFINITY;
      for (const watched of all) next = Math.min(next, asked(book, watched, time, row, Math.min(rows, next)));
      return next;
    },
  };
}

/** By row: 1 where one of the nodes is not what it was on the row before. The first row of a stretch is one of those: what came before is gone. */
function moves(kernel: Kernel, nodes: readonly NodeId[], rows: number, before: Uint8Array): Uint8Array {
  const moved = before.length >= rows ? before.fill(0, 0, rows) : new Uint8Array(rows);
  for (const node of nodes) {
    const values = kernel.column(node);
    let last = values[0] ?? Number.NaN;
    for (let row = 1; row < rows; row++) {
      const value = values[row] ?? Number.NaN;
      if (value !== last) moved[row] = 1;
      last = value;
    }
  }
  moved[0] = 1;
  return moved;
}

/** The first row from `row` up to `end` at which the rule must be asked; infinite where there is none. */
function asked(book: Book, { index, rule, whenMoves, priceMoves }: Watched, time: Float64Array, row: number, end: number): number {
  const from = proposesFrom(book, index, rule);
  let waits = book.proposed[index]?.waits === true;
  for (let at = row; at < end; at++) {
    if (whenMoves[at] === 1) return at;
    waits ||= priceMoves[at] === 1;
    if (waits && (time[at] ?? 0) >= from) return at;
  }
  return Number.POSITIVE_INFINITY;
}
