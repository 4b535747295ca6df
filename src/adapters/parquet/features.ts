/** Writes what a model learns from as a table: Parquet, whose footer says what its columns are, or CSV, which cannot. */
import type { FeatureRow } from "../../run/features.ts";
import { appendDoubles, textLiteral, withDatabase } from "./database.ts";

/** Key of the footer in the file's metadata. */
const FOOTER_KEY = "stratc_features";

export interface LearnedColumn {
  readonly name: string;
  readonly type: "number" | "condition";
  readonly unit: string;
}

/** What the columns are; docs/models.md says it for those who read the file. */
export interface FeaturesFooter {
  readonly schema: "stratc-features/1.0";
  readonly strategy: string;
  readonly model: string;
  /** What the model's answer is called. */
  readonly output: string;
  /** SHA-256 of what the inputs compute: the same of two exports where their inputs mean the same. */
  readonly inputs_hash: string;
  readonly inputs: readonly LearnedColumn[];
  /** `horizon`: bars after which it is known. */
  readonly labels: readonly (LearnedColumn & { readonly horizon: number })[];
}

export type FeaturesForm = "parquet" | "csv";

/** Writes a new file at `path` with a row for each of `pieces`, by time and then in the order of `symbols`. */
export async function writeFeatures(
  path: string,
  form: FeaturesForm,
  footer: FeaturesFooter,
  symbols: readonly string[],
  pieces: AsyncIterable<readonly FeatureRow[]>,
): Promise<number> {
  const staged = ["symbol", "time", "known", ...footer.inputs.map((_, at) => `i${at}`), ...footer.labels.map((_, at) => `l${at}`)];
  return withDatabase(async (connection) => {
    await connection.run(`CREATE TABLE features (${staged.map((name) => `${name} DOUBLE`).join(", ")})`);
    let count = 0;
    for await (const rows of pieces) {
      await appendDoubles(connection, "features", columnsOf(rows, staged.length), rows.length);
      count += rows.length;
    }
    const metadata = `KV_METADATA {${FOOTER_KEY}: ${textLiteral(JSON.stringify(footer))}}`;
    const options = form === "csv" ? "FORMAT csv, HEADER true" : `FORMAT parquet, COMPRESSION zstd, ${metadata}`;
    await connection.run(`COPY (${selection(footer, symbols)}) TO ${textLiteral(path)} (${options})`);
    return count;
  });
}

function columnsOf(rows: readonly FeatureRow[], width: number): readonly Float64Array[] {
  const columns = Array.from({ length: width }, () => new Float64Array(rows.length));
  for (const [at, { symbol, time, known, inputs, labels }] of rows.entries())
    for (const [index, value] of [symbol, time, known, ...inputs, ...labels].entries()) {
      const column = columns[index];
      if (column !== undefined) column[at] = value;
    }
  return columns;
}

/** The table as it is written. A number that was rounded to float32 comes back from float64 as it was. */
function selection({ inputs, labels }: FeaturesFooter, symbols: readonly string[]): string {
  const columns = [
    `[${symbols.map(textLiteral).join(", ")}][symbol::BIGINT + 1] AS symbol`,
    "make_timestamp(time::BIGINT) AS time",
    "make_timestamp(known::BIGINT) AS known",
    ...inputs.map(({ name }, at) => `i${at}::FLOAT AS input_${name}`),
    ...labels.map(({ name, type }, at) => `${type === "condition" ? `l${at} <> 0` : `l${at}`} AS label_${name}`),
  ];
  return `SELECT ${columns.join(", ")} FROM features ORDER BY features.time, features.symbol`;
}
