/** Every function of the library against values that are not ours: see generate.py. Without it and without shared data this needs nothing but the repository. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "../../src/syntax/parse.ts";
import { compiledExpression } from "./evaluate.ts";
import { measure, ownGoldens } from "./own.ts";

const TOLERANCE = 1e-9;
const goldens = ownGoldens();

for (const [family, entries] of goldens) {
  describe(`std.${family}`, () => {
    for (const [expression, outputs] of Map.groupBy(entries, (entry) => entry.expression)) {
      it(expression, () => {
        const compiled = compiledExpression(expression);
        for (const golden of outputs) {
          for (const series of Object.keys(golden.values)) {
            const { compared, difference, disagreed } = measure(golden, compiled, series);
            const what = `${golden.output ?? "value"} on ${series}, ${golden.source}`;
            expect(disagreed, what).toEqual([]);
            expect(compared, what).toBeGreaterThan(10);
            expect(difference, what).toBeLessThanOrEqual(TOLERANCE);
          }
        }
      });
    }
  });
}

describe("the library", () => {
  it("has a golden for every function, by itself or inside another's expression", () => {
    const functions = globSync("stdlib/*.strat").flatMap((path) => {
      const { value } = parse(readFileSync(path, "utf8"), path);
      return value!.items.flatMap((item) => (item.kind === "fn" ? [`${basename(path, ".strat")} ${item.name.text}`] : []));
    });
    const expressions = new Map([...goldens].map(([family, entries]) => [family, entries.map(({ expression }) => expression).join("\n")]));
    const without = functions.filter((text) => {
      const [family, name] = text.split(" ");
      return !new RegExp(`\\b${name}\\(`).test(expressions.get(family!) ?? "");
    });
    expect(without).toEqual([]);
  });
});
