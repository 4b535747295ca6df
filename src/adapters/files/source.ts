/** A source of bars over columns in memory: chunks are views, nothing is copied. */
import { createHash } from "node:crypto";
import { eachPrice } from "../../data/decimals.ts";
import type { NormalBars } from "../../data/normal.ts";
import type { BarChunk, BarSource, DatasetInfo } from "../../market/bars.ts";

/** SHA-256 over rows in normal form: a line with the scale and the width, then each column as little-endian float64. */
export function rowsHash(bars: NormalBars): string {
  const hash = createHash("sha256").update(`stratc-bars/1 ${bars.rows} ${bars.priceDecimals} ${bars.width}\n`);
  for (const column of [bars.time, ...eachPrice(bars.prices), bars.volume]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest("hex");
}

export function datasetInfo(symbol: string, bars: NormalBars, hash: string): DatasetInfo {
  return {
    symbol,
    rows: bars.rows,
    width: bars.width,
    priceDecimals: bars.priceDecimals,
    from: bars.time[0] ?? 0,
    to: bars.time[bars.rows - 1] ?? 0,
    hash,
  };
}

export function barSource(info: DatasetInfo, bars: NormalBars): BarSource {
  return { info, chunks: (capacity) => chunksOf(bars, capacity) };
}

async function* chunksOf(bars: NormalBars, capacity: number): AsyncGenerator<BarChunk> {
  for (let from = 0; from < bars.rows; from += capacity) {
    const to = Math.min(bars.rows, from + capacity);
    const view = (column: Float64Array) => column.subarray(from, to);
    const { open, high, low, close } = bars.prices;
    const columns = { open: view(open), high: view(high), low: view(low), close: view(close), volume: view(bars.volume) };
    yield { rows: to - from, time: view(bars.time), columns };
  }
}
