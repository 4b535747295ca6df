/**
 * A case is one Markdown file: a sentence for a title, the source, and what the compiler says about it. `vitest -u` rewrites what it says; the
 * difference in git is the review.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { renderDiagnostics } from "../../src/diagnostics/render.ts";
import { parse } from "../../src/syntax/parse.ts";
import { readModel } from "../support/models.ts";

const CASE = /^# (?<title>[^\n]+)\n(?<prose>[\s\S]*?)```strat\n(?<source>[\s\S]*?)```/;

function readModule(path: string): string | undefined {
  const name = /^std\.(\w+)$/.exec(path)?.[1];
  return name === undefined ? undefined : readFileSync(new URL(`../../stdlib/${name}.strat`, import.meta.url), "utf8");
}

/** How far the sources of each folder go. */
const folders: Readonly<Record<string, (source: string) => readonly Diagnostic[]>> = {
  parse: (source) => parse(source, "case").diagnostics,
  check: (source) => compile(source, { name: "case", readModule, readModel }).diagnostics,
  alpaca: (source) => compile(source, { name: "case", readModule, readModel, target: "alpaca" }).diagnostics,
  newcomers: (source) => compile(source, { name: "case", readModule, readModel }).diagnostics,
};

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

for (const [folder, diagnosticsOf] of Object.entries(folders)) {
  describe(folder, () => {
    const path = join(import.meta.dirname, folder);
    for (const name of readdirSync(path)) {
      it(name, async () => {
        const { title, prose, source } = CASE.exec(readFileSync(join(path, name), "utf8"))!.groups!;
        expect(name).toBe(`${slug(title!)}.md`);
        const rendered = renderDiagnostics(diagnosticsOf(source!), source!, { color: false });
        const text = `# ${title}\n${prose}\`\`\`strat\n${source}\`\`\`\n\n\`\`\`diagnostics\n${rendered === "" ? "" : `${rendered}\n`}\`\`\`\n`;
        await expect(text).toMatchFileSnapshot(join(path, name));
      });
    }
  });
}
