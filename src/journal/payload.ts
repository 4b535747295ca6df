/** Payloads: one JSON value each, in ASCII, so that a journal can be read without this program. */

/** `value` as JSON bytes; characters beyond ASCII are written as \u escapes. */
export function encodePayload(value: unknown): Uint8Array {
  const text = JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The value that `encodePayload` wrote. Throws `SyntaxError` where the bytes are no JSON. */
export function decodePayload(bytes: Uint8Array): unknown {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return JSON.parse(text);
}
