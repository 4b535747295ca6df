import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32c } from "../../src/journal/checksum.ts";
import { encodeFrame, PAYLOAD_BYTES_MAX, readFrames } from "../../src/journal/frame.ts";
import { decodePayload, encodePayload } from "../../src/journal/payload.ts";

function written(payloads: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(payloads.flatMap((payload, index) => [...encodeFrame({ sequence: index + 1, payload })]));
}

const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 8 });

describe("frames", () => {
  it("carry the checksum of RFC 3720", () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  });

  it("are read as they were written", () => {
    fc.assert(
      fc.property(payloads, (all) => {
        const { frames, problem } = readFrames(written(all));
        expect(problem).toBeNull();
        expect(frames.map(({ sequence, payload }) => [sequence, [...payload]])).toEqual(
          all.map((payload, index) => [index + 1, [...payload]]),
        );
      }),
    );
    expect(readFrames(new Uint8Array(0))).toEqual({ frames: [], problem: null });
  });

  it("cut short anywhere are truncated, and all whole ones before are good", () => {
    fc.assert(
      fc.property(payloads, fc.nat(), (all, nat) => {
        const bytes = written(all);
        const cut = nat % bytes.length;
        const { frames, problem } = readFrames(bytes.subarray(0, cut));
        const ends = all.map((_, index) => written(all.slice(0, index + 1)).length);
        expect(frames).toHaveLength(ends.filter((end) => end <= cut).length);
        expect(problem?.kind).toBe(cut === 0 || ends.includes(cut) ? undefined : "truncated");
      }),
    );
  });

  it("damaged anywhere but in the last are corrupt, and named", () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, nat, change) => {
        const bytes = written(all);
        const last = bytes.length - 16 - all.at(-1)!.length;
        const at = nat % bytes.length;
        bytes[at]! ^= change;
        const { frames, problem } = readFrames(bytes);
        expect(problem?.kind).toBe(at < last ? "corrupt" : "truncated");
        expect(problem?.sequence).toBe(frames.length + 1);
      }),
    );
  });

  it("out of sequence are corrupt", () => {
    const [first, third] = [1, 3].map((sequence) => encodeFrame({ sequence, payload: Uint8Array.of(7) })) as [Uint8Array, Uint8Array];
    expect(readFrames(Uint8Array.from([...first, ...third])).problem).toEqual({ kind: "corrupt", offset: 17, sequence: 2 });
  });

  it("refuse payloads beyond their bound", () => {
    expect(() => encodeFrame({ sequence: 1, payload: new Uint8Array(PAYLOAD_BYTES_MAX + 1) })).toThrow("payload");
  });
});

describe("payloads", () => {
  it("are JSON in ASCII", () => {
    const value = { rule: "größer €", n: [1, -0.5, null] };
    expect(encodePayload(value).every((byte) => byte < 128)).toBe(true);
    expect(decodePayload(encodePayload(value))).toEqual(value);
  });
});
