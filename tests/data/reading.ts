/** Reads text as if it were a file, for tests. */
import { asciiBytes, type DecimalMark } from "../../src/data/decimals.ts";
import { findLayout } from "../../src/data/layout.ts";
import { type NormalBars, normalBars, type ReadOptions } from "../../src/data/normal.ts";
import { type DataResult, findingLog } from "../../src/data/problems.ts";
import { readTable } from "../../src/data/table.ts";
import type { DateOrder } from "../../src/data/time-formats.ts";

export interface TextOptions extends Partial<ReadOptions> {
  readonly name?: string;
  readonly columns?: string;
  readonly repair?: boolean;
  readonly symbol?: string;
  readonly mark?: DecimalMark;
  readonly dates?: DateOrder;
}

export function readBytes(bytes: Uint8Array, options: TextOptions = {}): DataResult<NormalBars> {
  const log = findingLog(options.repair === true);
  const name = options.name ?? "test.csv";
  const { columns, dates, mark, symbol, quantumDecimals = null, priceScale } = options;
  const layout = findLayout(bytes, name, { columns, dates });
  if (!layout.ok) return layout;
  const table = readTable(bytes, name, layout.value, { quantumDecimals, symbol, mark, priceScale }, log);
  if (!table.ok) return table;
  const { calendar = "nyse", zone, stamp, width } = options;
  return normalBars([table.value], { calendar, zone, stamp, priceScale, quantumDecimals, width }, log);
}

export function readText(text: string, options: TextOptions = {}): DataResult<NormalBars> {
  return readBytes(asciiBytes(text), options);
}

/** The bars of a text that is right. */
export function barsOf(text: string, options: TextOptions = {}): NormalBars {
  const result = readText(text, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

/** "D211:3×1" for every problem of a text that is wrong. */
export function problemsOf(text: string, options: TextOptions = {}): readonly string[] {
  const result = readText(text, options);
  return result.ok ? [] : result.problems.map(({ code, line, count }) => `${code}:${line}×${count}`);
}

/** Ends of bars as "2019-02-15 14:31". */
export function endsOf(bars: NormalBars): readonly string[] {
  return [...bars.time].map((time) => new Date(time / 1_000).toISOString().slice(0, 16).replace("T", " "));
}
