/** Third-party indicator values and the bars they were computed from, as the shared data has them. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { BarChunk } from "../../src/market/bars.ts";
import { barsOf } from "../support/bars.ts";
import { sharedPath } from "../support/shared-data.ts";

/** All three price files have at most this many decimals. */
export const PRICE_DECIMALS = 3;

function linesOf(file: string): readonly string[] {
  const text = gunzipSync(readFileSync(sharedPath(file))).toString("utf8");
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

function columnsOf(file: string): ReadonlyMap<string, readonly string[]> {
  const [header = "", ...rows] = linesOf(file);
  const cells = rows.map((row) => row.trim().split(","));
  return new Map(
    header
      .trim()
      .split(",")
      .map((name, i) => [name, cells.map((row) => row[i] ?? "")]),
  );
}

/** The bars of a file with a header; all rows are one session, so that a window since its begin holds everything so far. */
export function barsFrom(file: string): BarChunk {
  const columns = columnsOf(file);
  const numbers = (name: string): readonly number[] => columns.get(name)!.map(Number);
  const ticks = (name: string): readonly number[] => numbers(name).map((price) => Math.round(price * 10 ** PRICE_DECIMALS));
  return barsOf({ open: ticks("open"), high: ticks("high"), low: ticks("low"), close: ticks("close"), volume: numbers("volume") });
}

/** One column of expected values, null where there is none: of a CSV file, or of a JSON list of objects. */
export function expectedFrom(file: string, column: string): readonly (number | null)[] {
  if (file.includes(".json")) {
    const rows: readonly Readonly<Record<string, number | null>>[] = JSON.parse(linesOf(file).join("\n"));
    return rows.map((row) => row[column] ?? null);
  }
  return columnsOf(file)
    .get(column)!
    .map((cell) => (cell === "" ? null : Number(cell)));
}
