/**
 * The parser on texts that are wrong in every way: it never throws, blames only places of the text, and takes linear time.
 * STRATC_FUZZ sets the number of random edits (1,000 by default).
 */
import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderDiagnostics } from "../../src/diagnostics/render.ts";
import { lex } from "../../src/syntax/lexer.ts";
import { parse } from "../../src/syntax/parse.ts";
import { keywords } from "../../src/syntax/tokens.ts";
import { expectLinear } from "../support/linear-time.ts";

const EDITS = Number(process.env.STRATC_FUZZ ?? 1_000);
/** Most mistakes that one wrong token may be counted as. */
const CASCADE_MAX = 5;

const files = globSync(["strategies/*.strat", "stdlib/*.strat", "tests/judge/strategies/*.strat"]).map((path) =>
  readFileSync(path, "utf8"),
);
/** 10,000 edits take a minute and a half on a busy machine. */
const TIMEOUT = 300_000;
const pieces = [
  ...keywords.keys(),
  ..."(){}[],.:=<>+-*/%?^!;&|\"'#$\n\t ~",
  "..",
  "??",
  "==",
  "//",
  "///",
  "/*",
  "x",
  "close",
  "5",
  "0.5%",
  "3bars",
  "1.2.3",
  "é",
  "😀",
];
const piece = fc.constantFrom(...pieces);

/** Parses and renders; what must hold for every text. */
function survives(source: string): number {
  const { value, diagnostics } = parse(source, "fuzz");
  expect(value).toBeDefined();
  for (const { span } of diagnostics) {
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    expect(span.end).toBeLessThanOrEqual(source.length);
  }
  expect(renderDiagnostics(diagnostics, source, { color: false })).not.toMatch(/undefined|NaN/);
  return diagnostics.length;
}

it("has files to edit", () => expect(files.length).toBeGreaterThan(10));

it("any characters", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (source) => void survives(source)));
});

it("any tokens", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 80 }), (list) => void survives(list.join(" "))),
    { numRuns: 300 },
  );
});

it(
  "real files after random edits",
  () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat({ max: 12 }),
      insert: fc.array(piece, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 4 }), (file, edits) => {
        let source = file;
        for (const { at, remove, insert } of edits) {
          const offset = Math.floor(at * source.length);
          source = source.slice(0, offset) + insert.join(" ") + source.slice(offset + remove);
        }
        survives(source);
      }),
      { numRuns: EDITS },
    );
  },
  TIMEOUT,
);

describe("one wrong token does not cascade", () => {
  it.each(["deleted", "doubled"])("%s", (kind) => {
    const all = files.map((file) => ({ file, tokens: lex(file, "fuzz").tokens }));
    const place = fc.constantFrom(...all).chain(({ file, tokens }) => fc.constantFrom(...tokens).map((token) => ({ file, token })));
    fc.assert(
      fc.property(place, ({ file, token }) => {
        const end = token.startOffset + token.image.length;
        const source =
          kind === "deleted"
            ? file.slice(0, token.startOffset) + file.slice(end)
            : `${file.slice(0, end)} ${file.slice(token.startOffset)}`;
        const items = parse(file, "fuzz").value!.items.length;
        expect(survives(source)).toBeLessThanOrEqual(CASCADE_MAX);
        expect(parse(source, "fuzz").value!.items.length).toBeGreaterThanOrEqual(items - 1);
      }),
      { numRuns: 200 },
    );
  });
});

describe("time is linear", () => {
  const shapes: Readonly<Record<string, (n: number) => string>> = {
    parentheses: (n) => "(".repeat(n),
    closers: (n) => "}".repeat(n),
    crossed: (n) => "([{".repeat(n / 2) + ")".repeat(n),
    sum: (n) => `x = ${"a + ".repeat(n)}a`,
    comparisons: (n) => `x = ${"a < ".repeat(n)}a`,
    mixed: (n) => `x = ${"a and b or ".repeat(n / 2)}c`,
    signs: (n) => `x = ${"-".repeat(n)}a`,
    branches: (n) => `x = ${"if a then b else ".repeat(n / 4)}c`,
    keywords: (n) => "rule ".repeat(n / 4),
    slips: (n) => "ruel r { when a }\n".repeat(n / 8),
    holes: (n) => "x = \n".repeat(n / 2),
    percents: (n) => `x = 5 ${"% ".repeat(n)}`,
    unknown: (n) => "§ ".repeat(n),
    space: (n) => `${" ".repeat(n)}x${"\n".repeat(n)}`,
  };
  it.each(Object.entries(shapes))("%s", (_, shape) => expectLinear((source) => void parse(source, "fuzz"), shape, 2_000));
});
