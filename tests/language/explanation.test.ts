/** What explanations claim, beside what the language does. */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { modelReader, moduleReader } from "../../src/cli/modules.ts";
import { fileAt } from "../../src/cli/source.ts";
import { compileParts } from "../../src/compile.ts";
import { type Explanation, explanationOf } from "../../src/language/explanation/explanation.ts";
import { explanationText } from "../../src/language/explanation/text.ts";
import { fileOf } from "../syntax/support.ts";

const files = globSync(["strategies/*.strat", "templates/*.strat", "tests/judge/strategies/*.strat"]).sort();

const readModule = moduleReader(".");

function explained(source: string, cash = 100_000): Explanation {
  const { value, diagnostics } = compileParts(source, { name: "test", readModule });
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return explanationOf(value, fileOf(source), cash);
}

function sentences({ sections }: Explanation): string {
  return sections.flatMap((section) => section.sentences).join("\n");
}

/** A strategy of one entry of `size` under `risk`, with more lines. */
function strategy(size: string, risk: string, more = ""): string {
  return `strategy s\ntrade [SPY]\nclock day = 1d\nparam part = 20% in 10%..30%\nrisk { ${risk}  drawdown <= 20% }\nrule buy { when close > open  enter long { ${size} } }\n${more}`;
}

it.each(files)("%s is explained without gaps", (path) => {
  const { value } = compileParts(readFileSync(path, "utf8"), { name: path, readModule: moduleReader(path), readModel: modelReader(path) });
  const explanation = explanationOf(value!, fileAt(path), 100_000);
  for (const { sentences } of explanation.sections) {
    expect(sentences.length).toBeGreaterThan(0);
    for (const sentence of sentences) expect(sentence).not.toMatch(/undefined|NaN|null|``| {2}/);
  }
  const text = explanationText(explanation);
  expect(text.split("\n").every((line) => line.length <= 100 || !line.trim().includes(" "))).toBe(true);
});

it("says between which bounds the values of a condition lie, where functions declare them", () => {
  const rules = `quick = rsi(close, 14)\nrule out { when (quick > 65 or close < open) and percent_rank(volume, 20) > 50  exit buy }\n`;
  expect(sentences(explained(strategy("size 1shares", "order_value <= 5_000usd", rules)))).toContain(
    "Whatever the data, `quick` lies within 0 … 100 and `percent_rank(volume, 20)` lies within 0 … 100.",
  );
});

describe("limits", () => {
  const binding = (size: string, limit: string, cash = 100_000) => explained(strategy(size, limit), cash).limits[0]!;

  it.each([
    ["size 20% * equity", "order_value <= 50% * equity", "never"],
    ["size 20% * equity", "order_value <= 21% * equity", "never"],
    ["size 20% * equity trim", "order_value <= 20% * equity", "always"],
    ["size part * equity", "order_value <= 32% * equity", "never"],
    ["size part * equity trim", "order_value <= 30% * equity", "can"],
    ["size 50% * cash", "order_value <= 100% * equity", "never"],
    ["size if close > 2 * open then 20% * equity else 0", "order_value <= 21% * equity", "never"],
    ["size 100shares", "order_value <= 1_000usd", "can"],
    ["size 1_000usd", "order_value <= 1_050usd", "never"],
    ["risk 1% * equity  stop at fill * 90%", "order_value <= 1_000usd", "can"],
  ])("%s under %s: %s", (size, limit, binds) => {
    expect(binding(size, limit).binds).toBe(binds);
  });

  it("say from which equity on they bind", () => {
    expect(binding("size 20% * equity", "order_value <= 42_000usd").sentence).toContain("binds above an equity of 200,000usd,");
    expect(binding("size 20% * equity", "order_value <= 42_000usd", 250_000).sentence).toContain("which is so from the start");
    expect(binding("size 10_000usd", "order_value <= 21% * equity").sentence).toContain("binds below an equity of 50,000usd");
  });
});

describe("what is taken for granted", () => {
  it("is said where the file does not say otherwise, and only there", () => {
    const silent = sentences(explained(strategy("size 1share", "order_value <= 1_000usd")));
    for (const part of ["There are no fees.", "There is no slippage", "The calendar is", "The price collar is 5%"])
      expect(silent).toContain(part);
    const said = sentences(
      explained(
        strategy(
          "size 1share",
          "order_value <= 1_000usd  price_collar <= 3%",
          "calendar nyse\nsimulate { slippage: 2bps  fees: 0.005usd per share }",
        ),
      ),
    );
    for (const part of ["There are no fees.", "There is no slippage", "The calendar is", "The price collar"])
      expect(said).not.toContain(part);
    expect(said).toContain("fill 2bps worse");
    expect(said).toContain("Fees are 0.005usd a share");
  });
});

describe("what it can and cannot do", () => {
  it("says whether it can be short", () => {
    const long = strategy("size 1share", "order_value <= 1_000usd");
    expect(sentences(explained(long))).toContain("It cannot be short");
    expect(sentences(explained(long.replace("enter long", "enter short")))).toContain("It can be short");
  });

  it("says whether it holds overnight, and when it enters", () => {
    const day = strategy("size 1share", "order_value <= 1_000usd");
    const minutes = day.replace("1d", "1m in regular");
    const flat = `${minutes}session { entries from 15m after open to 45m before close  flatten 5m before close }`;
    expect(sentences(explained(day))).toContain("It holds overnight");
    expect(sentences(explained(minutes))).toContain("Nothing closes before the session does");
    expect(sentences(explained(flat))).toContain("It is flat overnight: everything is closed from 5m before the close on");
    expect(sentences(explained(flat))).toContain("It enters only from 15m after the open to 45m before the close.");
  });

  it("says when it starts", () => {
    const late = strategy("size 1share", "order_value <= 1_000usd", "simulate { start after 300bars }");
    expect(sentences(explained(late))).toContain("It decides from bar 301 of `day` on (the file delays it: `start after 300bars`)");
  });
});
