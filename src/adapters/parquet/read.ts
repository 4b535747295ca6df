/** Reads bars from Parquet files: our own, in normal form, and those of others by their column names, with prices as floating-point numbers; and events of our own. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { type ColumnRole, headerRole, missingColumns } from "../../data/columns.ts";
import { priceColumns } from "../../data/decimals.ts";
import { rawFromDoubles } from "../../data/doubles.ts";
import type { NormalEvents } from "../../data/events/normal.ts";
import type { FindingLog } from "../../data/problems.ts";
import { type DataResult, failure } from "../../data/problems.ts";
import { describeSymbols, type RawBars, type TableOptions } from "../../data/table.ts";
import type { EventKind } from "../../market/bars.ts";
import { type Column, copyDoubles, pathLiteral, quoted, textLiteral, withDatabase } from "./database.ts";
import { type BarsFooter, type EventsFooter, eventColumnNames, FOOTER_KEY, type StoredBars, type StoreFooter } from "./stored.ts";
import { timeExpression } from "./time-column.ts";

export type ParquetBars = { readonly kind: "foreign"; readonly bars: RawBars } | { readonly kind: "own"; readonly bars: StoredBars };

/** Reads the file at `path`, which messages call `name`. What DuckDB says against the file ("Invalid Input Error: …") is the file's problem. */
export async function readParquet(
  path: string,
  name: string,
  options: TableOptions & { readonly columns: string | undefined },
  log: FindingLog,
): Promise<DataResult<ParquetBars>> {
  return asParquet<ParquetBars>(name, () =>
    withDatabase(async (connection) => {
      const footer = await readFooter(connection, path);
      if (footer?.schema === "stratc-events/1") return failure("D106", name, `it has ${footer.kind}, and bars are wanted`);
      if (footer !== null) return { ok: true, value: { kind: "own", bars: await readStored(connection, path, footer) } };
      const raw = await readForeign(connection, path, name, options, log);
      return raw.ok ? { ok: true, value: { kind: "foreign", bars: raw.value } } : raw;
    }),
  );
}

/** Events of the store, with the hash that they were written with. */
export interface StoredEvents {
  readonly footer: EventsFooter;
  readonly events: NormalEvents;
}

/** Reads events of the store from the file at `path`, which messages call `name`. */
export async function readStoredEvents(path: string, name: string, kind: EventKind): Promise<DataResult<StoredEvents>> {
  return asParquet(name, () =>
    withDatabase(async (connection) => {
      const footer = await readFooter(connection, path);
      if (footer?.schema === "stratc-events/1" && footer.kind === kind)
        return { ok: true, value: { footer, events: await readEvents(connection, path, footer) } };
      const has =
        footer === null
          ? "it was not written by `stratc data import`"
          : `it has ${footer.schema === "stratc-bars/1" ? "bars" : footer.kind}`;
      return failure("D106", name, `${has}, and ${kind} are read from text or from the store`);
    }),
  );
}

async function readEvents(
  connection: DuckDBConnection,
  path: string,
  { kind, price_decimals: priceDecimals }: EventsFooter,
): Promise<NormalEvents> {
  const rows = await rowCount(connection, path);
  const names = eventColumnNames(kind);
  const time = new Float64Array(rows);
  const others = names.slice(1).map((column) => [column, new Float64Array(rows)] as const);
  const result = await connection.stream(
    `SELECT ${names.map((column) => `${column}::DOUBLE`).join(", ")} FROM read_parquet(${pathLiteral(path)})`,
  );
  await copyDoubles(result, [time, ...others.map(([, values]) => values)]);
  return { kind, rows, table: { time, ...Object.fromEntries(others) }, priceDecimals, notes: [], repairs: [] };
}

async function asParquet<T>(name: string, work: () => Promise<DataResult<T>>): Promise<DataResult<T>> {
  try {
    return await work();
  } catch (error) {
    const words = error instanceof Error ? (/^[\w ]+ Error: (.*)/.exec(error.message)?.[1] ?? null) : null;
    if (words === null) throw error;
    return failure("D101", name, `cannot read it as Parquet: ${words}`);
  }
}

