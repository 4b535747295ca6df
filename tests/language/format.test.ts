/**
 * The layout of files: it says what the file said, keeps every comment, and is its own layout. On random files with comments at random places, and on
 * every file that comes with stratc. `STRATC_RUNS` sets the number of random files.
 */
import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format } from "../../src/language/format.ts";
import { lex } from "../../src/syntax/lexer.ts";
import { parse } from "../../src/syntax/parse.ts";
import { print } from "../../src/syntax/printer.ts";
import { randomFile } from "../support/random-file.ts";
import { fileOf, withoutSpans } from "../syntax/support.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 300);
const shipped = globSync(["strategies/**/*.strat", "stdlib/*.strat", "templates/*.strat"]).sort();

function formatted(source: string): string {
  const { value, diagnostics } = format(source, "test");
  expect(diagnostics).toEqual([]);
  return value!;
}

/** What comments say, without their slashes. */
function remarks(source: string): string[] {
  return lex(source, "test")
    .comments.map(({ image }) => image.replace(/^\/\/+ ?/, "").trimEnd())
    .sort();
}

function expectFormat(source: string): void {
  const text = formatted(source);
  expect(withoutSpans(fileOf(text).items)).toEqual(withoutSpans(fileOf(source).items));
  expect(remarks(text)).toEqual(remarks(source));
  expect(formatted(text)).toBe(text);
  expect(text).not.toMatch(/[ \t]\n|\n\n\n/);
}

/** A place in a list of tokens, how the comment is written, and whether it begins a line of its own. */
const insertion = fc.record({ at: fc.nat(1_000), slashes: fc.constantFrom("//", "// ", "///", "/// ", "////"), alone: fc.boolean() });

/** The tokens of `source` with comments between some of them. */
function sprinkled(source: string, insertions: readonly { at: number; slashes: string; alone: boolean }[]): string {
  const { tokens, comments } = lex(source, "test");
  const pieces = [...tokens, ...comments].sort((a, b) => a.startOffset - b.startOffset).map(({ image }) => image);
  const lines = pieces.map((piece) => (piece.startsWith("//") ? `\n${piece}\n` : `${piece} `));
  for (const [index, { at, slashes, alone }] of insertions.entries()) {
    lines.splice(at % (lines.length + 1), 0, `${alone ? "\n" : ""}${slashes}remark ${index}\n`);
  }
  return lines.join("");
}

describe("a file's layout", () => {
  it("says what the file says, with all its comments, and is final", () => {
    fc.assert(
      fc.property(randomFile, fc.array(insertion, { maxLength: 6 }), (file, insertions) => {
        const source = sprinkled(print(file), insertions);
        // a comment can break a line before a name that then begins an item: `plot rule` is one thing, `rule` on a line of its own another
        fc.pre(parse(source, "test").diagnostics.length === 0);
        expectFormat(source);
      }),
      { numRuns: RUNS },
    );
  });

  it.each(shipped)("%s has it", (path) => {
    const source = readFileSync(path, "utf8");
    expect(formatted(source)).toBe(source);
  });

  it.each([...shipped, ...globSync("tests/judge/strategies/*.strat")])("%s with comments at every place", (path) => {
    const source = readFileSync(path, "utf8");
    const everywhere = Array.from({ length: lex(source, path).tokens.length }, (_, index) => ({
      at: 2 * index + 1,
      slashes: index % 3 === 0 ? "///" : "//",
      alone: index % 2 === 0,
    }));
    expectFormat(source);
    expectFormat(sprinkled(source, everywhere));
  });

  it("is not there for a file with mistakes of syntax", () => {
    const { value, diagnostics } = format("strategy s\nx = (1 +\n", "test");
    expect(value).toBeUndefined();
    expect(diagnostics[0]!.severity).toBe("error");
  });
});
