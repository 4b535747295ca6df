/**
 * Frames: how a journal lies in bytes. A frame is its payload's length (4 bytes), a CRC-32C over all that follows it (4), the sequence number of
 * the first entry in it (8), the SHA-256 of the whole frame before it (32), and the payload: entries as lines of JSON, each ended by a newline.
 * Integers are little-endian. The hashes make a chain: whoever knows the last one knows that nothing before it was changed.
 *
 * A writer makes one frame durable before it writes the next, so that an interruption can hurt only the last frame of a journal.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { crc32c } from "./checksum.ts";

export interface Frame {
  /** Of the first entry. */
  readonly sequence: number;
  readonly previous: Uint8Array;
  readonly payload: Uint8Array;
}

export const FRAME_HEADER_BYTES = 48;
/** Longer payloads are refused, so that a damaged length cannot ask for gigabytes. */
const PAYLOAD_BYTES_MAX = 1 << 28;
/** What comes before the first frame. */
export const NO_HASH: Uint8Array = new Uint8Array(32);

/** Makes a frame of `bytes`, whose payload stands behind room for the header, and gives its hash. */
export function sealFrame(bytes: Uint8Array, sequence: number, previous: Uint8Array): Uint8Array {
  const length = bytes.length - FRAME_HEADER_BYTES;
  if (length < 0 || length > PAYLOAD_BYTES_MAX) throw new Error(`a journal payload of ${length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(0, length, true);
  view.setBigUint64(8, BigInt(sequence), true);
  bytes.set(previous, 16);
  view.setUint32(4, crc32c(bytes, 8), true);
  return frameHash(bytes);
}

export function encodeFrame({ sequence, previous, payload }: Frame): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  bytes.set(payload, FRAME_HEADER_BYTES);
  sealFrame(bytes, sequence, previous);
  return bytes;
}

/** What the next frame states as `previous`. */
export function frameHash(frame: Uint8Array): Uint8Array {
  return sha256(frame);
}

/** The frame that begins at `offset`, a view of `bytes`; null where there is no good one. */
export function frameAt(bytes: Uint8Array, offset: number): Frame | null {
  if (offset + FRAME_HEADER_BYTES > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  const length = view.getUint32(0, true);
  const end = offset + FRAME_HEADER_BYTES + length;
  if (length > PAYLOAD_BYTES_MAX || end > bytes.length) return null;
  if (view.getUint32(4, true) !== crc32c(bytes, offset + 8, end)) return null;
  return frameIn(bytes, offset);
}

/** The frame that begins at `offset`, where `frameAt` found it good before. */
export function frameIn(bytes: Uint8Array, offset: number): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  const start = offset + FRAME_HEADER_BYTES;
  return {
    sequence: Number(view.getBigUint64(8, true)),
    previous: bytes.subarray(offset + 16, start),
    payload: bytes.subarray(start, start + view.getUint32(0, true)),
  };
}

/** Whether a good frame begins anywhere from `offset` on. */
export function anyFrameFrom(bytes: Uint8Array, offset: number): boolean {
  for (let at = offset; at + FRAME_HEADER_BYTES <= bytes.length; at++) if (frameAt(bytes, at) !== null) return true;
  return false;
}

export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
