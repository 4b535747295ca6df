/**
 * The store: one Parquet file a symbol and width, STORE/SYMBOL/WIDTH.parquet, or a symbol and kind of event (quotes.parquet), and beside it a description,
 * WIDTH.json, with what is in it and where it came from.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { widthText } from "../../data/conventions.ts";
import { type DataProblem, problem } from "../../data/problems.ts";
import { makeFolder } from "../files/folder.ts";
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

/** WIDTH.json. Times are ISO 8601 UTC ends. */
export type StoreEntry = StoreFooter & {
  readonly from: string;
  readonly to: string;
  readonly provenance: Provenance;
};

/** A symbol as a folder's name: capitals, digits, and . _ - inside. */
const SYMBOL = /^[A-Z0-9][A-Z0-9._-]{0,31}$/;

export function isSymbol(text: string): boolean {
  return SYMBOL.test(text);
}

export type SaveResult =
  | { readonly kind: "saved"; readonly path: string }
  /** There is a dataset of this symbol and width or kind, and it was not to be replaced. */
  | { readonly kind: "exists"; readonly path: string }
  /** Another import writes it, or one was killed and left its lock. */
  | { readonly kind: "locked"; readonly lock: string }
  | { readonly kind: "unwritable"; readonly message: string };

type Rows = Parameters<typeof writeStored>[2];

/** Writes a dataset whole or not at all; in place of an older one of the same symbol and width or kind only with `replace`. */
export async function saveDataset(store: string, entry: StoreEntry, rows: Rows, replace: boolean): Promise<SaveResult> {
  const path = datasetPath(store, entry);
  const lock = `${path}.lock`;
  try {
    makeFolder(join(store, entry.symbol));
    await writeFile(lock, "", { flag: "wx" });
  } catch (error) {
    return systemCode(error) === "EEXIST" && existsSync(lock) ? { kind: "locked", lock } : unwritable(error);
  }
  try {
    if (existsSync(path) && !replace) return { kind: "exists", path };
    await writeBoth(path, entry, rows);
    return { kind: "saved", path };
  } catch (error) {
    return unwritable(error);
  } finally {
    await rm(lock, { force: true });
  }
}

/** Writes the rows and their description beside their places, and renames both when both are whole. */
async function writeBoth(path: string, entry: StoreEntry, rows: Rows): Promise<void> {
  const { from: _from, to: _to, provenance: _provenance, ...footer } = entry;
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeStored(temporary, footer, rows);
    await writeFile(`${temporary}.json`, `${JSON.stringify(entry, null, 2)}\n`);
    await rename(temporary, path);
    await rename(`${temporary}.json`, descriptionPath(path));
  } finally {
    await rm(temporary, { force: true });
    await rm(`${temporary}.json`, { force: true });
  }
}

/** What the outside world says against a file; anything else is thrown on. */
function unwritable(error: unknown): SaveResult {
  const isOutside = error instanceof Error && (systemCode(error) !== undefined || error.message.startsWith("IO Error"));
  if (!isOutside) throw error;
  return { kind: "unwritable", message: error.message };
}

function systemCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** Datasets of the store, and what is wrong with others. */
export interface Listing {
  readonly entries: readonly StoreEntry[];
  readonly problems: readonly DataProblem[];
}

/** What the store has of a symbol: bars by width, then events. */
export async function listSymbol(store: string, symbol: string): Promise<Listing> {
  const folder = join(store, symbol);
  if (!isSymbol(symbol) || !existsSync(folder)) return { entries: [], problems: [] };
  const widths = new Set(
    (await readdir(folder)).flatMap((name) => /^(\d+[a-z]+|quotes|trades|book)\.(?:json|parquet)$/.exec(name)?.[1] ?? []),
  );
  const read = await Promise.all([...widths].sort().map((width) => readEntry(join(folder, `${width}.parquet`))));
  const entries = read.flatMap((one) => ("schema" in one ? [one] : []));
  const problems = read.flatMap((one) => ("schema" in one ? [] : [one]));
  return { entries: entries.toSorted((a, b) => widthOf(a) - widthOf(b)), problems };
}

/** Events come last. */
function widthOf(entry: StoreFooter): number {
  return entry.schema === "stratc-bars/1" ? entry.width : Number.MAX_VALUE;
}

async function readEntry(path: string): Promise<StoreEntry | DataProblem> {
  const description = descriptionPath(path);
  if (!existsSync(path)) return problem("D111", path, 0, "the file with the rows is missing");
  if (!existsSync(description)) return problem("D111", description, 0, "the description is missing");
  try {
    const entry = JSON.parse(await readFile(description, "utf8")) as Partial<StoreEntry> | null;
    if ((entry?.schema === "stratc-bars/1" || entry?.schema === "stratc-events/1") && entry.provenance !== undefined)
      return entry as StoreEntry;
  } catch (error) {
    if (!(error instanceof SyntaxError)) return problem("D111", description, 0, error instanceof Error ? error.message : String(error));
  }
  return problem("D111", description, 0, "this is no description of a dataset");
}

/** Everything in the store, by symbol and width. */
export async function listStore(store: string): Promise<Listing> {
  if (!existsSync(store)) return { entries: [], problems: [] };
  const symbols = (await readdir(store)).filter(isSymbol).sort();
  const listings = await Promise.all(symbols.map((symbol) => listSymbol(store, symbol)));
  return { entries: listings.flatMap((one) => one.entries), problems: listings.flatMap((one) => one.problems) };
}

/** Path of a dataset's Parquet file. */
export function datasetPath(store: string, entry: StoreFooter): string {
  return join(store, entry.symbol, `${datasetName(entry)}.parquet`);
}

/** "1m", "1d", or the kind of its events. */
export function datasetName(entry: StoreFooter): string {
  return entry.schema === "stratc-bars/1" ? widthText(entry.width) : entry.kind;
}

function descriptionPath(path: string): string {
  return path.replace(/\.parquet$/, ".json");
}
