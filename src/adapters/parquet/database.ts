/** DuckDB, loaded when first needed: an in-memory database of one thread and bounded memory that reads and writes Parquet files. */
import { tmpdir } from "node:os";
import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";

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

/** A path as a literal of SQL. */
export function pathLiteral(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}

/**
 * Copies a result of DOUBLE columns without nulls into `columns`, one array a column, and returns the number of rows.
 * The next chunk is asked for before this one is copied, so that DuckDB decodes meanwhile.
 */
export async function copyDoubles(result: DuckDBResult, columns: readonly Float64Array[]): Promise<number> {
  let rows = 0;
  let next = result.fetchChunk();
  for (;;) {
    const chunk = await next;
    const count = chunk?.rowCount ?? 0;
    if (chunk === null || count === 0) return rows;
    next = result.fetchChunk();
    for (const [index, column] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < count; row++) column[rows + row] = vector.getItem(row) as number;
    }
    rows += count;
  }
}
