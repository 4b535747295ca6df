/** `stratc fmt`: what it writes, prints and ends with. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-fmt-"));
const LOOSE = "module m\nfn one( ):number{return 1}  // why\n";
const TIGHT = "module m\n\nfn one(): number { return 1 }  // why\n";
const WRONG = "module m\nfn one( ):number{return }\n";

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("stratc fmt", () => {
  it("lays out files in place and names those that it changed", async () => {
    const [loose, tight] = [file("loose.strat", LOOSE), file("tight.strat", TIGHT)];
    expect(await stratc("fmt", loose, tight)).toEqual({ exit: 0, output: `${loose}: formatted\n`, notes: "" });
    expect(readFileSync(loose, "utf8")).toBe(TIGHT);
  });

  it("with --check writes nothing and ends with 1 where a file would change", async () => {
    const [loose, tight] = [file("loose.strat", LOOSE), file("tight.strat", TIGHT)];
    expect(await stratc("fmt", "--check", tight)).toEqual({ exit: 0, output: "", notes: "" });
    expect(await stratc("fmt", "--check", loose, tight)).toEqual({ exit: 1, output: `${loose}: would be changed\n`, notes: "" });
    expect(readFileSync(loose, "utf8")).toBe(LOOSE);
  });

  it("with --stdout prints the text and leaves the file", async () => {
    const loose = file("loose.strat", LOOSE);
    expect(await stratc("fmt", "--stdout", loose)).toEqual({ exit: 0, output: TIGHT, notes: "" });
    expect(readFileSync(loose, "utf8")).toBe(LOOSE);
    expect((await stratc("fmt", "--stdout", "--check", loose)).exit).toBe(2);
  });

  it("leaves a file with mistakes of syntax alone and lays out the others", async () => {
    const [wrong, loose] = [file("wrong.strat", WRONG), file("loose.strat", LOOSE)];
    const { exit, output, notes } = await stratc("fmt", wrong, loose);
    expect([exit, output]).toEqual([1, `${loose}: formatted\n`]);
    expect(notes).toMatch(/error\[E0103\][\s\S]*wrong\.strat: left as it is, it has errors\n$/);
    expect([readFileSync(wrong, "utf8"), readFileSync(loose, "utf8")]).toEqual([WRONG, TIGHT]);
  });

  it("says the same as JSON", async () => {
    const [wrong, loose] = [file("wrong.strat", WRONG), file("loose.strat", LOOSE)];
    const { exit, output } = await stratc("fmt", "--json", "--check", wrong, loose);
    expect(exit).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      ok: false,
      files: [
        { file: wrong, ok: false, changed: false, diagnostics: [{ code: "E0103" }] },
        { file: loose, ok: true, changed: true, diagnostics: [] },
      ],
    });
  });
});
