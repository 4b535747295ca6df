/** `stratc why`: the sentence, the values that `eval` gives, times that are none of the data's, and a journal that says the same as its file. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/language/why/answer.ts";
import { stratc } from "./run.ts";

const FILE = "strategies/sma_cross.strat";
const DATA = ["--data", "sample:sp500", "--no-cache"];
const folder = mkdtempSync(join(tmpdir(), "stratc-why-"));

async function answer(...args: readonly string[]): Promise<Answer> {
  const { exit, output } = await stratc("why", ...args, "--json");
  expect(exit).toBe(0);
  const { strategies } = JSON.parse(output) as { readonly strategies: readonly [Answer] };
  return strategies[0];
}

function written(name: string, lines: string): string {
  const path = join(folder, `${name}.strat`);
  writeFileSync(path, `strategy ${name}\ntrade [SPX]\nclock day = 1d\nrisk { order_value <= 500_000usd  drawdown <= 50% }\n${lines}`);
  return path;
}

describe("a bar", () => {
  it("on which nothing was ordered says in one sentence what did not hold, where and by how much", async () => {
    const { exit, output, notes } = await stratc("why", FILE, ...DATA, "--at", "2019-02-04");
    expect(exit).toBe(0);
    expect(output.split("\n")[0]).toBe("It did not trade: `buy` was asked, and `fast > slow` did not hold (2609.7438 <= 2741.5528).");
    expect(output).toContain("buy, line 16: was asked, and");
    expect(output).toContain("sell, line 17: was not asked: there is no trade of `buy` to end");
    expect(notes).not.toContain("no bar ends");
  });

  it("on which an order went out shows it, and what was held before", async () => {
    const { verdict, symbols, rules } = await answer(FILE, ...DATA, "--at", "2011-08-12");
    expect(verdict).toMatch(/^`sell` was asked, held, and ordered to sell \d+ SPX at the market\.$/);
    expect(Number(symbols[0]?.position)).toBeGreaterThan(0);
    expect(rules.map(({ state }) => state)).toEqual(["not_asked", "ordered"]);
  });

  it("has the values of `eval`, to the last bit", async () => {
    const path = written(
      "both",
      "rule buy { when rsi(close, 14) < 25 and sma(close, 20) > sma(close, 200)[3]  enter long { size 1shares } }\n",
    );
    const { rules } = await answer(path, ...DATA, "--at", "2016-06-27");
    const operands = rules[0]!.conditions[0]!.parts.flatMap((part) => part.operands);
    expect(operands.map(({ text }) => text)).toEqual(["rsi(close, 14)", "25", "sma(close, 20)", "sma(close, 200)[3]"]);
    for (const { text, value } of operands.filter((one) => one.text !== "25")) {
      const { output } = await stratc("eval", text, ...DATA, "--json");
      const { rows } = JSON.parse(output) as { readonly rows: readonly (readonly [string, number])[] };
      expect(rows.find(([time]) => time === "2016-06-27T20:00:00Z")![1]).toBe(value);
    }
  });

  it("tells what named conditions stand for, down to the values", async () => {
    const path = written(
      "named",
      "calm = stdev(close, 20) < 30usd/1share\nup = close > sma(close, 50)\nrule buy { let both = up and calm\n  when both or not up  enter long { size 1shares } }\n",
    );
    const { rules } = await answer(path, ...DATA, "--at", "2015-03-03");
    const [condition] = rules[0]!.conditions;
    expect(condition).toMatchObject({ joins: "or", held: true, line: 8 });
    expect(condition!.parts.map(({ text, joins }) => [text, joins])).toEqual([
      ["both", "same"],
      ["not up", "not"],
    ]);
    const [up, calm] = condition!.parts[0]!.parts[0]!.parts;
    expect(up).toMatchObject({ text: "up", line: 7, parts: [{ text: "close > sma(close, 50)", line: 6 }] });
    expect(calm!.parts[0]).toMatchObject({ line: 5, held: true });
  });

  it("reads parameters and what the gate refused", async () => {
    const path = written("large", "param n = 5 in 2..50\nrule buy { when close > sma(close, n)  enter long { size 10_000shares } }\n");
    const { verdict, rules } = await answer(path, ...DATA, "--at", "2017-01-04", "--param", "n=3");
    expect(rules[0]).toMatchObject({ state: expect.stringMatching(/rejected|not_asked/) });
    expect(verdict).toMatch(/order_value|its last order was rejected/);
  });
});

describe("a time", () => {
  it.each([
    ["soon", 2, "--at takes a date such as 2019-02-04 or an instant such as 2019-02-04T15:00Z, not `soon`."],
    ["1995-01-03", 1, "--at 1995-01-03 is outside the data: the first bar ends at 2000-01-03T21:00:00Z."],
    ["2026-01-05", 1, "--at 2026-01-05 is outside the data: the last bar ends at"],
  ])("%s is refused with what there is", async (at, code, message) => {
    const { exit, notes } = await stratc("why", FILE, ...DATA, "--at", at);
    expect(exit).toBe(code);
    expect(notes).toContain(message);
  });

  it("without a bar takes the one before, and says which is next", async () => {
    const { notes } = await stratc("why", FILE, ...DATA, "--at", "2011-02-05");
    expect(notes).toContain(
      "no bar ends at 2011-02-05: this is the one before, of 2011-02-04T21:00:00Z; the next ends at 2011-02-07T21:00:00Z",
    );
  });

  it("in the warm-up says how much of it is left", async () => {
    const { verdict } = await answer(FILE, ...DATA, "--at", "2000-10-13");
    expect(verdict).toContain("in warm-up: 1 row to go, the first decision is on that of 2000-10-16T20:00:00Z");
  });
});

it("a journal of a live run says the same as its file", async () => {
  const journal = join(folder, "live");
  expect((await stratc("run", FILE, "--paper", ...DATA, "--journal", journal)).exit).toBe(0);
  for (const at of ["2011-08-12", "2019-02-04"]) {
    const [live, file] = [await answer(journal, "--at", at), await answer(FILE, ...DATA, "--at", at)];
    expect(live).toMatchObject({ time: file.time, cash: file.cash, equity: file.equity, records: file.records });
    expect(live.rules.map(({ state, orders }) => ({ state, orders }))).toEqual(file.rules.map(({ state, orders }) => ({ state, orders })));
  }
});
