/** What may be applied unseen: it adds no error, ends, keeps every other character, and gives back what was meant. */
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { modelReader, moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import { type Change, certainFixes, changesOf, fixed } from "../../src/diagnostics/fixes.ts";
import { graphHash } from "../../src/graph/hash.ts";
import { prng } from "../../src/values/prng.ts";
import { stratc } from "../cli/run.ts";
import { mutant } from "./mutants.ts";

const readModule = moduleReader(".");
const readModel = modelReader("strategies/x.strat");
const LOOKS = 10;

function look(source: string) {
  const { value, diagnostics } = compile(source, { name: "x.strat", readModule, readModel });
  return { graph: value, diagnostics, errors: diagnostics.filter(({ severity }) => severity === "error").length };
}

/** `text` with the lines exchanged that are said to change. */
function changedBy(text: string, changes: readonly Change[]): string {
  const lines = text.split("\n");
  for (const { line, before, after } of changes.toReversed()) {
    const old = before.split("\n");
    expect(lines.splice(line - 1, old.length, ...after.split("\n"))).toEqual(old);
  }
  return lines.join("\n");
}

/** The text after all fixes; fails where one adds an error or changes a line that it does not show, and where they do not end. */
function repaired(source: string): string {
  let [text, found] = [source, look(source)];
  for (let looks = 0; looks < LOOKS; looks++) {
    const fixes = certainFixes(found.diagnostics, "x.strat");
    if (fixes.length === 0) return text;
    const next = fixed(text, fixes);
    const after = look(next);
    expect(after.errors, next).toBeLessThanOrEqual(found.errors);
    expect(changedBy(text, changesOf(text, fixes))).toBe(next);
    [text, found] = [next, after];
  }
  expect.fail(`no end after ${LOOKS} looks:\n${text}`);
}

/** Spellings of other languages, each for one of this language's. */
const HABITS: readonly (readonly [RegExp, string])[] = [
  [/\band\b/, "&&"],
  [/\band\b/, "AND"],
  [/\bor\b/, "||"],
  [/(?<!reset )\bwhen\b/, "if"],
  [/(?<=\d)bps\b/, " bps"],
  [/(?<=\d)usd\b/, " dollars"],
  [/(?<=\d)usd\b/, "usdt"],
  [/(?<=\d)%/, " %"],
  [/(?<=\d)bars/, " bars"],
  [/(?<=_value +)<=/, "<"],
  [/(?<=day_loss +)<=/, "<"],
  [/\/\/\//, "#"],
  [/^(?=\w+ += )/m, "let "],
  [/$/m, ";"],
  [/(?<=\d)m\b/, " minutes"],
  [/(?<= 0)\.(?=\d+%)/, ","],
  [/\brule\b/, "ruel"],
  [/\bsession\b(?= \{)/, "sesion"],
];

const strategies = globSync("strategies/*.strat")
  .sort()
  .map((path) => readFileSync(path, "utf8"));

describe("certain fixes", () => {
  it("give back what was meant by habits of other languages", () => {
    const hashes = strategies.map((text) => graphHash(look(text).graph!));
    for (let seed = 0; seed < 100; seed++) {
      const random = prng(seed);
      const which = random.below(strategies.length);
      let text = strategies[which]!;
      for (let count = 0; count < 5; count++) {
        const [pattern, habit] = HABITS[random.below(HABITS.length)]!;
        text = text.replace(pattern, habit);
      }
      const result = look(repaired(text));
      expect(
        result.diagnostics.map(({ message }) => message),
        text,
      ).toEqual([]);
      expect(graphHash(result.graph!)).toBe(hashes[which]);
    }
  });

  it("add no error to any slip, and end", () => {
    for (let seed = 0; seed < 250; seed++) repaired(mutant(seed).source);
  });
});

describe("check --fix", () => {
  let place = "";
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "stratc-"));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  const right =
    "// mine  \r\nstrategy x\r\ntrade [SPY]\r\nclock day = 1d\r\n\tup = close > open and high > low // \u{1F4C8}\r\nplot up\r\n";
  const wrong = right.replace("and", "&&").replace("= 1d", "= 1 day");

  it("writes the file, and only what it says", async () => {
    const path = join(place, "a.strat");
    writeFileSync(path, `\uFEFF${wrong}`, { mode: 0o640 });
    const shown = await stratc("check", "--fix", "--dry-run", path);
    expect(shown.exit).toBe(1);
    expect(shown.output).toContain("  - clock day = 1 day\n  + clock day = 1d\n");
    expect(readFileSync(path, "utf8")).toBe(`\uFEFF${wrong}`);
    const done = await stratc("check", "--fix", path);
    expect(done.output).toBe(shown.output.replace("2 fixes not written", "2 fixes"));
    expect(readFileSync(path, "utf8")).toBe(`\uFEFF${right}`);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it("leaves what can be meant in two ways, and what is a guess", async () => {
    const path = join(place, "a.strat");
    const text = right.replace("and high > low", "and high > low or true").replace("plot up", "plot upp, sma(close, 60,000)");
    writeFileSync(path, text);
    expect((await stratc("check", "--fix", path)).exit).toBe(1);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("goes with --fix", async () => {
    expect(await stratc("check", "--dry-run", "strategies/sma_cross.strat")).toMatchObject({ exit: 2 });
  });
});
