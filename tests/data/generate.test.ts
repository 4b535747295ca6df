import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { barsCsv, type GeneratedBars, generateBars } from "../../src/data/generate.ts";
import { bookCsv } from "../../src/data/generate-book.ts";
import { daysCsv } from "../../src/data/generate-days.ts";
import { HOUR, MINUTE, nyse } from "../../src/market/calendars.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { prng } from "../../src/values/prng.ts";
import { barsOf } from "./reading.ts";

const OPTIONS = { seed: 7, sessions: 20, firstDay: dayNumber(2024, 1, 2), firstPrice: 10_000 };

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Correlation of the sizes of neighbouring returns. */
function clustering(bars: GeneratedBars): number {
  const close = bars.prices.close.subarray(0, bars.rows);
  const sizes = [...close].slice(1).map((price, row) => Math.abs(price / (close[row] ?? price) - 1));
  const centre = mean(sizes);
  const products = sizes.slice(1).map((size, row) => (size - centre) * ((sizes[row] ?? 0) - centre));
  return mean(products) / mean(sizes.map((size) => (size - centre) ** 2));
}

describe("the source of random numbers", () => {
  test("is the same for a seed and another for another", () => {
    const draws = (seed: number) => Array.from({ length: 5 }, prng(seed).uniform);
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });

  test("is uniform, and normal, as far as ten thousand draws can tell", () => {
    const random = prng(99);
    const uniform = Array.from({ length: 10_000 }, random.uniform);
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(uniform.every((x) => x >= 0 && x < 1)).toBe(true);
    const normal = Array.from({ length: 10_000 }, random.normal);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(new Set(Array.from({ length: 1_000 }, () => random.below(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});

describe("generated minutes", () => {
  const bars = generateBars(nyse, OPTIONS);

  test("are the committed sample, byte for byte", () => {
    const committed = gunzipSync(readFileSync(new URL("../../data/demo-minutes.csv.gz", import.meta.url))).toString();
    expect([...barsCsv(bars)].join("")).toBe(committed);
  });

  test("are read as what they are", () => {
    const read = barsOf([...barsCsv(bars)].join(""));
    expect([read.rows, read.priceDecimals, read.width]).toEqual([bars.rows, 2, MINUTE]);
    expect([...read.time]).toEqual([...bars.time.subarray(0, bars.rows)]);
    expect([...read.prices.low]).toEqual([...bars.prices.low.subarray(0, bars.rows)]);
  });

  test("lie in regular hours, with a few minutes missing", () => {
    for (const end of bars.time.subarray(0, bars.rows)) {
      const day = nyse.dateOf(end - 1);
      expect(end > nyse.open(day) && end <= nyse.close(day)).toBe(true);
    }
    expect(bars.rows).toBeGreaterThan(20 * 390 * 0.99);
    expect(bars.rows).toBeLessThan(20 * 390);
  });

  test("trade more at the open and the close than at noon, and move in clusters", () => {
    const volumeAt = (hour: number) => {
      const rows = [...bars.time.subarray(0, bars.rows).entries()].filter(
        ([, end]) => Math.floor((end - nyse.open(nyse.dateOf(end - 1)) - 1) / HOUR) === hour,
      );
      return mean(rows.map(([row]) => bars.volume[row] ?? 0));
    };
    expect(volumeAt(0)).toBeGreaterThan(1.3 * volumeAt(3));
    expect(volumeAt(6)).toBeGreaterThan(1.3 * volumeAt(3));
    expect(clustering(bars)).toBeGreaterThan(0.05);
  });
});

test("generated days of several stocks are the committed sample, byte for byte", () => {
  const committed = gunzipSync(readFileSync(new URL("../../data/demo-days.csv.gz", import.meta.url))).toString();
  const options = { seed: 11, sessions: 756, firstDay: dayNumber(2021, 1, 4), firstPrice: 10_000 };
  expect([...daysCsv(nyse, ["ALFA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT"], options)].join("")).toBe(committed);
});

test("the generated book is the committed sample, byte for byte", () => {
  const committed = gunzipSync(readFileSync(new URL("../../data/demo-book.csv.gz", import.meta.url))).toString();
  const options = { seed: 5, updates: 12_000, start: nyse.open(dayNumber(2024, 1, 2)), firstPrice: 10_000 };
  expect([...bookCsv(options)].join("")).toBe(committed);
});
