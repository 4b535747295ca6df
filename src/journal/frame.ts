/**
 * Frames: how journal entries lie one after the other in bytes. A frame is its payload's length (4 bytes), a CRC-32C over all that follows it
 * (4), its sequence number (8), and the payload; integers are little-endian. Sequence numbers count up by one.
 */
import { crc32c } from "./checksum.ts";

export interface Frame {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** Why reading stopped before the last byte. */
export type FrameProblem =
  /** The last frame is not whole: the writer was interrupted. All before it is good. */
  | { readonly kind: "truncated"; readonly offset: number; readonly sequence: number }
  /** A frame is damaged although good ones follow, or a sequence number is missing: bytes were changed or lost. */
  | { readonly kind: "corrupt"; readonly offset: number; readonly sequence: number };

export interface FrameReading {
  readonly frames: readonly Frame[];
  readonly problem: FrameProblem | null;
}

const HEADER_BYTES = 16;
/** Longer payloads are refused, so that a damaged length cannot ask for gigabytes. */
export const PAYLOAD_BYTES_MAX = 1 << 20;

export function encodeFrame({ sequence, payload }: Frame): Uint8Array {
  if (payload.length > PAYLOAD_BYTES_MAX) throw new Error(`a journal payload of ${payload.length} bytes`);
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  view.setBigUint64(8, BigInt(sequence), true);
  bytes.set(payload, HEADER_BYTES);
  view.setUint32(4, crc32c(bytes, 8), true);
  return bytes;
}

/** All good frames from the beginning, numbered from `first`, and what is wrong after them. Payloads are views of `bytes`. */
export function readFrames(bytes: Uint8Array, first = 1): FrameReading {
  const frames: Frame[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const frame = frameAt(bytes, offset);
    const expected = first + frames.length;
    if (frame === null || frame.sequence !== expected) return { frames, problem: problemAt(bytes, offset, expected) };
    frames.push(frame);
    offset += HEADER_BYTES + frame.payload.length;
  }
  return { frames, problem: null };
}

/** The frame that begins at `offset`; null where there is no good one. */
function frameAt(bytes: Uint8Array, offset: number): Frame | null {
  if (offset + HEADER_BYTES > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  const length = view.getUint32(0, true);
  const end = offset + HEADER_BYTES + length;
  if (length > PAYLOAD_BYTES_MAX || end > bytes.length) return null;
  const sequence = Number(view.getBigUint64(8, true));
  if (!Number.isSafeInteger(sequence) || view.getUint32(4, true) !== crc32c(bytes, offset + 8, end)) return null;
  return { sequence, payload: bytes.subarray(offset + HEADER_BYTES, end) };
}

/** A bad frame with a good one anywhere after it is damage, without one the end of an interrupted writing. */
function problemAt(bytes: Uint8Array, offset: number, sequence: number): FrameProblem {
  for (let later = offset; later + HEADER_BYTES <= bytes.length; later++) {
    const frame = frameAt(bytes, later);
    if (frame !== null && frame.sequence >= sequence) return { kind: "corrupt", offset, sequence };
  }
  return { kind: "truncated", offset, sequence };
}
