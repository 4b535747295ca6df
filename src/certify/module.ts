/** A WebAssembly module from outside: that it reaches nothing beyond itself and how much memory it can ever have. Reads section headers only. */
import type { Report } from "./problem.ts";

const PAGE_BYTES = 65_536;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = { custom: 0, import: 2, memory: 5, start: 8 } as const;
const MAXIMUM_GIVEN = 1;

interface Reader {
  at: number;
  readonly bytes: Uint8Array;
}

class Malformed extends Error {}

/** The largest memory of the module in bytes; null where it has none that is bounded, which is reported, as is all that lets it reach the world. */
export function checkModule(bytes: Uint8Array, report: Report): number | null {
  try {
    return readModule(bytes, report);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    report(`the module is no WebAssembly: ${error.message}`);
    return null;
  }
}

function readModule(bytes: Uint8Array, report: Report): number | null {
  if (HEADER.some((byte, at) => bytes[at] !== byte)) throw new Malformed("it does not begin as version 1 does");
  const reader: Reader = { at: HEADER.length, bytes };
  const memories: (number | null)[] = [];
  const seen = new Set<number>();
  while (reader.at < bytes.length) {
    const section = byteOf(reader);
    const size = unsigned(reader);
    const end = reader.at + size;
    if (section > 12) throw new Malformed(`section ${section} at byte ${reader.at} is none`);
    if (end > bytes.length) throw new Malformed(`section ${section} ends beyond the file`);
    if (section !== SECTION.custom && seen.has(section)) throw new Malformed(`section ${section} is there twice`);
    seen.add(section);
    if (section === SECTION.import) reportImports(reader, report);
    if (section === SECTION.start) report("the module runs a function when it is loaded");
    if (section === SECTION.memory) memories.push(...memoriesOf(reader));
    reader.at = end;
  }
  const [memory] = memories;
  if (memory === undefined) report("the module has no memory of its own");
  else if (memories.length > 1) report(`the module has ${memories.length} memories`);
  else if (memory === null) report("the module's memory has no largest size");
  return memories.length === 1 ? (memory ?? null) : null;
}

function reportImports(reader: Reader, report: Report): void {
  const count = unsigned(reader);
  if (count === 0) return;
  report(
    `the module imports ${count} ${count === 1 ? "thing" : "things"}, the first \`${text(reader)}.${text(reader)}\`: it can reach beyond itself`,
  );
}

/** The largest size of each memory in bytes; null without one. */
function memoriesOf(reader: Reader): readonly (number | null)[] {
  const count = unsigned(reader);
  const sizes: (number | null)[] = [];
  for (let memory = 0; memory < Math.min(count, 2); memory++) {
    const flags = byteOf(reader);
    if (flags > MAXIMUM_GIVEN) throw new Malformed("its memory is of a kind that is shared or wide");
    unsigned(reader);
    sizes.push(flags === MAXIMUM_GIVEN ? unsigned(reader) * PAGE_BYTES : null);
  }
  return sizes;
}

function byteOf(reader: Reader): number {
  const byte = reader.bytes[reader.at];
  if (byte === undefined) throw new Malformed("it ends in the middle");
  reader.at++;
  return byte;
}

/** LEB128, up to 32 bits. */
function unsigned(reader: Reader): number {
  let value = 0;
  for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
    const byte = byteOf(reader);
    value += (byte % 128) * factor;
    if (byte < 128) return value;
  }
  throw new Malformed("it has a number of more than 32 bits");
}

function text(reader: Reader): string {
  const length = unsigned(reader);
  const from = reader.at;
  reader.at = Math.min(from + length, reader.bytes.length);
  return String.fromCharCode(...reader.bytes.subarray(from, Math.min(reader.at, from + 60))).replace(/[^ -~]/g, "?");
}
