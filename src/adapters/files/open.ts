/** Opens bars from wherever they are: a symbol of the store, text files (plain, .gz, .zip), Parquet files, samples. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Stamp, Zone } from "../../data/conventions.ts";
import { type DecimalMark, decimalsOfQuantum } from "../../data/decimals.ts";
import { findLayout, type StatedLayout } from "../../data/layout.ts";
import { type NormalBars, normalBars } from "../../data/normal.ts";
import { type DataProblem, type DataResult, type FindingLog, failure, findingLog } from "../../data/problems.ts";
import { type RawBars, readTable, type TableOptions } from "../../data/table.ts";
import type { DateOrder } from "../../data/time-formats.ts";
import type { BarSource, EventKind } from "../../market/bars.ts";
import { type CalendarName, DAY } from "../../market/calendars.ts";
import { readParquet } from "../parquet/read.ts";
import { datasetName, datasetPath, isSymbol, listSymbol } from "../parquet/store.ts";
import type { StoredBars } from "../parquet/stored.ts";
import { unpack } from "./archives.ts";
import { CACHE_VERSION, readEntry, withoutCache, writeEntry } from "./column-cache.ts";
import { type InputFile, readInput } from "./inputs.ts";
import { barSource, datasetInfo, rowsHash } from "./source.ts";

export interface OpenOptions {
  /** The symbol of the dataset. Else the file's name. */
  readonly symbol?: string | undefined;
  /** Where a file has a column of symbols, the one whose rows to take, as the file writes it. Else `symbol`. */
  readonly rowsOf?: string | undefined;
  readonly calendar: CalendarName;
  /** Whose clock the times are of, and what of a bar they stamp; found out where not stated. */
  readonly zone?: Zone | undefined;
  readonly stamp?: Stamp | undefined;
  /** What marks decimals; a point where not stated. */
  readonly decimal?: DecimalMark | undefined;
  /** Which way round 02/03/2019 is; found out where not stated. */
  readonly dates?: DateOrder | undefined;
  /** Prices are in 1/priceScale of the currency: a power of ten. */
  readonly priceScale?: number | undefined;
  /** 10^-d to which prices with more decimals are rounded. */
  readonly quantum?: number | undefined;
  /** Mend what can be mended instead of refusing. */
  readonly repair?: boolean | undefined;
  /** Names of the columns in their order: "time,open,high,low,close,volume", with "_" for one to leave out. */
  readonly columns?: string | undefined;
  /** Width of a bar in microseconds; of a symbol in the store, which dataset. */
  readonly width?: number | undefined;
  /** Folder of the store; without one every location is a file. */
  readonly store?: string | undefined;
  /** Keeps what was parsed, in the store and up to so many bytes; without it everything is parsed in any case. */
  readonly cache?: { readonly bytesMax: number } | false | undefined;
}

export type OpenResult =
  | { readonly ok: true; readonly source: BarSource; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly DataProblem[] };

/** Opens what `location` names as one dataset; several files are its parts. */
export async function openBars(location: string | readonly string[], options: OpenOptions): Promise<OpenResult> {
  const locations = typeof location === "string" ? [location] : location;
  const files = await readFiles(locations, options);
  if (!files.ok) return files;
  const cache = cacheOf(options);
  const key = cacheKey(files.value, options);
  const kept = cache === null ? null : await readEntry(cache.directory, key);
  const symbol = options.symbol ?? symbolOf(locations[0] ?? "");
  if (kept !== null) return { ok: true, source: barSource(datasetInfo(symbol, kept.bars, kept.hash), kept.bars), notes: kept.bars.notes };
  const read = await barsOf(files.value, options);
  if (!read.ok) return read;
  const entry = { bars: read.value, hash: rowsHash(read.value) };
  if (cache !== null) await writeEntry(cache.directory, key, entry, cache.bytesMax).catch(withoutCache);
  return { ok: true, source: barSource(datasetInfo(symbol, entry.bars, entry.hash), entry.bars), notes: entry.bars.notes };
}

function cacheOf({ store, cache = false }: OpenOptions): { readonly directory: string; readonly bytesMax: number } | null {
  return store === undefined || cache === false ? null : { directory: join(store, ".cache"), bytesMax: cache.bytesMax };
}

/** Reads files into normal form, past any cache, with the list of what repair changed. */
export async function readBars(locations: readonly string[], options: OpenOptions): Promise<DataResult<NormalBars>> {
  const files = await readFiles(locations, options);
  return files.ok ? barsOf(files.value, options) : files;
}

/** "data/spy_1min.csv.gz" gives SPY_1MIN. */
export function symbolOf(location: string): string {
  const stem = basename(location.replace(/^sample:/, "")).split(".")[0] ?? "";
  return stem.toUpperCase().replace(/[^A-Z0-9._-]/g, "_");
}

