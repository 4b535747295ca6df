import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { grammarText } from "../../grammar/generate.ts";

it("the grammar that people read is the parser's", () => {
  expect(readFileSync(new URL("../../grammar/stratc.ebnf", import.meta.url), "utf8")).toBe(grammarText());
});
