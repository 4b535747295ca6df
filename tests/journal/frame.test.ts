import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32c } from "../../src/journal/checksum.ts";
import { anyFrameFrom, encodeFrame, frameAt, NO_HASH } from "../../src/journal/frame.ts";
import { encodePayload, textOf } from "../../src/journal/payload.ts";

const payload = fc.uint8Array({ maxLength: 60 });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("frames", () => {
  it("carry the checksum of RFC 3720", () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  });

  it("are read as they were written, wherever they lie", () => {
    fc.assert(
      fc.property(payload, hash, fc.nat(1e12), fc.nat(9), (bytes, previous, sequence, offset) => {
        const frame = { sequence, previous, payload: bytes };
        const all = Uint8Array.from([...new Uint8Array(offset), ...encodeFrame(frame), 1, 2, 3]);
        expect(frameAt(all, offset)).toEqual(frame);
        expect(anyFrameFrom(all, 0)).toBe(true);
        expect(anyFrameFrom(all, offset + 1)).toBe(false);
      }),
    );
  });

  it("cut short or with one byte changed are none", () => {
    fc.assert(
      fc.property(payload, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, nat, change) => {
        const frame = encodeFrame({ sequence: 7, previous: NO_HASH, payload: bytes });
        const at = nat % frame.length;
        expect(frameAt(frame.subarray(0, at), 0)).toBeNull();
        frame[at]! ^= change;
        expect(frameAt(frame, 0)).toBeNull();
      }),
    );
  });
});

describe("payloads", () => {
  it("are JSON in ASCII on one line", () => {
    const value = { rule: "größer €\n", n: [1, -0.5, null], long: "x".repeat(10_000) };
    const bytes = encodePayload(value);
    expect(bytes.every((byte) => byte >= 32 && byte < 128)).toBe(true);
    expect(JSON.parse(textOf(bytes))).toEqual(value);
  });
});
