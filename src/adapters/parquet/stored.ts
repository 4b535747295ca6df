/**
 * The store's own Parquet files, in normal form: `time` (bar end, UTC microseconds) and prices (ticks) as 64-bit integers, volume as float64.
 * What the columns mean stands in the file's footer, so that a file is complete by itself.
 */
import { eachPrice } from "../../data/decimals.ts";
import type { NormalBars } from "../../data/normal.ts";
import { appendDoubles, textLiteral, withDatabase } from "./database.ts";

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

/** Writes bars to a new Parquet file at `path`. */
export async function writeStored(path: string, footer: StoreFooter, bars: NormalBars): Promise<void> {
  await withDatabase(async (connection) => {
    await connection.run("CREATE TABLE bars (time DOUBLE, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE)");
    await appendDoubles(connection, "bars", [bars.time, ...eachPrice(bars.prices), bars.volume], bars.rows);
    const whole = ["time", "open", "high", "low", "close"].map((name) => `${name}::BIGINT AS ${name}`).join(", ");
    const options = `FORMAT parquet, COMPRESSION zstd, KV_METADATA {${FOOTER_KEY}: ${textLiteral(JSON.stringify(footer))}}`;
    await connection.run(`COPY (SELECT ${whole}, volume FROM bars) TO ${textLiteral(path)} (${options})`);
  });
}
