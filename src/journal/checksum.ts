/** CRC-32C (Castagnoli), reflected polynomial 0x82F63B78, as in RFC 3720, appendix B.4. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** The checksum of bytes `from`..`to - 1`, 0 to 2^32 − 1. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let remainder = 0xffffffff;
  for (let at = from; at < to; at++) remainder = (TABLE[(remainder ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}
