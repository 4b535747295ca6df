import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { problem, problemCodes } from "../../src/data/problems.ts";

test("docs/data.md has a section for every code, in order and by its title", () => {
  const page = readFileSync(new URL("../../docs/data.md", import.meta.url), "utf8");
  const sections = [...page.matchAll(/^### (D\d{3}) (.*)\n((?:(?!#).*\n)*)/gm)];
  expect(sections.map(([, code, title]) => `${code} ${title}`)).toEqual(
    problemCodes().map((code) => `${code} ${problem(code, "", 0, "").title}`),
  );
  for (const [, code, , text = ""] of sections) {
    const mendable = problemCodes().some((known) => known === code && problem(known, "", 0, "").mendable);
    expect(text).toContain(mendable ? "**Repair:** " : "**Cure:** ");
  }
});
