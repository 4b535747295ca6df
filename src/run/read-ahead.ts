/**
 * Brings what the market and the mark read of a stretch into the processor's caches. Kernels pass over the other columns; of these single rows are read, far
 * apart, each at the cost of a wait for memory, where one pass in order costs almost nothing.
 */
import type { BarChunk } from "../market/bars.ts";

/** Doubles in a cache line. */
const LINE = 8;

export function readAhead({ time, columns }: BarChunk): void {
  if (Number.isNaN(sumOfLines(time) + sumOfLines(columns.open))) throw new Error("a row without a time or an open");
}

function sumOfLines(column: Float64Array | undefined): number {
  let sum = 0;
  if (column !== undefined) for (let row = 0; row < column.length; row += LINE) sum += column[row] ?? 0;
  return sum;
}
