/** Reads bars from Parquet files: our own, in normal form, and those of others by their column names, with prices as floating-point numbers. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { priceColumns } from "../../data/decimals.ts";
import { rawFromDoubles } from "../../data/doubles.ts";
import { type ColumnRole, headerRole, missingColumns } from "../../data/layout.ts";
import type { FindingLog } from "../../data/problems.ts";
import { type DataResult, failure } from "../../data/problems.ts";
import type { RawBars, TableOptions } from "../../data/table.ts";
import { epochUnit } from "../../data/times.ts";
import { copyDoubles, pathLiteral, withDatabase } from "./database.ts";
import { FOOTER_KEY, type StoredBars, type StoreFooter } from "./stored.ts";

export type ParquetBars = { readonly kind: "foreign"; readonly bars: RawBars } | { readonly kind: "own"; readonly bars: StoredBars };

/** Reads the file at `path`, which messages call `name`. What DuckDB says against the file ("Invalid Input Error: …") is the file's problem. */
export async function readParquet(
  path: string,
  name: string,
  options: TableOptions & { readonly columns: string | undefined },
  log: FindingLog,
): Promise<DataResult<ParquetBars>> {
  try {
    return await withDatabase(async (connection) => {
      const footer = await readFooter(connection, path);
      if (footer !== null) return { ok: true, value: { kind: "own", bars: await readStored(connection, path, footer) } };
      const raw = await readForeign(connection, path, name, options, log);
      return raw.ok ? { ok: true, value: { kind: "foreign", bars: raw.value } } : raw;
    });
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
  return typeof text === "string" ? (JSON.parse(text) as StoreFooter) : null;
}

async function rowCount(connection: DuckDBConnection, path: string): Promise<number> {
  const reader = await connection.runAndReadAll(`SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${pathLiteral(path)})`);
  return Number(reader.getRows()[0]?.[0] ?? 0);
}

async function readStored(connection: DuckDBConnection, path: string, footer: StoreFooter): Promise<StoredBars> {
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

interface Column {
  readonly name: string;
  readonly type: string;
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
  if (missing.length > 0) return failure("D103", name, `no column for ${missing.join(", ")}; state them in order with --columns`);
  const time = await timeExpression(connection, path, found.time);
  if (time === null) return failure("D104", name, `the column ${found.time?.name} (${found.time?.type}) does not hold times I know`);
  const rows = await rowCount(connection, path);
  const columns = { time: new Float64Array(rows), prices: priceColumns(rows), volume: new Float64Array(rows) };
  const { prices } = columns;
  const numbers = (["open", "high", "low", "close", "volume"] as const).map((role) => doubleExpression(found[role]));
  const where = symbolCondition(found.symbol, options.symbol);
  const result = await connection.stream(`SELECT ${[time.sql, ...numbers].join(", ")} FROM read_parquet(${pathLiteral(path)})${where}`);
  const read = await copyDoubles(result, [columns.time, prices.open, prices.high, prices.low, prices.close, columns.volume]);
  const facts = { file: name, rows: read, utc: time.utc, hasVolume: found.volume !== undefined, otherSymbols: rows - read };
  return rawFromDoubles({ ...facts, ...columns }, options.quantumDecimals, log);
}

function findColumns(described: readonly Column[], stated: string | undefined): Columns {
  const names = stated?.split(",") ?? described.map((column) => column.name);
  const columns: Columns = {};
  for (const [index, column] of described.entries()) {
    const role = headerRole(names[index] ?? "");
    if (role !== undefined) columns[role] ??= column;
  }
  const { date, ...others } = columns;
  return columns.time === undefined && date !== undefined ? { ...others, time: date } : columns;
}

function quoted(column: Column): string {
  return `"${column.name.replaceAll('"', '""')}"`;
}

/** Nulls become NaN, which the checks of rows find. */
function doubleExpression(column: Column | undefined): string {
  return column === undefined ? "0::DOUBLE" : `coalesce(TRY_CAST(${quoted(column)} AS DOUBLE), 'nan'::DOUBLE)`;
}

function symbolCondition(column: Column | undefined, symbol: string | undefined): string {
  return column === undefined || symbol === undefined
    ? ""
    : ` WHERE upper(${quoted(column)}::VARCHAR) = '${symbol.toUpperCase().replaceAll("'", "''")}'`;
}

/** Microseconds as a DOUBLE: whole numbers are an epoch whose unit their size shows, timestamps are what they say. */
async function timeExpression(
  connection: DuckDBConnection,
  path: string,
  column: Column | undefined,
): Promise<{ sql: string; utc: boolean } | null> {
  if (column === undefined) return null;
  const cell = quoted(column);
  const orNaN = (expression: string) => `coalesce((${expression})::DOUBLE, 'nan'::DOUBLE)`;
  if (column.type === "TIMESTAMP WITH TIME ZONE") return { sql: orNaN(`epoch_us(${cell})`), utc: true };
  if (column.type.startsWith("TIMESTAMP") || column.type === "DATE") return { sql: orNaN(`epoch_us(${cell}::TIMESTAMP)`), utc: false };
  if (column.type === "VARCHAR") return { sql: orNaN(`epoch_us(TRY_CAST(${cell} AS TIMESTAMP))`), utc: false };
  const first = await connection.runAndReadAll(
    `SELECT ${cell}::BIGINT::VARCHAR FROM read_parquet(${pathLiteral(path)}) WHERE ${cell} IS NOT NULL LIMIT 1`,
  );
  switch (epochUnit(String(first.getRows()[0]?.[0] ?? "").length)) {
    case "s":
      return { sql: orNaN(`${cell} * 1000000`), utc: true };
    case "ms":
      return { sql: orNaN(`${cell} * 1000`), utc: true };
    case "us":
      return { sql: orNaN(cell), utc: true };
    case "ns":
      return { sql: orNaN(`${cell} // 1000`), utc: true };
    case null:
      return null;
  }
}
