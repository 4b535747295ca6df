/** The goldens of our own making, as generate.py writes them: bars, and what each function of the library is over them. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import type { ExpressionGraph } from "../../src/compile.ts";
import type { NodeId } from "../../src/graph/nodes.ts";
import type { BarChunk } from "../../src/market/bars.ts";
import { barsOf } from "../support/bars.ts";
import { firstRow, outputNode, settledRow, valuesOf } from "./evaluate.ts";

/** Numbers of every so many rows, or the rows on which a condition holds, from the first on which it is known. */
type Expected = { readonly numbers: readonly (number | null)[] } | { readonly holds: readonly number[]; readonly known: number };

export interface OwnGolden {
  readonly expression: string;
  readonly output: string | null;
  /** "TA-Lib SMA", or "definition" where it is one in plain Python. */
  readonly source: string;
  readonly scale: "price" | "largest" | number | null;
  readonly from: "first" | "settled" | number;
  /** What the source has where our value is none. */
  readonly absent: number | null;
  readonly values: Readonly<Record<string, Expected>>;
}

type Column = "open" | "high" | "low" | "close" | "volume";

interface Series {
  readonly step: number;
  readonly chunk: BarChunk;
}

const PRICE_DECIMALS = 2;
const folder = new URL("values/", import.meta.url);

function contentOf<T>(name: string): T {
  return JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString("utf8"));
}

function readSeries(): ReadonlyMap<string, Series> {
  const stored = contentOf<Record<string, { readonly step: number } & Readonly<Record<Column, readonly number[]>>>>("series.json.gz");
  return new Map(Object.entries(stored).map(([name, { step, ...columns }]) => [name, { step, chunk: barsOf(columns) }]));
}

const SERIES: ReadonlyMap<string, Series> = readSeries();

/** By family: the goldens of stdlib/FAMILY.strat. */
export function ownGoldens(): ReadonlyMap<string, readonly OwnGolden[]> {
  const files = globSync("*.json.gz", { cwd: folder }).filter((file) => file !== "series.json.gz");
  return new Map(files.sort().map((file) => [basename(file, ".json.gz"), contentOf<readonly OwnGolden[]>(file)]));
}

export interface Measured {
  /** Rows on which both have a value. */
  readonly compared: number;
  /** The largest difference, as a part of the value or of what the golden names. */
  readonly difference: number;
  /** Rows after the first that both know on which one has a value and the other none, or a condition holds for one only. */
  readonly disagreed: readonly number[];
}

/** Our values over one of the series against the expected ones. */
export function measure(golden: OwnGolden, compiled: ExpressionGraph, name: string): Measured {
  const { chunk, step } = SERIES.get(name)!;
  const expected = golden.values[name]!;
  const node = outputNode(compiled, golden.output);
  const ours = valuesOf(compiled.graph, node, chunk, PRICE_DECIMALS);
  if ("holds" in expected) return measureCondition(ours.slice(expected.known), new Set(expected.holds.map((row) => row - expected.known)));
  const theirs = expected.numbers;
  const mine = theirs.map((_, k) => ours[k * step] ?? null);
  const from = Math.max(firstRow(mine), firstRow(theirs), beginOf(golden, compiled, node) / step);
  const largest = Math.max(...theirs.map((value) => Math.abs(value ?? 0)));
  let [compared, difference] = [0, 0];
  const disagreed: number[] = [];
  theirs.forEach((other, k) => {
    const value = mine[k]!;
    if (k < from || (value === null && other === null)) return;
    if (value === null && other === golden.absent) return;
    if (value === null || other === null) disagreed.push(k * step);
    else {
      compared += 1;
      const price = chunk.columns.close[k * step]! / 10 ** PRICE_DECIMALS;
      difference = Math.max(difference, relative(value - other, sizeOf(golden, price, largest, other)));
    }
  });
  return { compared, difference, disagreed };
}

/** The first row on which the seeds no longer count. */
function beginOf({ from }: OwnGolden, { graph }: ExpressionGraph, node: NodeId): number {
  if (from === "first") return 0;
  return from === "settled" ? settledRow(graph, node) : from;
}

function measureCondition(ours: readonly (number | null)[], holds: ReadonlySet<number>): Measured {
  const known = ours.flatMap((value, row) => (value === null ? [] : [row]));
  const disagreed = ours.flatMap((value, row) => ((value ?? 0) !== Number(holds.has(row)) ? [row] : []));
  return { compared: known.length, difference: 0, disagreed };
}

function relative(error: number, size: number): number {
  return error === 0 ? 0 : Math.abs(error) / size;
}

function sizeOf({ scale }: OwnGolden, price: number, largest: number, value: number): number {
  if (scale === null) return Math.abs(value);
  if (scale === "price") return Math.max(price, Math.abs(value));
  return Math.max(scale === "largest" ? largest : scale, Math.abs(value));
}
