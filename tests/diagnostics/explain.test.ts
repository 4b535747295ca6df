/** `stratc explain` of codes: the page however the code is written, and what was meant where there is none. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { stratc } from "../cli/run.ts";

it.each(["E0301", "e0301", "error[E0301]"])("%s", async (written) => {
  expect(await stratc("explain", written)).toMatchObject({ exit: 0, output: readFileSync("docs/errors/E0301.md", "utf8") });
});

it.each([
  ["E301", "Did you mean `E0301`, slow value in a fast place?"],
  ["0301", "Did you mean `E0301`, slow value in a fast place?"],
  ["W0407", "Did you mean `E0407`, impossible comparison?"],
  ["D999", "`stratc explain` lists all codes."],
])("%s is no code", async (written, help) => {
  const { exit, notes } = await stratc("explain", written);
  expect(exit).toBe(2);
  expect(notes).toContain(`There is no code ${written}.`);
  expect(notes).toContain(help);
});

it("lists every code", async () => {
  const { output } = await stratc("explain", "--json");
  const listed = JSON.parse(output).codes.map(({ code }: { code: string }) => `${code}.md`);
  expect(listed).toEqual(readdirSync("docs/errors").sort());
});
