/** DuckDB, loaded when first needed: an in-memory database of one thread and bounded memory that reads and writes Parquet files. */
import { tmpdir } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { DuckDBConnection, DuckDBDoubleVector, DuckDBResult } from "@duckdb/node-api";

const SETTINGS = { threads: "1", memory_limit: "256MB", preserve_insertion_order: "true" };

/** Runs `work` with a connection and closes it afterwards. */
export async function withDatabase<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { ...SETTINGS, temp_directory: tmpdir() });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A text as a literal of SQL. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The path of a file to read as a literal of SQL; characters that would match other files stand for themselves. */
export function pathLiteral(path: string): string {
  return textLiteral(path.replace(/[*?[]/g, "[$&]"));
}

/** A column of a Parquet file; its type as DuckDB names it. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** The name of a column as an identifier of SQL. */
export function quoted(column: Column): string {
  return `"${column.name.replaceAll('"', '""')}"`;
}

const APPENDED_ROWS = 2_048;

/** Appends the first `rows` of each column to a table of DOUBLE columns. */
export async function appendDoubles(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Float64Array[],
  rows: number,
): Promise<void> {
  const { DOUBLE, DuckDBDataChunk } = await import("@duckdb/node-api");
  const appender = await connection.createAppender(table);
  const types = columns.map(() => DOUBLE);
  for (let from = 0; from < rows; from += APPENDED_ROWS) {
    const to = Math.min(rows, from + APPENDED_ROWS);
    const chunk = DuckDBDataChunk.create(types, to - from);
    for (const [index, column] of columns.entries()) chunk.setColumnValues(index, Array.from(column.subarray(from, to)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Chunks after which the ones done with are let go. */
const CHUNKS_A_COLLECTION = 64;

/**
 * Copies a result of DOUBLE columns without nulls into `columns`, one array a column, and returns the number of rows.
 * The next chunk is asked for before this one is copied, so that DuckDB decodes meanwhile.
 */
export async function copyDoubles(result: DuckDBResult, columns: readonly Float64Array[]): Promise<number> {
  const duckdb = await import("@duckdb/node-api");
  const collect = youngCollection();
  let rows = 0;
  let next = result.fetchChunk();
  for (let chunks = 1; ; chunks++) {
    const chunk = await next;
    const count = chunk?.rowCount ?? 0;
    if (chunk === null || count === 0) return rows;
    next = result.fetchChunk();
    for (const [index, column] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      if (!(vector instanceof duckdb.DuckDBDoubleVector)) throw new Error(`column ${index} is not DOUBLE`);
      copyVector(vector, column, rows, count);
    }
    rows += count;
    if (chunks % CHUNKS_A_COLLECTION === 0) collect();
  }
}

/** A function of its own, so that V8 compiles the loop once and not with all that is around it. */
function copyVector(vector: DuckDBDoubleVector, column: Float64Array, from: number, count: number): void {
  for (let row = 0; row < count; row++) column[from + row] = vector.getItem(row) ?? Number.NaN;
}

/**
 * V8's collection of young objects. A chunk's memory is DuckDB's and hangs on a small object, so V8 sees no reason to collect, and all of a file
 * would be held twice: of a million rows 100 MB.
 */
function youngCollection(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;
  setFlagsFromString("--no-expose-gc");
  return () => collect({ type: "minor" });
}