async function readFooter(connection: DuckDBConnection, path: string): Promise<StoreFooter | null> {
  const reader = await connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${pathLiteral(path)}) WHERE decode(key) = '${FOOTER_KEY}'`,
  );
  const text = reader.getRows()[0]?.[0];
  if (typeof text !== "string") return null;
  const footer = JSON.parse(text) as Partial<StoreFooter>;
  return footer.schema === "stratc-bars/1" || footer.schema === "stratc-events/1" ? (footer as StoreFooter) : null;
}

async function rowCount(connection: DuckDBConnection, path: string): Promise<number> {
  const reader = await connection.runAndReadAll(`SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${pathLiteral(path)})`);
  return Number(reader.getRows()[0]?.[0] ?? 0);
}

async function readStored(connection: DuckDBConnection, path: string, footer: BarsFooter): Promise<StoredBars> {
  const rows = await rowCount(connection, path);
  const time = new Float64Array(rows);
  const prices = priceColumns(rows);
  const volume = new Float64Array(rows);
  const names = ["time", "open", "high", "low", "close", "volume"].map((name) => `${name}::DOUBLE`).join(", ");
  const result = await connection.stream(`SELECT ${names} FROM read_parquet(${pathLiteral(path)})`);
  await copyDoubles(result, [time, prices.open, prices.high, prices.low, prices.close, volume]);
  return {
    footer,
    bars: { rows, time, prices, volume, priceDecimals: footer.price_decimals, width: footer.width, notes: [], repairs: [] },
  };
}

type Columns = Partial<Record<ColumnRole, Column>>;

async function readForeign(
  connection: DuckDBConnection,
  path: string,
  name: string,
  options: TableOptions & { readonly columns: string | undefined },
  log: FindingLog,
): Promise<DataResult<RawBars>> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${pathLiteral(path)})`);
  const found = findColumns(
    described.getRows().map(([column, type]) => ({ name: String(column), type: String(type) })),
    options.columns,
  );
  const missing = missingColumns(found);
  if (found.time === undefined || missing.length > 0) return failure("D103", name, `no column for ${missing.join(", ")}`);
  const time = await timeExpression(connection, path, found.time, found.date);
  if (typeof time === "string") return failure("D104", name, time);
  const symbols = await symbolProblem(connection, path, found.symbol, options.symbol);
  if (symbols !== null) return failure("D105", name, symbols);
  const rows = await rowCount(connection, path);
  const columns = { time: new Float64Array(rows), prices: priceColumns(rows), volume: new Float64Array(rows) };
  const { prices } = columns;
  const place = new Float64Array(found.symbol === undefined ? 0 : rows);
  const all = [columns.time, prices.open, prices.high, prices.low, prices.close, columns.volume, ...(place.length > 0 ? [place] : [])];
  const result = await connection.stream(selectRows(path, time.sql, found, options.symbol));
  const read = await copyDoubles(result, all);
  const facts = { file: name, rows: read, utc: time.utc, hasVolume: found.volume !== undefined, otherSymbols: rows - read };
  return rawFromDoubles({ ...facts, ...columns, place: place.length > 0 ? place : null }, options, log);
}

/** With a column of symbols, also the number of each row in the file, which the rows left out would hide. */
function selectRows(path: string, time: string, found: Columns, symbol: string | undefined): string {
  const numbers = (["open", "high", "low", "close", "volume"] as const).map((role) => doubleExpression(found[role]));
  if (found.symbol === undefined) return `SELECT ${[time, ...numbers].join(", ")} FROM read_parquet(${pathLiteral(path)})`;
  const columns = [time, ...numbers, "(file_row_number + 1)::DOUBLE"].join(", ");
  const where = symbol === undefined ? "" : ` WHERE ${symbolText(found.symbol)} = ${textLiteral(symbol.toUpperCase())}`;
  return `SELECT ${columns} FROM read_parquet(${pathLiteral(path)}, file_row_number = true)${where}`;
}

function symbolText(column: Column): string {
  return `upper(${quoted(column)}::VARCHAR)`;
}

/** What speaks against reading the rows of `wanted`: it is not there, or of several none is wanted. */
async function symbolProblem(
  connection: DuckDBConnection,
  path: string,
  column: Column | undefined,
  wanted: string | undefined,
): Promise<string | null> {
  if (column === undefined) return null;
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT ${symbolText(column)} AS symbol FROM read_parquet(${pathLiteral(path)}) WHERE symbol IS NOT NULL ORDER BY symbol`,
  );
  return describeSymbols(
    reader.getRows().map(([symbol]) => String(symbol)),
    wanted,
  );
}

function findColumns(described: readonly Column[], stated: string | undefined): Columns {
  const names = stated?.split(",") ?? described.map((column) => column.name);
  const columns: Columns = {};
  for (const [index, column] of described.entries()) {
    const role = headerRole(names[index] ?? "");
    if (role !== undefined) columns[role] ??= column;
  }
  const { date, time, ...others } = columns;
  if (time === undefined && date !== undefined) return { ...others, time: date };
  return columns;
}

/** Nulls become NaN, which the checks of rows find. */
function doubleExpression(column: Column | undefined): string {
  return column === undefined ? "0::DOUBLE" : `coalesce(TRY_CAST(${quoted(column)} AS DOUBLE), 'nan'::DOUBLE)`;
}
