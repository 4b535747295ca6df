import { describe, expect, it } from "vitest";
import { closest } from "../../src/diagnostics/closest.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { lineStarts, positionAt } from "../../src/diagnostics/position.ts";
import { renderDiagnostic, renderDiagnostics } from "../../src/diagnostics/render.ts";

const plain = { color: false };

/** A diagnostic on the first place of `marked` in `source`, with labels on the first places of others. */
function about(source: string, marked: string, label: string, labels: Readonly<Record<string, string>> = {}): Diagnostic {
  const spanOf = (text: string) => ({ source: "test", start: source.indexOf(text), end: source.indexOf(text) + text.length });
  return {
    code: "E0999",
    severity: "error",
    message: "A sentence.",
    span: spanOf(marked),
    label,
    labels: Object.entries(labels).map(([text, what]) => ({ span: spanOf(text), text: what })),
    help: [],
  };
}

function rendered(source: string, ...rest: [string, string, Record<string, string>?]): string {
  return renderDiagnostic(about(source, ...rest), source, plain)
    .split("\n")
    .slice(1)
    .join("\n");
}

describe("diagnostics in the house form", () => {
  it("as the language's page shows it", () => {
    const source = `${"\n".repeat(37)}  when close > trend\n`;
    const diagnostic: Diagnostic = {
      ...about(source, "trend", "usd/share on day, changes once a session", { close: "usd/share on bar" }),
      code: "E0301",
      message: "`trend` lives on `day`, this rule runs on `bar`",
      help: [{ text: "day.trend   the last completed day; adds 50 sessions of warm-up", edits: [] }],
    };
    expect(renderDiagnostic(diagnostic, source, plain)).toBe(
      `error[E0301]: \`trend\` lives on \`day\`, this rule runs on \`bar\`
 38 |   when close > trend
    |        ----- ^^^^^ usd/share on day, changes once a session
    |        usd/share on bar
help: day.trend   the last completed day; adds 50 sessions of warm-up`.replace("----- ^^^^^", "-----   ^^^^^"),
    );
  });

  it("three labels hang under their marks", () => {
    expect(rendered("aa + bb + cc", "cc", "third", { aa: "first", bb: "second" })).toBe(` 1 | aa + bb + cc
   | --   --   ^^ third
   | |    second
   | first`);
  });

  it("tabs, wide and combining characters do not move the marks", () => {
    expect(rendered("\tx = 日本 + é̂z", "z", "here")).toBe(` 1 |     x = 日本 + é̂z
   |                 ^ here`);
  });

  it("a place of several lines is marked at its first and its last", () => {
    expect(rendered("rule a {\n  when b\n  exit c\n}\n", "a {\n  when b\n  exit c\n}", "all of this")).toBe(` 1 | rule a {
   |      ^^^
   ...
 4 | }
   | ^ all of this`);
  });

  it("the end of the text can be marked", () => {
    const source = "x = 5 +";
    const diagnostic = { ...about(source, "+", "no value"), span: { source: "test", start: 7, end: 7 } };
    expect(renderDiagnostic(diagnostic, source, plain).split("\n")[2]).toBe("   |        ^ no value");
  });

  it("a label in another source names it", () => {
    const diagnostic = about("x = y", "y", "here");
    const label = { span: { source: "std.trend", start: 0, end: 1 }, text: "declared so" };
    expect(renderDiagnostic({ ...diagnostic, labels: [label] }, "x = y", plain)).toContain("\nin std.trend: declared so");
  });

  it("a long line is cut around its mark, and control characters are harmless", () => {
    const lines = rendered(`${"a ".repeat(500)}\u001b[31mwrong${" b".repeat(500)}`, "wrong", "here").split("\n");
    expect(lines[0]!.length).toBeLessThan(170);
    expect(lines[0]!.indexOf("wrong")).toBe(lines[1]!.indexOf("^^^^^ here"));
    expect(lines[0]).not.toContain("\u001b");
  });

  it("colours change nothing but colours", () => {
    const source = "aa + bb";
    const coloured = renderDiagnostics([about(source, "bb", "b", { aa: "a" })], source, { color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is taken away
    expect(coloured.replace(/\u001b\[[\d;]*m/g, "")).toBe(renderDiagnostics([about(source, "bb", "b", { aa: "a" })], source, plain));
    expect(coloured).toContain("\u001b[1;31m^^");
  });
});

it("positions count lines of every kind", () => {
  const starts = lineStarts("a\nb\r\nc\rd");
  expect([0, 1, 2, 5, 7, 8].map((offset) => positionAt(starts, offset))).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 2 },
    { line: 2, column: 1 },
    { line: 3, column: 1 },
    { line: 4, column: 1 },
    { line: 4, column: 2 },
  ]);
});

it("a slip is near enough, another word is not", () => {
  expect(closest("emaa", ["sma", "ema", "rsi"])).toBe("ema");
  expect(closest("ruel", ["risk", "rule"])).toBe("rule");
  expect(closest("volume", ["close", "open"])).toBeUndefined();
});
