/** What a message offers helps: with an edit applied, the same mistake is no longer reported at the same place. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import type { Diagnostic, Edit } from "../../src/diagnostics/diagnostic.ts";
import { readModule } from "./support.ts";

const FOLDER = join(import.meta.dirname, "../cases/check");

function diagnosticsOf(source: string): readonly Diagnostic[] {
  return compile(source, { name: "case", readModule }).diagnostics;
}

function applied(source: string, edits: readonly Edit[]): string {
  const fromEnd = [...edits].sort((a, b) => b.span.start - a.span.start);
  return fromEnd.reduce((text, { span, text: replacement }) => text.slice(0, span.start) + replacement + text.slice(span.end), source);
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.span.start === b.span.start && a.message === b.message;
}

const offers = readdirSync(FOLDER).flatMap((name) => {
  const source = /```strat\n([\s\S]*?)```/.exec(readFileSync(join(FOLDER, name), "utf8"))![1]!;
  return diagnosticsOf(source).flatMap((diagnostic) =>
    diagnostic.help.filter((help) => help.edits.length > 0).map((help) => ({ name, source, diagnostic, help })),
  );
});

describe("help that can be applied", () => {
  it("is there to be tested", () => expect(offers.length).toBeGreaterThan(20));

  it.each(offers)("mends $diagnostic.code in $name: $help.text", ({ source, diagnostic, help }) => {
    const mended = diagnosticsOf(applied(source, help.edits));
    expect(mended.filter((other) => isSame(other, diagnostic))).toEqual([]);
    expect(mended.length).toBeLessThanOrEqual(diagnosticsOf(source).length);
  });
});
