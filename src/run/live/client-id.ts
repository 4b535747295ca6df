/** Ids of orders at a broker: they follow from the decision, so that trying again, or a crash between sending and hearing, never makes a second order. */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodePayload } from "../../journal/payload.ts";

const DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
/** 130 bits. */
const LENGTH = 26;

/** The first 26 digits of the base32 (RFC 4648, lower case) of the SHA-256 of "run/strategy/order/attempt". */
export function clientIdOf(run: string, strategy: string, order: number, attempt: number): string {
  const hash = sha256(encodePayload([run, strategy, order, attempt].join("/")));
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of hash) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5 && text.length < LENGTH; bits -= 5) text += DIGITS.charAt((held >>> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return text;
}
