/** Values as bytes, little-endian, one after the other; the reader knows what comes next. */
import type { Known } from "./memory.ts";

export interface SnapshotWriter {
  readonly number: (value: number) => void;
  /** A signed integer of up to 128 bits. */
  readonly integer: (value: bigint) => void;
  readonly known: (value: Known) => void;
  readonly bytes: () => Uint8Array;
}

export interface SnapshotReader {
  readonly number: () => number;
  readonly integer: () => bigint;
  readonly known: () => Known;
}

const TAGS = { unready: 0, none: 1, no: 2, yes: 3, number: 4 } as const;
const WORD_BITS = 64n;

export function snapshotWriter(): SnapshotWriter {
  const words: ((view: DataView, at: number) => void)[] = [];
  const number = (value: number): void => {
    words.push((view, at) => view.setFloat64(at, value, true));
  };
  return {
    number,
    integer: (value) => {
      words.push((view, at) => view.setBigInt64(at, BigInt.asIntN(64, value), true));
      words.push((view, at) => view.setBigInt64(at, value >> WORD_BITS, true));
    },
    known: (value) => {
      number(tagOf(value));
      if (typeof value === "number") number(value);
    },
    bytes: () => {
      const view = new DataView(new ArrayBuffer(words.length * 8));
      words.forEach((write, index) => {
        write(view, index * 8);
      });
      return new Uint8Array(view.buffer);
    },
  };
}

function tagOf(value: Known): number {
  if (value === undefined) return TAGS.unready;
  if (value === null) return TAGS.none;
  if (typeof value === "number") return TAGS.number;
  return value ? TAGS.yes : TAGS.no;
}

export function snapshotReader(bytes: Uint8Array): SnapshotReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const advance = (): number => {
    at += 8;
    return at - 8;
  };
  const number = (): number => view.getFloat64(advance(), true);
  return {
    number,
    integer: () => view.getBigUint64(advance(), true) + (view.getBigInt64(advance(), true) << WORD_BITS),
    known: () => {
      const tag = number();
      if (tag === TAGS.number) return number();
      if (tag === TAGS.none) return null;
      return tag === TAGS.unready ? undefined : tag === TAGS.yes;
    },
  };
}
