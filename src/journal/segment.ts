/**
 * A segment: a stretch of the journal in a file of its own. It begins with eight letters that name the format, then come frames. The first frame
 * is the header, which every segment repeats: what the journal is of. It is no entry; its sequence number is that of the last entry before.
 */
import { anyFrameFrom, encodeFrame, equalBytes, FRAME_HEADER_BYTES, frameAt, frameHash, frameIn, NO_HASH } from "./frame.ts";
import { decodePayload, encodePayload, textOf, writeText } from "./payload.ts";
import { JournalError } from "./problem.ts";

/** Whose journal it is, as its writer wishes to know it again. */
export type JournalHeader = Readonly<Record<string, unknown>>;

/** The chain at an entry: its sequence number, and the hash of the frame that it is the last of. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: Uint8Array;
}

export interface SegmentReading {
  /** Null where not even it is whole. */
  readonly header: JournalHeader | null;
  readonly end: ChainEnd;
  /** The hash of the last frame, which may be the header. */
  readonly link: Uint8Array;
  /** Where the bytes of an interrupted writing begin; null where all is whole. */
  readonly tornAt: number | null;
}

/** One entry of a journal; entries count from 1. */
export interface JournalEntry {
  readonly sequence: number;
  readonly entry: unknown;
}

const FORMAT = "STRATCJ";
const VERSION = "1";
const MAGIC_BYTES = 8;
const NEWLINE = 10;

/** The bytes of a segment before its first entry, and the hash of the header. */
export function segmentStart(header: JournalHeader, after: ChainEnd): { readonly bytes: Uint8Array; readonly link: Uint8Array } {
  const frame = encodeFrame({ sequence: after.sequence, previous: after.hash, payload: encodePayload(header) });
  const bytes = new Uint8Array(MAGIC_BYTES + frame.length);
  writeText(FORMAT + VERSION, bytes, 0);
  bytes.set(frame, MAGIC_BYTES);
  return { bytes, link: frameHash(frame) };
}

/** What a segment is read as. */
export interface SegmentPlace {
  readonly path: string;
  /** Sequence number of the first entry, by its name. */
  readonly first: number;
  /** Only the last segment may end in an interrupted writing. */
  readonly isLast: boolean;
  /** The chain before it, or at an entry in it. */
  readonly known: ChainEnd;
}

/** Follows the chain through a segment. Throws `JournalError` where a newer stratc wrote it, or where bytes were changed after they were durable. */
export function verifySegment(bytes: Uint8Array, place: SegmentPlace): SegmentReading {
  const { first, known } = place;
  const isKnown = first - 1 === known.sequence;
  if (!hasFormat(bytes, place)) return { header: null, end: known, link: known.hash, tornAt: interruptedAt(bytes, MAGIC_BYTES, place) };
  let header: JournalHeader | null = null;
  let end: ChainEnd = isKnown ? known : { sequence: first - 1, hash: NO_HASH };
  let link = end.hash;
  for (let offset = MAGIC_BYTES; offset < bytes.length || header === null; ) {
    const frame = frameAt(bytes, offset);
    const follows = frame !== null && (equalBytes(frame.previous, link) || (header === null && !isKnown));
    if (!follows || frame.sequence !== end.sequence + (header === null ? 0 : 1)) {
      return { header, end, link, tornAt: interruptedAt(bytes, offset, place) };
    }
    const next = offset + FRAME_HEADER_BYTES + frame.payload.length;
    link = frameHash(bytes.subarray(offset, next));
    if (header === null) header = decodePayload(frame.payload) as JournalHeader;
    else {
      const last = end.sequence + linesIn(frame.payload);
      const holdsKnown = end.sequence < known.sequence && known.sequence <= last;
      if (holdsKnown && !(last === known.sequence && equalBytes(link, known.hash))) throw damaged(place, offset);
      end = { sequence: last, hash: link };
    }
    offset = next;
  }
  return { header, end, link, tornAt: null };
}

/** Whether a segment was begun; the first bytes of one whose beginning was interrupted may not be there, or zero. */
function hasFormat(bytes: Uint8Array, { path, isLast }: SegmentPlace): boolean {
  const start = textOf(bytes.subarray(0, MAGIC_BYTES));
  if (start === FORMAT + VERSION) return true;
  if (isLast && (FORMAT + VERSION).startsWith(start.replace(/\0+$/, ""))) return false;
  if (!start.startsWith(FORMAT))
    throw new JournalError("damaged", `${path} does not begin as a journal of stratc does; restore it from a copy`);
  const found = start.slice(FORMAT.length);
  throw new JournalError(
    "version",
    `${path} is of format ${found}, this stratc reads ${VERSION}: use the stratc that wrote it, or a newer one`,
  );
}

function linesIn(payload: Uint8Array): number {
  let count = 0;
  for (let at = payload.indexOf(NEWLINE); at >= 0; at = payload.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** The entries behind `after` of a segment that was verified. */
export function* entriesIn(bytes: Uint8Array, after: number): Generator<JournalEntry> {
  let isHeader = true;
  for (let offset = MAGIC_BYTES; offset < bytes.length; ) {
    const { sequence: first, payload } = frameIn(bytes, offset);
    let sequence = first;
    for (let at = 0; !isHeader && at < payload.length; sequence++) {
      const end = payload.indexOf(NEWLINE, at);
      if (sequence > after) yield { sequence, entry: decodePayload(payload.subarray(at, end)) };
      at = end + 1;
    }
    isHeader = false;
    offset += FRAME_HEADER_BYTES + payload.length;
  }
}

/** Where nothing good follows a bad frame of the last segment, its writer was interrupted; anywhere else bytes were damaged. */
function interruptedAt(bytes: Uint8Array, offset: number, place: SegmentPlace): number {
  if (place.isLast && !anyFrameFrom(bytes, offset)) return offset === MAGIC_BYTES ? 0 : offset;
  throw damaged(place, offset);
}

function damaged({ path }: SegmentPlace, offset: number): JournalError {
  return new JournalError(
    "damaged",
    `${path}, byte ${offset}: bytes were changed or lost after they were durable; restore the folder from a copy`,
  );
}
