/** `stratc test`: what it prints and how it ends. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-test-"));

function file(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `module my.tests\n${body}\n`);
  return path;
}

const right = file("right.strat", "test right { expect warmup(close) == 1 }");
const wrong = file(
  "wrong.strat",
  "test right { expect warmup(close) == 1 }\ntest wrong {\n  given close [1, 2]\n  expect close gives [1, 3]\n}",
);
const broken = file("broken.strat", "test broken { expect clos > 1 }");
const empty = file("empty.strat", "fn one(): number { return 1 }");

describe("stratc test", () => {
  it("ends with 0 where all pass", async () => {
    const text = `${right}\n  passed right\n${empty}: no tests\n1 passed, 0 failed\n`;
    expect(await stratc("test", right, empty)).toEqual({ exit: 0, output: text, notes: "" });
  });

  it("ends with 1 where one fails, and says where, what was expected and what came", async () => {
    const { exit, output } = await stratc("test", right, wrong);
    const failed = `    ${wrong}:5  expect close gives [1, 3]\n      expected [1, 3]\n      actual   [1, 2]\n`;
    expect([exit, output]).toEqual([
      1,
      `${right}\n  passed right\n${wrong}\n  passed right\n  failed wrong\n${failed}2 passed, 1 failed\n`,
    ]);
  });

  it("ends with 1 where a file has errors", async () => {
    const { exit, output, notes } = await stratc("test", broken);
    expect([exit, output]).toEqual([1, `${broken}: not run, it has errors\n0 passed, 0 failed\n`]);
    expect(notes).toContain("E0101");
  });

  it("says the same as JSON", async () => {
    const { exit, output } = await stratc("test", wrong, "--json");
    const expectation = { line: 5, text: "close gives [1, 3]", ok: false, expected: "[1, 3]", actual: "[1, 2]" };
    expect(exit).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      ok: false,
      passed: 1,
      failed: 1,
      files: [{ file: wrong, ok: false, tests: [{ ok: true }, { name: "wrong", line: 3, ok: false, expectations: [expectation] }] }],
    });
  });
});
