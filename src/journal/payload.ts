/** Payloads: one JSON value a line, in ASCII, so that a journal can be read without this program. */

const CHARACTERS_A_CALL = 4_096;

/** `value` as JSON on one line; characters beyond ASCII are written as \u escapes. */
export function payloadText(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Writes ASCII text into `bytes` from `at`. */
export function writeText(text: string, bytes: Uint8Array, at: number): void {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
}

/** `value` as JSON bytes. */
export function encodePayload(value: unknown): Uint8Array {
  const text = payloadText(value);
  const bytes = new Uint8Array(text.length);
  writeText(text, bytes, 0);
  return bytes;
}

/** The value that `encodePayload` wrote. Throws `SyntaxError` where the bytes are no JSON. */
export function decodePayload(bytes: Uint8Array): unknown {
  return JSON.parse(textOf(bytes));
}

/** The text of ASCII bytes. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHARACTERS_A_CALL) {
    text += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + CHARACTERS_A_CALL));
  }
  return text;
}
