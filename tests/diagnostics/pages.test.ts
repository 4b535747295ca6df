/**
 * The pages of docs/errors, one a code: what is wrong gives that code and no other, what is right gives none, and what is shown as printed is what
 * is printed. `vitest -u` rewrites it; the difference in git is the review.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MESSAGES } from "../../src/check/messages/messages.ts";
import { compile } from "../../src/compile.ts";
import { NOTICES, type ProblemCode, problem, problemCodes } from "../../src/data/problems.ts";
import { renderDiagnostics } from "../../src/diagnostics/render.ts";
import { SYNTAX_MESSAGES } from "../../src/syntax/messages.ts";
import { readModule } from "../check/support.ts";
import { stratc } from "../cli/run.ts";
import { readModel } from "../support/models.ts";

const PAGE =
  /^(?<head># (?<code>\w+): (?<title>[^\n]+)\n\n[^#]+?\n\n```text\n)[\s\S]*?(?<rest>```\n\n## Why it matters\n\n[^#]+\n\n## Wrong\n\n(?<wrong>[\s\S]+)\n## Right\n\n(?<right>[\s\S]+))$/;

const folder = join(import.meta.dirname, "../../docs/errors");
const names = readdirSync(folder);
const messages = { ...SYNTAX_MESSAGES, ...MESSAGES };

interface Page {
  readonly head: string;
  readonly code: string;
  readonly title: string;
  readonly wrong: string;
  readonly right: string;
  readonly rest: string;
}

/** Reads the page `name`, and compares it with itself after what `print` prints for it. */
async function expectPage(name: string, print: (page: Page) => string | Promise<string>): Promise<void> {
  const page = PAGE.exec(readFileSync(join(folder, name), "utf8"))!.groups as unknown as Page;
  expect(`${page.code}.md`).toBe(name);
  await expect(`${page.head}${await print(page)}\n${page.rest}`).toMatchFileSnapshot(join(folder, name));
}

function blockOf(text: string, language: string): string | undefined {
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
}

it("every code has a page, and every page a code", () => {
  const codes = [...Object.keys(messages), ...problemCodes()];
  expect(codes.length).toBeGreaterThanOrEqual(60);
  expect(names).toEqual(codes.sort().map((code) => `${code}.md`));
});

describe("the compiler's codes", () => {
  it.each(names.filter((name) => !name.startsWith("D")))("%s", (name) =>
    expectPage(name, ({ code, title, wrong, right }) => {
      expect(title).toBe(messages[code as keyof typeof messages].title);
      const source = blockOf(wrong, "strat")!;
      const options = { name: "example.strat", readModule, readModel, ...(code === "E0702" ? { target: "alpaca" as const } : {}) };
      const found = compile(source, options).diagnostics;
      expect(new Set(found.map((diagnostic) => diagnostic.code))).toEqual(new Set([code]));
      expect(compile(blockOf(right, "strat")!, options).diagnostics).toEqual([]);
      return renderDiagnostics(found, source, { color: false });
    }),
  );
});

describe("the codes of data", () => {
  let place = "";
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "stratc-"));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  /** Runs the lines of a page beside its bars; what the last of them prints to the notes. */
  async function run(text: string): Promise<{ readonly exit: number; readonly notes: string }> {
    const bars = blockOf(text, "csv");
    if (bars !== undefined) writeFileSync(join(place, "bars.csv"), bars);
    rmSync(join(place, "bars"), { recursive: true, force: true });
    let last = { exit: 0, notes: "" };
    for (const line of blockOf(text, "sh")!.trim().split("\n")) {
      expect(last.exit).toBe(0);
      const [program, ...words] = line.split(" ").map((word) => (/^bars\b/.test(word) ? join(place, word) : word));
      if (program === "stratc") last = await stratc(...words);
      else execFileSync("sh", ["-c", line], { cwd: place });
    }
    return { exit: last.exit, notes: last.notes.replaceAll(`${place}/`, "") };
  }

  it.each(names.filter((name) => name.startsWith("D")))("%s", (name) =>
    expectPage(name, async ({ head, code, title, wrong, right }) => {
      const { title: known, mendable } = problem(code as ProblemCode, "", 0, "");
      expect(title).toBe(known);
      expect(head).toContain(mendable ? "**Repair:** " : "**Cure:** ");
      const { exit, notes } = await run(wrong);
      expect(exit).toBe(NOTICES.includes(code as ProblemCode) ? 0 : 1);
      expect(new Set([...notes.matchAll(/\[(D\d+)\]/g)].map((match) => match[1]))).toEqual(new Set([code]));
      expect((await run(right)).exit).toBe(0);
      return notes.trim();
    }),
  );
});
