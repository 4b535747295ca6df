/**
 * Parsed columns kept on disk under a key of their content, so that the same files are parsed once. One file an entry: a header in JSON, then the
 * columns. An entry is written beside its place and renamed, so a reader sees a whole one or none; one of another size than it says is no entry.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { eachPrice } from "../../data/decimals.ts";
import type { NormalBars } from "../../data/normal.ts";
import { makeFolder } from "./folder.ts";

/** Changes whenever the meaning of an entry or of the parsing does; part of every key. */
export const CACHE_VERSION = 3;

const COLUMNS = 6;
const PREFIX_BYTES = 16;

export interface CacheEntry {
  readonly bars: NormalBars;
  readonly hash: string;
}

type Header = Pick<NormalBars, "rows" | "priceDecimals" | "width" | "notes"> & { readonly hash: string };

function entryPath(directory: string, key: string): string {
  return join(directory, `${key}.bars`);
}

/** The entry under `key`, or null. */
export async function readEntry(directory: string, key: string): Promise<CacheEntry | null> {
  const path = entryPath(directory, key);
  const content = await readFile(path).catch(() => null);
  const header = content === null ? null : readHeader(content);
  if (content === null || header === null) return null;
  const now = new Date();
  await utimes(path, now, now).catch(withoutCache);
  const { hash, start, ...facts } = header;
  const column = (index: number) => new Float64Array(content.buffer, content.byteOffset + start + index * facts.rows * 8, facts.rows);
  const prices = { open: column(1), high: column(2), low: column(3), close: column(4) };
  return { hash, bars: { ...facts, time: column(0), prices, volume: column(5), repairs: [] } };
}

/** The header and where the columns start; null where the entry is not whole. */
function readHeader(content: Buffer): (Header & { readonly start: number }) | null {
  if (content.length < PREFIX_BYTES || content.byteOffset % 8 !== 0) return null;
  const start = PREFIX_BYTES + content.readUInt32LE(0);
  if (start > content.length || start % 8 !== 0) return null;
  const header = JSON.parse(content.toString("utf8", PREFIX_BYTES, start)) as Header;
  return content.length === start + header.rows * COLUMNS * 8 ? { ...header, start } : null;
}

/** Lets a failure of the file system pass: a cache that cannot be written is done without. */
export function withoutCache(error: unknown): void {
  if (!(error instanceof Error) || !("code" in error)) throw error;
}

/** Keeps an entry under `key`, and lets the entries go that were not used for longest when all together grow beyond `bytesMax`. */
export async function writeEntry(directory: string, key: string, entry: CacheEntry, bytesMax: number): Promise<void> {
  const { bars, hash } = entry;
  makeFolder(directory);
  const header: Header = { rows: bars.rows, priceDecimals: bars.priceDecimals, width: bars.width, notes: bars.notes, hash };
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(padded.length, 0);
  const temporary = join(directory, `${key}.${randomUUID()}.part`);
  const file = await open(temporary, "wx");
  try {
    await writeAll(file, [Buffer.concat([prefix, padded]), ...[bars.time, ...eachPrice(bars.prices), bars.volume].map(bytesOf)]).finally(
      () => file.close(),
    );
    await rename(temporary, entryPath(directory, key));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await evict(directory, bytesMax);
}

async function writeAll(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) await file.writeFile(part);
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

async function evict(directory: string, bytesMax: number): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".bars") || name.endsWith(".part"));
  const found = names.map(async (name) => ({ path: join(directory, name), facts: await stat(join(directory, name)) }));
  const files = (await Promise.allSettled(found)).flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  let bytes = 0;
  for (const { path, facts } of files.toSorted((a, b) => b.facts.mtimeMs - a.facts.mtimeMs)) {
    bytes += facts.size;
    if (bytes > bytesMax) await rm(path, { force: true });
  }
}
