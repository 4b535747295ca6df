/** Every function of the library against values that are not ours (see generate.py), which are in the repository; and the page that says so. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { calls, libraryFamilies, libraryPage, measureLibrary } from "./page.ts";

const TOLERANCE = 1e-9;
const measured = measureLibrary();

describe("the library's goldens", () => {
  for (const { expression, measurements } of measured) {
    it(expression, () => {
      for (const { golden, series, compared, difference, disagreed } of measurements) {
        const what = `${golden.output ?? "value"} on ${series}, ${golden.source}`;
        expect(disagreed, what).toEqual([]);
        expect(compared, what).toBeGreaterThan(5);
        expect(difference, what).toBeLessThanOrEqual(TOLERANCE);
      }
    });
  }

  it("are there for every function", () => {
    const without = libraryFamilies().flatMap(({ name, functions }) => {
      const own = measured.filter(({ family }) => family === name);
      return functions.filter((item) => !own.some(({ expression }) => calls(expression, item.name.text)));
    });
    expect(without.map((item) => item.name.text)).toEqual([]);
  });
});

describe("docs/library.md", () => {
  it("is what the library says of itself", () => {
    expect(readFileSync(new URL("../../docs/library.md", import.meta.url), "utf8")).toBe(libraryPage(measured));
  });
});
