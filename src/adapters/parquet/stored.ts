/**
 * The store's own Parquet files, in normal form: `time` (bar end, UTC microseconds) and prices (ticks) as 64-bit integers, volume as float64.
 * What the columns mean stands in the file's footer, so that a file is complete by itself.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { eachPrice } from "../../data/decimals.ts";
import type { NormalBars } from "../../data/normal.ts";
import { textLiteral, withDatabase } from "./database.ts";

export const FOOTER_KEY = "stratc_bars";

export interface StoreFooter {
  readonly schema: "stratc-bars/1";
  readonly symbol: string;
  readonly calendar: "nyse" | "always";
  /** Microseconds. */
  readonly width: number;
  /** d of the quantum 10^-d. */
  readonly price_decimals: number;
  readonly rows: number;
  /** SHA-256 over the rows in normal form. */
  readonly hash: string;
}

export interface StoredBars {
  readonly footer: StoreFooter;
  readonly bars: NormalBars;
}

const CHUNK_ROWS = 2_048;

/** Writes bars to a new Parquet file at `path`. */
export async function writeStored(path: string, footer: StoreFooter, bars: NormalBars): Promise<void> {
  await withDatabase(async (connection) => {
    await connection.run("CREATE TABLE bars (time DOUBLE, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE)");
    await appendRows(connection, [bars.time, ...eachPrice(bars.prices), bars.volume], bars.rows);
    const whole = ["time", "open", "high", "low", "close"].map((name) => `${name}::BIGINT AS ${name}`).join(", ");
    const options = `FORMAT parquet, COMPRESSION zstd, KV_METADATA {${FOOTER_KEY}: ${textLiteral(JSON.stringify(footer))}}`;
    await connection.run(`COPY (SELECT ${whole}, volume FROM bars) TO ${textLiteral(path)} (${options})`);
  });
}

async function appendRows(connection: DuckDBConnection, columns: readonly Float64Array[], rows: number): Promise<void> {
  const { DOUBLE, DuckDBDataChunk } = await import("@duckdb/node-api");
  const appender = await connection.createAppender("bars");
  const types = columns.map(() => DOUBLE);
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const to = Math.min(rows, from + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, to - from);
    for (const [index, column] of columns.entries()) chunk.setColumnValues(index, Array.from(column.subarray(from, to)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
