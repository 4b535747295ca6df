/** A table of trials as a Parquet file: its CSV form, with a type for each column. */
import { textLiteral, withDatabase } from "./database.ts";

/** Writes the table at `csv` to `path`. Exact money stays text; `columns` are its names, `texts` those that hold text. */
export async function writeTrials(csv: string, path: string, columns: readonly string[], texts: ReadonlySet<string>): Promise<void> {
  const types = columns.map((name) => `${textLiteral(name)}: ${textLiteral(texts.has(name) ? "VARCHAR" : "DOUBLE")}`).join(", ");
  const source = `read_csv(${textLiteral(csv)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${types}})`;
  await withDatabase((connection) =>
    connection.run(`COPY (SELECT * FROM ${source}) TO ${textLiteral(path)} (FORMAT parquet, COMPRESSION zstd)`),
  );
}
