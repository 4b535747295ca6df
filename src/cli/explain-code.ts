/** The pages of the diagnostic codes, from docs/errors of the package. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { closest } from "../diagnostics/closest.ts";
import { writeJson } from "./command.ts";
import { usageFailure } from "./failure.ts";
import { packageFolder } from "./package-folder.ts";
import type { Terminal } from "./terminal.ts";

interface Page {
  readonly code: string;
  readonly title: string;
  /** Markdown, whole. */
  readonly text: string;
}

/** Prints every code with its title. */
export function listCodes(json: boolean, terminal: Terminal): void {
  const codes = knownCodes().map(readPage);
  if (json) writeJson(terminal, { ok: true, codes: codes.map(({ code, title }) => ({ code, title })) });
  else for (const { code, title } of codes) terminal.write(`${code.padEnd(5)}  ${title}\n`);
}

/** Prints the page of a code, written as "E0301", "e0301" or "error[E0301]". Throws `CommandFailure` where no code is called so. */
export function explainCode(written: string, json: boolean, terminal: Terminal): void {
  const page = pageOf(written);
  if (json) writeJson(terminal, { ok: true, ...page });
  else terminal.write(terminal.colour.output ? page.text.replace(/^#.*$/gm, "\u001b[1m$&\u001b[0m") : page.text);
}

function pageOf(written: string): Page {
  const codes = knownCodes();
  const wanted = (/[DEW]\d+/i.exec(written)?.[0] ?? written).toUpperCase();
  if (codes.includes(wanted)) return readPage(wanted);
  const numberOf = (code: string): number => Number(code.slice(1));
  const shortened = codes.find((code) => code[0] === wanted[0] && numberOf(code) === numberOf(wanted));
  const twin = codes.find((code) => code.slice(1) === wanted.replace(/^[A-Z]/, ""));
  const near = shortened ?? twin ?? closest(wanted, codes);
  const help = near === undefined ? [] : [`Did you mean \`${near}\`, ${readPage(near).title}?`];
  throw usageFailure(`There is no code ${written}.`, [...help, "`stratc explain` lists all codes."]);
}

function knownCodes(): readonly string[] {
  return readdirSync(pagesFolder())
    .map((name) => name.replace(/\.md$/, ""))
    .sort();
}

function readPage(code: string): Page {
  const text = readFileSync(join(pagesFolder(), `${code}.md`), "utf8");
  return { code, title: /^# \w+: (.*)$/m.exec(text)?.[1] ?? "", text };
}

function pagesFolder(): string {
  return join(packageFolder(), "docs", "errors");
}
