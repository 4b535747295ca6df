/**
 * The kernel port: what evaluates a graph over rows and stops where something may happen. Two implementations pass one contract suite: the
 * interpreter (the oracle) and WebAssembly. The engine knows only this file.
 *
 * A kernel sees rows in chunks. `load` evaluates the market stratum over the new rows; `run` then walks them in order, marking equity and testing the
 * account stratum, until a trigger (phase 0: before the row's decisions) or a rule, monitor or flatten condition (phase 1: after the mark) may act.
 * False wakes are allowed, missed ones never.
 */
import type { BarChunk } from "../market/bars.ts";
import type { Graph, NodeId, SymbolId } from "./nodes.ts";

/** Indices into `slots`. Money and prices are in currency, rounded once from the ledger; NaN stands for none. */
export const SLOT = {
  cash: 0,
  position: 1,
  entryPrice: 2,
  /** The entry's fill row, counted over the whole run; `bars_held` is the current row minus this. */
  entryRow: 3,
  dayStartEquity: 4,
  /** Written by the kernel at each mark, as are the next two. */
  equityPeak: 5,
  maxDrawdown: 6,
  /** Equity at the last mark. */
  equity: 7,
  /** Phase 0 wakes on a row whose low is at or below `wakeLow`, whose high is at or above `wakeHigh` (both in ticks; -Infinity, Infinity: never), or whose number is `wakeRow` or more. */
  wakeLow: 8,
  wakeHigh: 9,
  wakeRow: 10,
} as const;
export const SLOT_COUNT = 11;

/** Values of `arms`: never wake, wake where the condition is true, wake where it is not true (false or none). */
export const ARM = { off: 0, whenTrue: 1, whenNotTrue: 2 } as const;

/** A column that the host brings for a node of the market: one that reads another lane, or that an earlier stage has evaluated (graph/lanes.ts). */
export interface GivenColumn {
  /** One value for each row of the chunk, at least; NaN for none, a bool 0 or 1. */
  readonly values: Float64Array;
  /** The first row of the whole run with a value; infinite where that is not known yet: then no row of the chunk is read. Rows before it are not read. */
  readonly readyRow: number;
}

/** Throws where a given column says another ready row than before, or one that an earlier chunk has passed. `firstRow` is that of the chunk. */
export function checkReadyRow(node: NodeId, row: number, before: number | undefined, firstRow: number): void {
  const isNews = before === undefined || before === Number.POSITIVE_INFINITY;
  if (isNews ? row < firstRow : row !== before) throw new Error(`node ${node} is ready from row ${row}, not ${before}`);
}

/** What one kernel evaluates: some nodes of the graph, on the rows of one clock, for one symbol or for the universe. */
export interface KernelWork {
  readonly graph: Graph;
  /** Whose parameters and groups count; null for the universe. */
  readonly symbol: SymbolId | null;
  /** What `run` and `condition` know by index; null where there is nothing to wake for. */
  readonly conditions: readonly (NodeId | null)[];
  /** Market nodes that come with each chunk. Inputs need no giving. */
  readonly given: readonly NodeId[];
  /** Whether `run` marks equity at every row; else the host keeps these slots. */
  readonly marks: boolean;
}

export interface KernelOptions extends KernelWork {
  /** One value for each parameter of the graph. */
  readonly parameters: readonly number[];
  /** d of the dataset's quantum 10^-d. */
  readonly priceDecimals: number;
  /** Most rows a `load` will bring. */
  readonly capacity: number;
  /** Market nodes the host will ask `value` for. */
  readonly observed: readonly NodeId[];
}

export interface Kernel {
  readonly slots: Float64Array;
  readonly arms: Uint8Array;
  /**
   * Evaluates what conditions and observed nodes need of the market over all rows of the chunk, which follow those loaded before. Every operand
   * is evaluated, chosen or not; what only seeds recursions without a reset, until the last of them is seeded. Throws `KernelHalt` on a value that is not finite or a sum out of range (any element, or the sum of what a
   * window holds so far, beyond ±2^54): at the first such row, and on it at the smallest node. The kernel is of no more use then.
   */
  load(chunk: BarChunk, given?: ReadonlyMap<NodeId, GivenColumn>): void;
  /**
   * Walks rows `row`..`to - 1` of the loaded chunk from `phase` (0 or 1) on. Returns `2 * row + phase` of the first wake, or `2 * to`.
   * The mark, where the kernel marks, in float64: equity = cash + position × close, peak = max(peak, equity), drawdown = max(drawdown, 1 − equity ÷ peak).
   * A condition that is not ready (before its warm-up) never wakes. A walk that passes phase 1 of a row has marked it. After a wake at (r, 0) the host continues with `run(r, 1, to)`, after (r, 1) with `run(r + 1, 0, to)`.
   */
  run(row: number, phase: 0 | 1, to: number): number;
  /**
   * Whether condition `index` is true on a row of the loaded chunk, with the slots as they are now. Not before the condition's warm-up.
   * Throws `KernelHalt` where a value of the account is not finite; a walk wakes there.
   */
  condition(index: number, row: number): boolean;
  /** The value of an observed node on a row of the loaded chunk; null for none and before its warm-up. A bool is 0 or 1. */
  value(node: NodeId, row: number): number | null;
  /** The same for all rows of the chunk, NaN for null. Not to be written to, and gone with the next `load`. */
  column(node: NodeId): Float64Array;
  /** The first row of the whole run on which a node has a value, as far as the given columns tell: infinite where that is not known yet. */
  readyRow(node: NodeId): number;
  /** All state between chunks, as bytes; a kernel of the same graph, parameters and options continues from it bit for bit. */
  save(): Uint8Array;
  restore(snapshot: Uint8Array): void;
}

export type Backend = (options: KernelOptions) => Kernel;

/** Makes the kernels of one work, for whichever symbols and parameters: what takes time, such as compiling, is done once for all. */
export type LaneBackend = (work: KernelWork, observed: readonly NodeId[], capacity: number) => Backend;

/** The run cannot go on: a value of the user's arithmetic left the numbers (semantics 6.6, 6.7). */
export class KernelHalt extends Error {
  readonly reason: "not_finite" | "sum_out_of_range";
  readonly node: NodeId;
  /** Row of the whole run, counted from 0. */
  readonly row: number;
  constructor(reason: "not_finite" | "sum_out_of_range", node: NodeId, row: number) {
    super(`${reason} at node ${node}, row ${row}`);
    this.reason = reason;
    this.node = node;
    this.row = row;
  }
}
