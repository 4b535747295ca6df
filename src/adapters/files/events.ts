/** Opens quotes, trades and books from files: text (plain, .gz, .zip), captures of Binance's streams, the store's own Parquet. */
import { createHash } from "node:crypto";
import { decimalsOfQuantum } from "../../data/decimals.ts";
import { isBinanceCapture, readBinance } from "../../data/events/binance.ts";
import { eventChunks } from "../../data/events/chunks.ts";
import { type NormalEvents, normalEvents } from "../../data/events/normal.ts";
import type { RawEvents } from "../../data/events/raw.ts";
import { readEvents } from "../../data/events/read.ts";
import { type DataResult, type FindingLog, failure, findingLog } from "../../data/problems.ts";
import { type BarSource, type DatasetInfo, EVENT_WIDTH, type EventKind, type InputField } from "../../market/bars.ts";
import { readStoredEvents } from "../parquet/read.ts";
import { unpack } from "./archives.ts";
import { type OpenOptions, type OpenResult, readFiles, symbolOf } from "./open.ts";

/** Opens what `locations` name as one dataset of events; several files are its parts. */
export async function openEvents(kind: EventKind, locations: readonly string[], options: OpenOptions): Promise<OpenResult> {
  const read = await readEventFiles(kind, locations, options);
  if (!read.ok) return read;
  const events = read.value;
  const symbol = options.symbol ?? symbolOf(locations[0] ?? "");
  return { ok: true, source: eventSource(eventInfo(symbol, events, eventsHash(events)), events), notes: events.notes };
}

/** Reads files of events into normal form, with the list of what repair changed. */
export async function readEventFiles(
  kind: EventKind,
  locations: readonly string[],
  options: OpenOptions,
): Promise<DataResult<NormalEvents>> {
  const files = await readFiles(locations, options, kind);
  if (!files.ok) return files;
  const log = findingLog(options.repair === true);
  const raw: RawEvents[] = [];
  for (const { path, name, content } of files.value) {
    if (content === "parquet")
      return files.value.length === 1
        ? storedEvents(path, name, kind)
        : failure("D106", name, "a dataset of the store cannot be joined with other files");
    const read = await readTexts(kind, name, content, options, log);
    if (!read.ok) return read;
    raw.push(...read.value);
  }
  return normalEvents(raw, { calendar: options.calendar, zone: options.zone, quantumDecimals: quantumOf(options) }, log);
}

async function storedEvents(path: string, name: string, kind: EventKind): Promise<DataResult<NormalEvents>> {
  const read = await readStoredEvents(path, name, kind);
  if (!read.ok) return read;
  const { footer, events } = read.value;
  return eventsHash(events) === footer.hash
    ? { ok: true, value: events }
    : failure("D111", name, "its rows are not those it was written with");
}

async function readTexts(
  kind: EventKind,
  name: string,
  content: Uint8Array,
  { columns, priceScale, quantum }: OpenOptions,
  log: FindingLog,
): Promise<DataResult<readonly RawEvents[]>> {
  const texts = await unpack(name, content);
  if (!texts.ok) return texts;
  const reading = { kind, columns, priceScale, quantumDecimals: quantumOf({ quantum }) };
  const found: RawEvents[] = [];
  for (const text of texts.value) {
    const isCapture = isBinanceCapture(text.bytes);
    const read = isCapture ? readBinance(text.bytes, text.name, kind, log) : readEvents(text.bytes, text.name, reading, log);
    if (!read.ok) return read;
    found.push(read.value);
  }
  return { ok: true, value: found };
}

function quantumOf({ quantum }: Pick<OpenOptions, "quantum">): number | null {
  return quantum === undefined ? null : decimalsOfQuantum(quantum);
}

/** SHA-256 over events in normal form: a line with kind and scale, then each column as little-endian float64. */
export function eventsHash({ kind, rows, priceDecimals, table }: NormalEvents): string {
  const hash = createHash("sha256").update(`stratc-events/1 ${kind} ${rows} ${priceDecimals}\n`);
  for (const column of Object.values(table)) hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest("hex");
}

function eventInfo(symbol: string, { kind, rows, priceDecimals, table: { time } }: NormalEvents, hash: string): DatasetInfo {
  return { symbol, rows, events: kind, width: EVENT_WIDTH, priceDecimals, from: time[0] ?? 0, to: time.at(-1) ?? 0, hash };
}

const NO_FIELDS: ReadonlySet<InputField> = new Set();

/** A source of events over columns in memory. */
export function eventSource(info: DatasetInfo, events: NormalEvents): BarSource {
  return {
    info,
    chunks: async function* (capacity, fields = NO_FIELDS) {
      yield* eventChunks(events, capacity, fields);
    },
  };
}
