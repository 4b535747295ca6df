import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unpack } from "../../src/adapters/files/archives.ts";
import { asciiBytes, type Decimal, readDecimal, ticksOfDoubles } from "../../src/data/decimals.ts";
import { readBytes, readText } from "../data/reading.ts";

const RUNS = { numRuns: 300 };

describe("reading data", () => {
  test("random bytes never throw: they are bars or problems", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, repair) => {
        const result = readBytes(bytes, { repair });
        expect(result.ok ? result.value.rows : result.problems.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  test("text that almost is a file of bars never throws, and what is read is sorted and whole", () => {
    const cell = fc.oneof(
      fc.constantFrom(
        "2019-02-15",
        "2019-02-15 15:00",
        "20190215 150100",
        "1550242800",
        "",
        "NaN",
        "-",
        '"',
        "1e400",
        "9".repeat(30),
        "0x10",
      ),
      fc.double({ noDefaultInfinity: true }).map(String),
      fc.integer({ min: 1, max: 200 }).map(String),
    );
    const row = fc.array(cell, { minLength: 4, maxLength: 8 }).map((cells) => cells.join(","));
    const good = fc.integer({ min: 0, max: 59 }).map((minute) => `2019-02-15 15:${String(minute).padStart(2, "0")},10,11,9,10,5`);
    fc.assert(
      fc.property(fc.array(fc.oneof(row, good, good, good), { maxLength: 30 }), fc.boolean(), fc.boolean(), (rows, header, repair) => {
        const result = readText(`${header ? "time,open,high,low,close,volume\n" : ""}${rows.join("\n")}`, { repair });
        if (!result.ok) return;
        const { time, prices, rows: count } = result.value;
        for (let index = 0; index < count; index++) {
          if (index > 0) expect(time[index]).toBeGreaterThan(time[index - 1]!);
          expect(prices.low[index]!).toBeLessThanOrEqual(Math.min(prices.open[index]!, prices.close[index]!));
          expect(prices.high[index]!).toBeGreaterThanOrEqual(Math.max(prices.open[index]!, prices.close[index]!));
        }
      }),
      RUNS,
    );
  });

  test("a decimal is read exactly", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_007_199_254_740_991n }), fc.integer({ min: 0, max: 9 }), (digits, decimals) => {
        const padded = digits.toString().padStart(decimals + 1, "0");
        const text = `${padded.slice(0, padded.length - decimals)}.${padded.slice(padded.length - decimals)}`;
        const out: Decimal = { mantissa: 0, decimals: 0, rounded: false };
        expect(readDecimal(asciiBytes(text), 0, text.length, 9, out)).toBe(true);
        expect(BigInt(out.mantissa) * 10n ** BigInt(decimals - out.decimals)).toBe(digits);
      }),
      RUNS,
    );
  });

  test("doubles that came from ticks give those ticks back, at the smallest scale", () => {
    const ticks = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(ticks, fc.integer({ min: 0, max: 9 }), (values, decimals) => {
        const column = () => Float64Array.from(values, (value) => value / 10 ** decimals);
        const prices = { open: column(), high: column(), low: column(), close: column() };
        const found = ticksOfDoubles(prices, values.length, 9);
        if (!("decimals" in found)) throw new Error(`no scale for ${found.price}`);
        const zeros = values.every((value) => value % 10 === 0) ? 1 : 0;
        expect(found.decimals).toBeLessThanOrEqual(decimals - Math.min(zeros, decimals));
        expect([...prices.close]).toEqual(values.map((value) => value / 10 ** (decimals - found.decimals)));
      }),
      RUNS,
    );
  });

  test("damaged archives are refused in words", async () => {
    const whole = readFileSync(new URL("../data/archives/minutes.zip", import.meta.url));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (at, byte, length) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = byte;
        const unpacked = await unpack("x.zip", bytes.subarray(0, length));
        expect(unpacked.ok ? unpacked.value.length : unpacked.problems[0]?.message.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
});
