/** Protocol Buffers' wire format, as far as ONNX needs it: a message as the fields that it holds, in their order. */

/** A field of a message: a varint (as a number; beyond 2^53 rounded), four or eight bytes, or so many bytes. */
export type Field =
  | { readonly number: number; readonly wire: "varint"; readonly value: number }
  | { readonly number: number; readonly wire: "bytes" | "fixed"; readonly bytes: Uint8Array };

/** Thrown where bytes are no message; `readOnnx` makes a value of it. */
export class MalformedMessage extends Error {}

/** The fields of a message. Throws `MalformedMessage`. */
export function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): number => {
    const { value, end } = readVarint(bytes, at);
    at = end;
    return value;
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new MalformedMessage(`it ends ${length - bytes.length + at} bytes too early`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        found.push({ number, wire: "varint", value: varint() });
        break;
      case 1:
        found.push({ number, wire: "fixed", bytes: take(8) });
        break;
      case 2:
        found.push({ number, wire: "bytes", bytes: take(varint()) });
        break;
      case 5:
        found.push({ number, wire: "fixed", bytes: take(4) });
        break;
      default:
        throw new MalformedMessage(`byte ${at} begins no field`);
    }
  }
  return found;
}

/** A varint is an int64 in two's complement. */
function readVarint(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let value = 0n;
  for (let at = from, shift = 0n; shift < 70n; at++, shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined) throw new MalformedMessage("it ends inside a number");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: Number(BigInt.asIntN(64, value)), end: at + 1 };
  }
  throw new MalformedMessage(`byte ${from} begins a number that does not end`);
}

/** The messages or texts of a field that may repeat. */
export function bytesOf(fields: readonly Field[], number: number): readonly Uint8Array[] {
  return fields.flatMap((field) => (field.number === number && field.wire === "bytes" ? [field.bytes] : []));
}

/** The last value of a field of integers; undefined where it is not there. */
export function integerOf(fields: readonly Field[], number: number): number | undefined {
  return integersOf(fields, number).at(-1);
}

/** All integers of a field, packed or not. */
export function integersOf(fields: readonly Field[], number: number): readonly number[] {
  return fields.flatMap((field) => {
    if (field.number !== number) return [];
    if (field.wire === "varint") return [field.value];
    return field.wire === "bytes" ? packedIntegers(field.bytes) : [];
  });
}

function packedIntegers(bytes: Uint8Array): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = readVarint(bytes, at);
    found.push(value);
    at = end;
  }
  return found;
}

/** All floats of a field, packed or not. */
export function floatsOf(fields: readonly Field[], number: number): readonly number[] {
  return fields.flatMap((field) => (field.number === number && field.wire !== "varint" ? floatsIn(field.bytes) : []));
}

/** Bytes as float32, little endian. */
export function floatsIn(bytes: Uint8Array): readonly number[] {
  if (bytes.length % 4 !== 0) throw new MalformedMessage(`${bytes.length} bytes are no whole number of floats`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

/** The last text of a field; empty where it is not there. */
export function textOf(fields: readonly Field[], number: number): string {
  return asText(bytesOf(fields, number).at(-1) ?? new Uint8Array());
}

/** UTF-8. */
export function asText(bytes: Uint8Array): string {
  try {
    return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
  } catch {
    throw new MalformedMessage("a name in it is no text");
  }
}