/** `kind` where events are wanted. */
export async function readFiles(
  locations: readonly string[],
  options: OpenOptions,
  kind?: EventKind,
): Promise<DataResult<readonly InputFile[]>> {
  const wrong = optionProblem(options);
  if (wrong !== null) return failure("D106", "", wrong);
  const files: InputFile[] = [];
  for (const location of locations) {
    const path = await storePath(location, options, kind);
    if (!path.ok) return path;
    const file = await readInput(path.value);
    if (!file.ok) return file;
    files.push(file.value);
  }
  return files.length > 0 ? { ok: true, value: files } : failure("D101", "", "no file named");
}

function optionProblem(options: OpenOptions): string | null {
  const { priceScale, quantum } = options;
  if (priceScale !== undefined && decimalsOfQuantum(1 / priceScale) === null)
    return `--price-scale ${priceScale}: a power of ten from 1 to 1000000000`;
  if (quantum !== undefined && decimalsOfQuantum(quantum) === null) return `--quantum ${quantum}: 1, 0.1, 0.01 … 0.000000001`;
  return null;
}

/** The path of a symbol in the store; anything else is a location as it stands. A file of that name goes first. */
async function storePath(location: string, options: OpenOptions, kind: EventKind | undefined): Promise<DataResult<string>> {
  const { store } = options;
  if (store === undefined || !isSymbol(location) || isNoFolder(location)) return { ok: true, value: location };
  const { entries, problems } = await listSymbol(store, location);
  const fitting = entries.filter((entry) => {
    if (entry.schema === "stratc-events/1") return entry.kind === kind;
    return kind === undefined && (options.width === undefined || entry.width === options.width);
  });
  const [entry, another] = fitting;
  const widths = entries.map(datasetName).join(", ");
  if (entry === undefined && problems.length > 0) return { ok: false, problems };
  if (entry === undefined) {
    const has = entries.length === 0 ? `nothing of ${location}` : `${location} only as ${widths}`;
    return failure("D109", location, `there is no such file, and the store ${store} has ${has}`);
  }
  if (another !== undefined) return failure("D109", location, `the store has ${location} as ${widths}: --width states which`);
  return { ok: true, value: datasetPath(store, entry) };
}

/** Whether something lies at a path that is no folder; a folder of a symbol's name does not hide the symbol. */
function isNoFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}

function cacheKey(files: readonly InputFile[], options: OpenOptions): string {
  const { store: _store, cache: _cache, ...meaning } = options;
  const hash = createHash("sha256").update(JSON.stringify([CACHE_VERSION, meaning, files.map((file) => file.name)]));
  for (const file of files) hash.update(file.digest);
  return hash.digest("hex");
}

async function barsOf(files: readonly InputFile[], options: OpenOptions): Promise<DataResult<NormalBars>> {
  const log = findingLog(options.repair === true);
  const quantumDecimals = options.quantum === undefined ? null : decimalsOfQuantum(options.quantum);
  const { rowsOf, symbol, columns, dates, decimal: mark, priceScale } = options;
  const reading = { quantumDecimals, symbol: rowsOf ?? symbol, mark, columns, dates, priceScale };
  const raw: RawBars[] = [];
  for (const file of files) {
    if (file.content === "parquet") {
      const read = await readParquet(file.path, file.name, reading, log);
      if (!read.ok) return read;
      if (read.value.kind === "own")
        return files.length === 1
          ? storedBars(read.value.bars, file, options)
          : failure("D106", file.name, "a dataset of the store cannot be joined with other files");
      raw.push(read.value.bars);
    } else {
      const read = await readTexts(file.name, file.content, reading, log);
      if (!read.ok) return read;
      raw.push(...read.value);
    }
  }
  const { calendar, zone, stamp, width } = options;
  return normalBars(raw, { calendar, zone, stamp, priceScale, quantumDecimals, width }, log);
}

/** A day's bar ends where its calendar says, so a dataset of days serves the calendar it was imported with. */
function storedBars(stored: StoredBars, file: InputFile, options: OpenOptions): DataResult<NormalBars> {
  const { footer, bars } = stored;
  if (footer.width === DAY && footer.calendar !== options.calendar) {
    return failure("D106", file.name, `imported with --calendar ${footer.calendar}, and ${options.calendar} is wanted: import it again`);
  }
  return rowsHash(bars) === footer.hash
    ? { ok: true, value: bars }
    : failure("D111", file.name, "its rows are not those it was written with");
}

async function readTexts(
  name: string,
  content: Uint8Array,
  reading: TableOptions & StatedLayout,
  log: FindingLog,
): Promise<DataResult<readonly RawBars[]>> {
  const texts = await unpack(name, content);
  if (!texts.ok) return texts;
  const tables: RawBars[] = [];
  for (const text of texts.value) {
    const layout = findLayout(text.bytes, text.name, reading);
    if (!layout.ok) return layout;
    const table = readTable(text.bytes, text.name, layout.value, reading, log);
    if (!table.ok) return table;
    tables.push(table.value);
  }
  return { ok: true, value: tables };
}
