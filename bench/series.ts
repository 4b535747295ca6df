/**
 * The bars of the benchmark in every form its parties read: columns in memory, Parquet for the whole process, raw float64 for the C program.
 * Given a file, that file's bars; else a seeded walk on a cent grid.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBars } from "../src/adapters/files/open.ts";
import { pathLiteral, withDatabase } from "../src/adapters/parquet/database.ts";
import type { BarChunk, BarSource } from "../src/market/bars.ts";
import { prng } from "../src/values/prng.ts";

const MINUTE = 60_000;
const FIRST = 1_577_836_800_000;

export interface Series {
  /** All rows in one chunk, kept in memory. */
  readonly bars: BarSource;
  readonly parquet: string;
  /** Bar end in milliseconds, open, high, low, close, volume: six float64 columns back to back. */
  readonly raw: string;
}

/** The bars of `file`, or of the seeded walk where there is none; what has to be written for it goes to `folder`. */
export async function benchSeries(file: string | undefined, rows: number, folder: string): Promise<Series> {
  mkdirSync(folder, { recursive: true });
  const given = file ?? walkFile(rows, folder);
  const parquet = given.endsWith(".parquet") ? given : await toParquet(given, join(folder, "bars.parquet"));
  const opened = await openBars(parquet, { symbol: "BENCH", calendar: "always", cache: false });
  if (!opened.ok) throw new Error(opened.problems.map((problem) => problem.message).join("; "));
  const bars = await inMemory(opened.source);
  const raw = join(folder, "bars.f64");
  await writeRaw(bars, raw);
  return { bars, parquet, raw };
}

async function toParquet(csv: string, parquet: string): Promise<string> {
  await withDatabase(async (connection) => {
    await connection.run(`COPY (SELECT * FROM read_csv(${pathLiteral(csv)})) TO ${pathLiteral(parquet)} (FORMAT parquet)`);
  });
  return parquet;
}

/** Copies every chunk, so that a run measures the engine and not the reading. */
async function inMemory(source: BarSource): Promise<BarSource> {
  const chunks: BarChunk[] = [];
  for await (const chunk of source.chunks(4_096)) {
    const copy = (column: Float64Array): Float64Array => column.slice(0, chunk.rows);
    const { open, high, low, close, volume = new Float64Array(chunk.rows) } = chunk.columns;
    const columns = { open: copy(open), high: copy(high), low: copy(low), close: copy(close), volume: copy(volume) };
    chunks.push({ rows: chunk.rows, time: copy(chunk.time), columns });
  }
  return {
    info: source.info,
    async *chunks() {
      yield* chunks;
    },
  };
}

async function writeRaw({ info, chunks }: BarSource, path: string): Promise<void> {
  const raw = new Float64Array(6 * info.rows);
  const scale = 10 ** info.priceDecimals;
  let row = 0;
  for await (const { rows, time, columns } of chunks(4_096)) {
    const { open, high, low, close, volume = new Float64Array(rows) } = columns;
    for (const [index, column] of [time, open, high, low, close, volume].entries()) {
      const divisor = index === 0 ? 1_000 : index === 5 ? 1 : scale;
      for (let i = 0; i < rows; i++) raw[index * info.rows + row + i] = (column[i] ?? 0) / divisor;
    }
    row += rows;
  }
  writeFileSync(path, new Uint8Array(raw.buffer));
}

/** Steps of a few cents pulled softly towards 250; the same for the same number of rows on every machine. */
function walkFile(rows: number, folder: string): string {
  const random = prng(20_240_517).uniform;
  const lines = ["ts,open,high,low,close,volume"];
  let close = 25_000;
  for (let row = 0; row < rows; row++) {
    const step = (): number => Math.round((random() + random() + random() - 1.5) * 40);
    const open = close + Math.round((random() - 0.5) * 6);
    close = Math.max(1_000, open + step() + Math.round((25_000 - open) / 2_000));
    const high = Math.max(open, close) + Math.floor(random() * 12);
    const low = Math.min(open, close) - Math.floor(random() * 12);
    const prices = [open, high, low, close].map((cents) => (cents / 100).toFixed(2));
    lines.push([FIRST + row * MINUTE, ...prices, 1_000 + Math.floor(random() * 9_000)].join(","));
  }
  const path = join(folder, "walk.csv");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}
