/** Times of a Parquet file as an expression of SQL: microseconds as DOUBLE, NaN where there is none. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { epochUnit } from "../../data/times.ts";
import { type Column, pathLiteral, quoted } from "./database.ts";

export interface TimeExpression {
  readonly sql: string;
  /** The times are of UTC by their own word. */
  readonly utc: boolean;
}

/** The expression of `column`, or of `date` and a time of day in `column`. A reason in words where they do not hold times. */
export async function timeExpression(
  connection: DuckDBConnection,
  path: string,
  column: Column,
  date: Column | undefined,
): Promise<TimeExpression | string> {
  const cell = quoted(column);
  const { type } = column;
  if (type === "TIME" && date !== undefined) return { sql: micros(`epoch_us(${quoted(date)}::DATE + ${cell})`), utc: false };
  if (type === "TIMESTAMP WITH TIME ZONE") return { sql: micros(`epoch_us(${cell})`), utc: true };
  if (type.startsWith("TIMESTAMP") || type === "DATE") return { sql: micros(`epoch_us(${cell}::TIMESTAMP)`), utc: false };
  if (type === "VARCHAR") return textTimes(connection, path, cell);
  const found = /INT|DOUBLE|FLOAT|DECIMAL/.test(type) && !/[[(]\w+ /.test(type) ? await numberTimes(connection, path, cell) : null;
  return found ?? `the column ${column.name} (${type}) does not hold times I know`;
}

function micros(expression: string): string {
  return `coalesce((${expression})::DOUBLE, 'nan'::DOUBLE)`;
}

/** Times as text, of which all or none have an offset. */
async function textTimes(connection: DuckDBConnection, path: string, cell: string): Promise<TimeExpression | string> {
  const zoned = `regexp_matches(${cell}, ':.*(Z|UTC|[+-]\\d\\d(:?\\d\\d)?)\\s*$')`;
  const reader = await connection.runAndReadAll(
    `SELECT bool_and(${zoned}), bool_or(${zoned}) FROM read_parquet(${pathLiteral(path)}) WHERE ${cell} IS NOT NULL`,
  );
  const [all, some] = reader.getRows()[0] ?? [];
  if (all !== some) return "some times state a time zone and others none";
  const type = all === true ? "TIMESTAMPTZ" : "TIMESTAMP";
  return { sql: micros(`epoch_us(TRY_CAST(${cell} AS ${type}))`), utc: all === true };
}

/** Times as numbers: 20190215 is a date, others an epoch whose unit the size of the first shows. */
async function numberTimes(connection: DuckDBConnection, path: string, cell: string): Promise<TimeExpression | null> {
  const reader = await connection.runAndReadAll(
    `SELECT ${cell}::BIGINT::VARCHAR FROM read_parquet(${pathLiteral(path)}) WHERE ${cell} IS NOT NULL LIMIT 1`,
  );
  const first = String(reader.getRows()[0]?.[0] ?? "");
  if (/^(19|20)\d{6}$/.test(first)) return { sql: micros(`epoch_us(try_strptime(${cell}::BIGINT::VARCHAR, '%Y%m%d'))`), utc: false };
  switch (epochUnit(first.length)) {
    case "s":
      return { sql: micros(`${cell} * 1000000`), utc: true };
    case "ms":
      return { sql: micros(`${cell} * 1000`), utc: true };
    case "us":
      return { sql: micros(cell), utc: true };
    case "ns":
      return { sql: micros(`${cell} // 1000`), utc: true };
    case null:
      return null;
  }
}
