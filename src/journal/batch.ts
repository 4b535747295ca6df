/** Entries on their way into a frame: their bytes behind room for the frame's header. */
import { FRAME_HEADER_BYTES } from "./frame.ts";
import { writeText } from "./payload.ts";

export interface Batch {
  /** With room for more. */
  bytes: Uint8Array;
  /** How many of them are used, the header's included. */
  used: number;
  /** Sequence number of the first entry. */
  readonly first: number;
  count: number;
  /** Takes no more entries. */
  isClosed: boolean;
}

/** A batch that has reached it is closed. */
const BATCH_BYTES = 1 << 20;
const BYTES_AT_FIRST = 1 << 12;
const NEWLINE = 10;

export function emptyBatch(first: number): Batch {
  return { bytes: new Uint8Array(BYTES_AT_FIRST), used: FRAME_HEADER_BYTES, first, count: 0, isClosed: false };
}

/** Adds an entry, which is one line of ASCII. */
export function addEntry(batch: Batch, text: string): void {
  const used = batch.used + text.length + 1;
  if (used > batch.bytes.length) {
    const bytes = new Uint8Array(Math.max(used, 2 * batch.bytes.length));
    bytes.set(batch.bytes.subarray(0, batch.used));
    batch.bytes = bytes;
  }
  writeText(text, batch.bytes, batch.used);
  batch.bytes[used - 1] = NEWLINE;
  batch.used = used;
  batch.count += 1;
  batch.isClosed ||= used >= BATCH_BYTES;
}

/** Sequence number of the last entry. */
export function lastOf({ first, count }: Batch): number {
  return first + count - 1;
}
