/** `stratc run`: what it refuses, and that what it writes is what a backtest writes. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-run-"));
const at = (name: string): string => join(folder, name);

function holder(name: string, symbol: string): string {
  const risk = "risk { order_value <= 100% * equity   day_loss <= 10% * equity }";
  const rules = "rule go { when rsi(close, 5) < 40  enter long { size 10shares } }\nrule leave { when rsi(close, 5) > 60  exit go }";
  writeFileSync(at(`${name}.strat`), `strategy ${name}\ntrade [${symbol}]\nclock day = 1d\n${risk}\n${rules}\n`);
  return at(`${name}.strat`);
}

it.each([
  [["--paper", "--live"], /never trades with real money/],
  [["--live"], /never trades with real money/],
  [[], /Say --paper/],
  [["--paper", "--speed", "0x"], /--speed takes max/],
])("refuses %j", async (flags, message) => {
  const { exit, notes } = await stratc("run", "strategies/sma_cross.strat", "--data", "sample:sp500", ...flags);
  expect(exit).toBe(2);
  expect(notes).toMatch(message);
});

it("refuses a strategy that is not on bars", async () => {
  const { exit, notes } = await stratc("run", "strategies/book_maker.strat", "--paper", "--data", "sample:book");
  expect(exit).toBe(2);
  expect(notes).toMatch(/trades on bars only/);
});

it("refuses strategies that trade one symbol, and clocks of different widths", async () => {
  const shared = await stratc("run", "strategies/rank_rotation.strat", "strategies/pair_spread.strat", "--paper", "--data", "sample:days");
  expect(shared).toMatchObject({ exit: 2 });
  expect(shared.notes).toMatch(/rank_rotation and pair_spread both trade ALFA/);
  const widths = await stratc("run", "strategies/sma_cross.strat", "strategies/three_clocks.strat", "--paper");
  expect(widths.notes).toMatch(/bars of different widths/);
});

it("two strategies at once come to what each comes to alone, and to the backtest", async () => {
  const [one, two] = [holder("one", "ALFA"), holder("two", "BRAVO")];
  const both = await stratc("run", one, two, "--paper", "--data", "sample:days", "--orders", at("both"), "--json");
  expect(JSON.parse(both.output)).toMatchObject({ ok: true, ended: "data_over", strategies: [{ strategy: "one" }, { strategy: "two" }] });
  for (const [name, file] of [
    ["one", one],
    ["two", two],
  ] as const) {
    await stratc("backtest", file, "--data", "sample:days", "--orders", at("backtest"));
    await stratc("run", file, "--paper", "--data", "sample:days", "--orders", at("alone"));
    const backtest = readFileSync(at("backtest"), "utf8");
    expect(backtest).toContain('"fill"');
    expect(readFileSync(at("alone"), "utf8")).toBe(backtest);
    const own = readFileSync(at("both"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`{"strategy":"${name}"`));
    expect(own.map((line) => line.replace(`"strategy":"${name}",`, "")).join("\n")).toBe(backtest.trimEnd());
  }
});
