/** `parse(print(file))` is `file`, for trees of every shape. `STRATC_RUNS` sets their number. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "../../src/syntax/parse.ts";
import { print } from "../../src/syntax/printer.ts";
import { randomFile } from "../support/random-file.ts";
import { withoutSpans } from "../syntax/support.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 300);

it("what is printed is read back as the same tree", () => {
  fc.assert(
    fc.property(randomFile, (tree) => {
      const source = print(tree);
      const { value, diagnostics } = parse(source, "generated");
      expect(diagnostics).toEqual([]);
      expect(withoutSpans(value!.items)).toEqual(withoutSpans(tree.items));
      expect(print(value!)).toBe(source);
    }),
    { numRuns: RUNS },
  );
});
