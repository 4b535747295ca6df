/** The store: one Parquet file a symbol and width, STORE/SYMBOL/WIDTH.parquet, and beside it WIDTH.json with what is in it and where it came from. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { widthText } from "../../data/conventions.ts";
import type { NormalBars } from "../../data/normal.ts";
import { type StoreFooter, writeStored } from "./stored.ts";

/** Where a dataset came from. */
interface Provenance {
  readonly files: readonly string[];
  /** What was stated or found out about the files, in words. */
  readonly notes: readonly string[];
  /** Rows changed by repair. */
  readonly repairs: number;
  /** The flags of the import, as given. */
  readonly flags: Readonly<Record<string, string | number | boolean>>;
}

/** WIDTH.json. Times are ISO 8601 UTC bar ends. */
export interface StoreEntry extends StoreFooter {
  readonly from: string;
  readonly to: string;
  readonly provenance: Provenance;
}

/** A symbol as a folder's name: capitals, digits, and . _ - inside. */
const SYMBOL = /^[A-Z0-9][A-Z0-9._-]{0,31}$/;

export function isSymbol(text: string): boolean {
  return SYMBOL.test(text);
}

/** Writes a dataset, in place of an older one of the same symbol and width; whole or not at all. Returns the Parquet file's path. */
export async function saveDataset(store: string, entry: StoreEntry, bars: NormalBars): Promise<string> {
  const folder = join(store, entry.symbol);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${widthText(entry.width)}.parquet`);
  const { from: _from, to: _to, provenance: _provenance, ...footer } = entry;
  const temporary = join(folder, `${randomUUID()}.part`);
  await writeStored(temporary, footer, bars);
  await writeFile(`${temporary}.json`, `${JSON.stringify(entry, null, 2)}\n`);
  await rename(temporary, path);
  await rename(`${temporary}.json`, path.replace(/\.parquet$/, ".json"));
  return path;
}

/** What the store has of a symbol, by width. */
export async function listSymbol(store: string, symbol: string): Promise<readonly StoreEntry[]> {
  const folder = join(store, symbol);
  if (!isSymbol(symbol) || !existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => /^\d+[a-z]+\.json$/.test(name));
  const entries = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8")) as StoreEntry));
  return entries.toSorted((a, b) => a.width - b.width);
}

/** Everything in the store, by symbol and width. */
export async function listStore(store: string): Promise<readonly StoreEntry[]> {
  if (!existsSync(store)) return [];
  const symbols = (await readdir(store)).filter(isSymbol).sort();
  return (await Promise.all(symbols.map((symbol) => listSymbol(store, symbol)))).flat();
}

/** Path of a dataset's Parquet file. */
export function datasetPath(store: string, entry: StoreFooter): string {
  return join(store, entry.symbol, `${widthText(entry.width)}.parquet`);
}
