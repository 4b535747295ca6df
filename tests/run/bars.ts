/** Bars from arrays, in memory. */
import type { BarChunk, BarSource } from "../../src/market/bars.ts";

export interface BarColumns {
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume?: Float64Array;
}

export const DAY = 86_400_000_000;

export function barSource(columns: BarColumns, { width = DAY, priceDecimals = 2 } = {}): BarSource {
  const rows = columns.time.length;
  const { time, ...values } = columns;
  return {
    info: { symbol: "TEST", rows, width, priceDecimals, from: time[0] ?? 0, to: time.at(-1) ?? 0, hash: "test" },
    async *chunks(capacity) {
      for (let from = 0; from < rows; from += capacity) {
        const to = Math.min(rows, from + capacity);
        const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
        const { open, high, low, close, volume } = values;
        yield {
          rows: to - from,
          time: cut(time),
          columns: { open: cut(open), high: cut(high), low: cut(low), close: cut(close), ...(volume ? { volume: cut(volume) } : {}) },
        } satisfies BarChunk;
      }
    },
  };
}

/** Bars one after the other, each `[open, high, low, close]` in ticks; the first begins at `begin`. */
export function barsOf(rows: readonly (readonly [number, number, number, number])[], begin = 0, width = DAY): BarColumns {
  const column = (index: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, (row) => row[index]);
  return {
    time: Float64Array.from(rows, (_, row) => begin + (row + 1) * width),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
  };
}
