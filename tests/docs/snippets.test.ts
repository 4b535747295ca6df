/**
 * What the documents show works: every strategy in them compiles, and their commands, pasted in order into an empty folder, do what they say. A block marked
 * `strat` without a `strategy` line is a part of a file, and is put into one; a block marked `sh exit=1` is to end with 1.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";

interface Block {
  readonly language: string;
  readonly notes: string;
  readonly text: string;
  readonly line: number;
}

function blocks(document: string): readonly Block[] {
  const text = readFileSync(document, "utf8");
  return [...text.matchAll(/^```(\w*) ?([^\n]*)\n(.*?)^```$/gms)].map(({ 1: language = "", 2: notes = "", 3: body = "", index }) => ({
    language,
    notes,
    text: body,
    line: text.slice(0, index).split("\n").length + 1,
  }));
}

/** What a part of a file is missing, each where the part does not say it. */
const FRAME: readonly (readonly [RegExp, string])[] = [
  [/^(strategy|module)\b/m, "strategy snippet"],
  [/^trade\b/m, "trade [SPX]"],
  [/^clock\b/m, "clock day = 1d"],
  [/^risk\b/m, "risk { order_value <= 50_000usd  drawdown <= 30% else flatten until manual }"],
  [/^rule\b/m, "rule of_the_frame { when close > open  enter long { size 1share } }"],
];

function framed(part: string): string {
  return [part, ...FRAME.filter(([said]) => !said.test(part)).map(([, item]) => item)].join("\n");
}

const DOCUMENTS = ["README.md", ...globSync("docs/*.md"), ...globSync("docs/language/*.md")].toSorted();

describe("strategies", () => {
  const strategies = DOCUMENTS.flatMap((document) =>
    blocks(document)
      .filter(({ language }) => language === "strat")
      .map(({ line, text }) => [`${document}:${line}`, text] as const),
  );

  it.each(strategies)("%s compiles", (place, text) => {
    const { diagnostics } = compile(framed(text), { name: place, readModule: moduleReader("README.md") });
    expect(diagnostics).toEqual([]);
  });
});

describe("commands", () => {
  const bin = mkdtempSync(join(tmpdir(), "stratc-bin-"));

  beforeAll(() => {
    execFileSync(process.execPath, ["bin/build.js"]);
    const command = join(bin, "stratc");
    writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${resolve("bin/stratc.js")}" "$@"\n`);
    chmodSync(command, 0o755);
  });

  function run(script: string, folder: string) {
    const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], { cwd: folder, encoding: "utf8", env: environment });
    return { exit: status, output: `${stdout}${stderr}` };
  }

  it("of the tour work, pasted in order into an empty folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "stratc-tour-"));
    const scripts = blocks("docs/language/tour.md").filter(({ language }) => language === "sh");
    expect(scripts.length).toBeGreaterThan(8);
    for (const { text, notes, line } of scripts) {
      const { exit, output } = run(text, folder);
      expect({ line, exit, output }).toEqual({ line, exit: notes === "exit=1" ? 1 : 0, output });
    }
  });

  it("of the command line's page work in the project", () => {
    const scripts = blocks("docs/cli.md").filter(({ language }) => language === "sh");
    expect(scripts.length).toBeGreaterThan(0);
    for (const { text, line } of scripts) {
      const { exit, output } = run(text, ".");
      expect({ line, exit, output }).toEqual({ line, exit: 0, output });
    }
  });

  it("of the README work in the project, as far as they do not install or test it", () => {
    const lines = blocks("README.md")
      .filter(({ language }) => language === "sh")
      .flatMap(({ text }) => text.split("\n"))
      .map((line) => line.replace(/^npm ci && /, "").replace(/^npx stratc/, "stratc"))
      .filter((line) => line !== "" && line !== "npm test");
    expect(lines).toContain("stratc backtest strategies/sma_cross.strat --data sample:sp500");
    for (const line of lines) {
      const { exit, output } = run(line, ".");
      expect({ line, exit, output }).toEqual({ line, exit: 0, output });
    }
  });
});
