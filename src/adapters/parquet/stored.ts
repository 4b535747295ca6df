/**
 * The store's own Parquet files, in normal form: times (ends, UTC microseconds), prices (ticks) and flags as 64-bit integers, all else as float64.
 * What the columns mean stands in the file's footer, so that a file is complete by itself.
 */
import type { NormalEvents } from "../../data/events/normal.ts";
import type { NormalBars } from "../../data/normal.ts";
import type { EventKind } from "../../market/bars.ts";
import { appendDoubles, textLiteral, withDatabase } from "./database.ts";

export const FOOTER_KEY = "stratc_bars";

interface StoredFacts {
  readonly symbol: string;
  readonly calendar: "nyse" | "always";
  /** d of the quantum 10^-d. */
  readonly price_decimals: number;
  readonly rows: number;
  /** SHA-256 over the rows in normal form. */
  readonly hash: string;
}

export interface BarsFooter extends StoredFacts {
  readonly schema: "stratc-bars/1";
  /** Microseconds. */
  readonly width: number;
}

/** Of quotes, trades, or changes of a book, a row each. */
export interface EventsFooter extends StoredFacts {
  readonly schema: "stratc-events/1";
  readonly kind: EventKind;
}

export type StoreFooter = BarsFooter | EventsFooter;

export interface StoredBars {
  readonly footer: BarsFooter;
  readonly bars: NormalBars;
}

const WHOLE: ReadonlySet<string> = new Set(["time", "open", "high", "low", "close", "bid", "ask", "price", "flags"]);

/** The columns of the events of a kind, in their order. */
export function eventColumnNames(kind: EventKind): readonly string[] {
  return kind === "quotes" ? ["time", "bid", "bid_size", "ask", "ask_size"] : ["time", "price", "size", "flags"];
}

/** Writes rows to a new Parquet file at `path`. */
export async function writeStored(path: string, footer: StoreFooter, rows: NormalBars | NormalEvents): Promise<void> {
  const columns = "table" in rows ? rows.table : barColumns(rows);
  const names = Object.keys(columns);
  await withDatabase(async (connection) => {
    await connection.run(`CREATE TABLE rows (${names.map((name) => `${name} DOUBLE`).join(", ")})`);
    await appendDoubles(connection, "rows", Object.values(columns), rows.rows);
    const typed = names.map((name) => (WHOLE.has(name) ? `${name}::BIGINT AS ${name}` : name)).join(", ");
    const options = `FORMAT parquet, COMPRESSION zstd, KV_METADATA {${FOOTER_KEY}: ${textLiteral(JSON.stringify(footer))}}`;
    await connection.run(`COPY (SELECT ${typed} FROM rows) TO ${textLiteral(path)} (${options})`);
  });
}

function barColumns({ time, prices, volume }: NormalBars): Readonly<Record<string, Float64Array>> {
  const { open, high, low, close } = prices;
  return { time, open, high, low, close, volume };
}
