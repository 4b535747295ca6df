/** Unpacks what archives hold, and turns text of other encodings into UTF-8. */
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { crc32, gunzip } from "node:zlib";
import type * as Yauzl from "yauzl";
import { type DataResult, failure } from "../../data/problems.ts";

/** One text of rows; a zip gives several. */
export interface TextInput {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Most bytes a compressed file may unpack to. */
const UNPACKED_BYTES_MAX = 2 ** 31;

/** Resource forks that the Finder packs beside each file; they are no data of the user's. */
const FINDER_FOLDER = "__MACOSX/";

const NEWLINE = 10;
const RETURN = 13;

/** Formats that are not read, by the first bytes of their files. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ["\u00fd7zXZ", "xz"],
  ["(\u00b5/\u00fd", "zstd"],
  ["BZh", "bzip2"],
  ["7z\u00bc\u00af", "7-Zip"],
  ["\u00d0\u00cf\u0011\u00e0", "an Excel workbook"],
  ["SQLite format", "an SQLite database"],
  ["\u0089HDF", "HDF5"],
  ["ARROW1", "Arrow or Feather"],
  ["PAR1", "Parquet inside an archive"],
];

/** The first `length` bytes as characters. */
export function prefixOf(content: Uint8Array, length: number): string {
  return String.fromCharCode(...content.subarray(0, length));
}

/** The texts in a file: its own, unzipped if need be, or the entries of a zip in the order of their names. */
export async function unpack(name: string, content: Uint8Array): Promise<DataResult<readonly TextInput[]>> {
  const zips = isZip(content) ? await import("yauzl") : null;
  const parts = await partsOf(zips, name, content).catch((error: Error) => error);
  if (parts instanceof Error) return failure("D101", name, `cannot unpack: ${parts.message}`);
  const texts: TextInput[] = [];
  for (const { name: part, bytes } of parts) {
    const text = textOf(bytes);
    if (typeof text === "string") return failure("D101", part, text);
    texts.push({ name: part, bytes: text });
  }
  return texts.length > 0 ? { ok: true, value: texts } : failure("D102", name, "the archive holds no file");
}

function isZip(content: Uint8Array): boolean {
  const magic = prefixOf(content, 4);
  return magic === "PK\u0003\u0004" || magic === "PK\u0005\u0006";
}

/** Throws in plain words where an archive is damaged. */
async function partsOf(zips: typeof Yauzl | null, name: string, content: Uint8Array): Promise<readonly TextInput[]> {
  if (zips !== null) return unzip(zips, name, content);
  const isGzip = prefixOf(content, 2) === "\u001f\u008b";
  return [{ name, bytes: isGzip ? await promisify(gunzip)(content, { maxOutputLength: UNPACKED_BYTES_MAX }) : content }];
}

async function unzip({ fromBufferPromise }: typeof Yauzl, archive: string, content: Uint8Array): Promise<readonly TextInput[]> {
  const zip = await fromBufferPromise(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  const parts: TextInput[] = [];
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize } = entry;
    if (fileName.endsWith("/") || fileName.startsWith(FINDER_FOLDER)) continue;
    total += uncompressedSize;
    if (total > UNPACKED_BYTES_MAX) throw new Error(`the archive unpacks to more than ${UNPACKED_BYTES_MAX} bytes`);
    if (entry.isEncrypted()) throw new Error(`${fileName} is encrypted`);
    const bytes = await buffer(await zip.openReadStreamPromise(entry));
    if (crc32(bytes) !== entry.crc32) throw new Error(`${fileName} is damaged: its checksum does not fit`);
    parts.push({ name: `${archive}/${fileName}`, bytes });
  }
  return parts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Bytes as UTF-8 with lines that end in line feeds; a reason in words where they are no text. */
function textOf(bytes: Uint8Array): Uint8Array | string {
  const magic = prefixOf(bytes, 16);
  const foreign = FOREIGN.find(([start]) => magic.startsWith(start));
  if (foreign !== undefined) return `this is ${foreign[1]}, which is not read`;
  if (magic.startsWith("\u001f\u008b") || isZip(bytes)) return "an archive inside an archive is not read";
  if (magic.startsWith("\u00ff\u00fe")) return recoded(bytes, "utf-16le");
  if (magic.startsWith("\u00fe\u00ff")) return recoded(bytes, "utf-16be");
  if (bytes.subarray(0, 4_096).includes(0)) return "this is no text: it has zero bytes (UTF-16 needs its byte-order mark)";
  const usesReturns = !bytes.includes(NEWLINE) && bytes.includes(RETURN);
  return usesReturns ? bytes.map((byte) => (byte === RETURN ? NEWLINE : byte)) : bytes;
}

function recoded(bytes: Uint8Array, encoding: string): Uint8Array {
  return new TextEncoder().encode(new TextDecoder(encoding).decode(bytes));
}
