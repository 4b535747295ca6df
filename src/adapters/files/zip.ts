/**
 * Reads zip archives held in memory, by the central directory (PKWARE APPNOTE 6.3): stored and deflated entries, ZIP64 sizes. Written here because
 * the LEAN engine's data files carry ZIP64 sizes in small archives, which small libraries take for four gigabytes.
 */
import { crc32, inflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const END_SIGNATURE = 0x06054b50;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ABSENT_32 = 0xffffffff;
const ZIP64_FIELD = 1;

/** Where and how an entry lies in the archive. */
interface Place {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
}

/** The files of an archive in the order of their names. Throws in plain words where it is damaged, encrypted or larger than `bytesMax` unpacked. */
export function unzip(content: Uint8Array, bytesMax: number): readonly ZipEntry[] {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  try {
    const places = directory(buffer).filter((place) => !place.name.endsWith("/"));
    const total = places.reduce((sum, place) => sum + place.size, 0);
    if (total > bytesMax) throw new Error(`the archive unpacks to ${total} bytes, more than ${bytesMax}`);
    return places.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((place) => ({ name: place.name, bytes: unpackEntry(buffer, place) }));
  } catch (error) {
    if (error instanceof RangeError) throw new Error("the archive is damaged or cut short");
    throw error;
  }
}

function directory(buffer: Buffer): readonly Place[] {
  const end = findEnd(buffer);
  let count = buffer.readUInt16LE(end + 10);
  let at = buffer.readUInt32LE(end + 16);
  if (end >= 20 && buffer.readUInt32LE(end - 20) === END64_LOCATOR_SIGNATURE) {
    const end64 = readSize(buffer, end - 12);
    count = readSize(buffer, end64 + 32);
    at = readSize(buffer, end64 + 48);
  }
  const places: Place[] = [];
  for (let index = 0; index < count; index++) {
    if (buffer.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error("the archive's directory is damaged");
    const nameLength = buffer.readUInt16LE(at + 28);
    const extraLength = buffer.readUInt16LE(at + 30);
    places.push(readPlace(buffer, at, nameLength, extraLength));
    at += 46 + nameLength + extraLength + buffer.readUInt16LE(at + 32);
  }
  return places;
}

/** The end record stands last, before a comment of up to 65,535 bytes. */
function findEnd(buffer: Buffer): number {
  const lowest = Math.max(0, buffer.length - END_BYTES - 0xffff);
  for (let at = buffer.length - END_BYTES; at >= lowest; at--) if (buffer.readUInt32LE(at) === END_SIGNATURE) return at;
  throw new Error("the archive has no directory: it is damaged or cut short");
}

function readPlace(buffer: Buffer, at: number, nameLength: number, extraLength: number): Place {
  const name = buffer.toString("utf8", at + 46, at + 46 + nameLength);
  if ((buffer.readUInt16LE(at + 8) & 1) === 1) throw new Error(`${name} is encrypted`);
  const wide = wideFields(buffer, at + 46 + nameLength, extraLength);
  const size = buffer.readUInt32LE(at + 24);
  const compressedSize = buffer.readUInt32LE(at + 20);
  const offset = buffer.readUInt32LE(at + 42);
  // The 64-bit fields stand in this order, each only where its 32-bit one is absent.
  const next = (short: number): number => (short === ABSENT_32 ? (wide.shift() ?? short) : short);
  const place = { name, method: buffer.readUInt16LE(at + 10), checksum: buffer.readUInt32LE(at + 16), size: next(size) };
  return { ...place, compressedSize: next(compressedSize), offset: next(offset) };
}

function wideFields(buffer: Buffer, from: number, length: number): number[] {
  for (let at = from; at + 4 <= from + length; at += 4 + buffer.readUInt16LE(at + 2)) {
    if (buffer.readUInt16LE(at) !== ZIP64_FIELD) continue;
    const count = Math.floor(buffer.readUInt16LE(at + 2) / 8);
    return Array.from({ length: Math.min(count, 3) }, (_, index) => readSize(buffer, at + 4 + index * 8));
  }
  return [];
}

function readSize(buffer: Buffer, at: number): number {
  return Number(buffer.readBigUInt64LE(at));
}

function unpackEntry(buffer: Buffer, place: Place): Uint8Array {
  const { name, method, offset, compressedSize, size } = place;
  if (buffer.readUInt32LE(offset) !== LOCAL_SIGNATURE) throw new Error(`${name} is damaged`);
  const start = offset + 30 + buffer.readUInt16LE(offset + 26) + buffer.readUInt16LE(offset + 28);
  const packed = buffer.subarray(start, start + compressedSize);
  if (method !== 0 && method !== 8) throw new Error(`${name} is packed by method ${method}, and only deflate is known`);
  const bytes = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  if (bytes.length !== size || crc32(bytes) !== place.checksum) throw new Error(`${name} is damaged: its checksum does not fit`);
  return bytes;
}
