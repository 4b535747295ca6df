import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stratc } from "./run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stratc-cli-data-"));
  writeFileSync(at("days.csv"), "2019-02-14,10,11,9,10,5\n2019-02-15,10,8,12,10,5\n2019-02-19,10,11,9,0,5\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const importing = (store: string, ...more: readonly string[]) =>
  stratc("data", "import", at("days.csv"), "--symbol", "SPY", "--store", at(store), ...more);

describe("stratc data import", () => {
  test("refuses what is wrong with file, line, code and what to do", async () => {
    const { exit, notes } = await importing("strict");
    expect(exit).toBe(1);
    expect(notes).toContain("days.csv:2: high below low: open 10, high 8, low 12, close 10 [D211]");
    expect(notes).toContain('days.csv:3: price is zero or negative: close is "0" [D205]');
    expect(notes).toContain("help: --repair mends such rows");
  });

  test("with --repair says what it changed, and writes every row of it", async () => {
    const { exit, output, notes } = await importing("mended", "--repair", "--repairs", at("repairs.txt"));
    expect([exit, output.split("\n")[0]]).toEqual([0, "SPY 1d: 2 bars, 2019-02-14 to 2019-02-15, quantum 1, nyse"]);
    expect(notes).toContain("note: repaired: price is zero or negative (D205): row dropped, 1 time, first in line 3");
    expect(
      readFileSync(at("repairs.txt"), "utf8")
        .split("\n")
        .map((line) => line.replace(/^.*days/, "days")),
    ).toEqual([
      'days.csv:3: D205 price is zero or negative (close is "0"): row dropped',
      "days.csv:2: D211 high below low (open 10, high 8, low 12, close 10): high set to the highest of the four prices, low to the lowest",
      "",
    ]);
  });

  test("takes the place of a dataset only with --replace", async () => {
    const exits = [];
    for (const more of [[], [], ["--replace"]]) exits.push((await importing("twice", "--repair", ...more)).exit);
    expect(exits).toEqual([0, 1, 0]);
    expect((await importing("twice", "--repair")).notes).toContain("help: --replace puts the new dataset in its place");
  });

  test("a store that cannot be written is the outside world's fault", async () => {
    writeFileSync(at("blocked"), "");
    expect(await importing("blocked", "--repair")).toMatchObject({ exit: 3, notes: expect.stringContaining("cannot be written") });
  });
});

describe("stratc data import of events", () => {
  const importEvents = (kind: string, ...more: readonly string[]) =>
    stratc("data", "import", ...more, "--kind", kind, "--calendar", "always", "--store", at("ticks"));

  test("a book from the store is the book from its file, to the hash of the run", async () => {
    const imported = await importEvents("book", "sample:book", "--symbol", "BOOK");
    expect([imported.exit, imported.output]).toEqual([
      0,
      expect.stringMatching(/^BOOK book: [\d,]+ changes of the book, .*, quantum 0.01, always\n/),
    ]);
    const run = (...data: readonly string[]) =>
      stratc("backtest", "strategies/book_maker.strat", "--json", "--store", at("ticks"), ...data);
    const [stored, named, read] = [await run(), await run("--data", "BOOK"), await run("--data", "sample:book")];
    const { seconds: _, bars_per_second: __, ...report } = JSON.parse(read.output);
    expect(JSON.parse(stored.output)).toMatchObject(report);
    expect(JSON.parse(named.output)).toMatchObject(report);
  });

  test("trades stand beside bars of their symbol, and bad rows are named by line", async () => {
    const lines = ["time,price,size", "2024-01-02T10:00:00Z,10.5,100", "2024-01-02T10:00:01Z,0,100", "2024-01-02T10:00:02Z,10.25,50"];
    writeFileSync(at("trades.csv"), `${lines.join("\n")}\n`);
    const refused = await importEvents("trades", at("trades.csv"), "--symbol", "COIN");
    expect([refused.exit, refused.notes]).toEqual([
      1,
      expect.stringContaining('trades.csv:3: price is zero or negative: price is "0" [D205]'),
    ]);
    expect(await importEvents("trades", at("trades.csv"), "--symbol", "COIN", "--repair")).toMatchObject({ exit: 0 });
    await stratc("data", "import", at("days.csv"), "--symbol", "COIN", "--repair", "--store", at("ticks"));
    const { output } = await stratc("data", "list", "--store", at("ticks"));
    expect(output).toMatch(/^BOOK book: .*\nCOIN 1d: 2 bars, .*\nCOIN trades: 2 trades, 2024-01-02T10:00:00.000001Z to .*\n$/);
    expect(await importEvents("trades", at("trades.csv"), "--symbol", "COIN", "--repair")).toMatchObject({ exit: 1 });
    const quotes = await stratc("backtest", "strategies/book_maker.strat", "--data", "COIN", "--store", at("ticks"));
    expect(quotes.notes).toMatch(/the store .* has COIN only as 1d, trades/);
    const bars = await stratc("eval", "close", "--data", join(at("ticks"), "COIN", "trades.parquet"));
    expect(bars.notes).toContain("it has trades, and bars are wanted [D106]");
  });
});

test("damaged datasets are named beside the others", async () => {
  await importing("listed", "--repair");
  await stratc("data", "import", at("days.csv"), "--symbol", "IBM", "--repair", "--store", at("listed"));
  writeFileSync(join(at("listed"), "IBM", "1d.json"), "");
  const { exit, output, notes } = await stratc("data", "list", "--store", at("listed"));
  expect([exit, output]).toEqual([0, expect.stringMatching(/^SPY 1d: 2 bars/)]);
  expect(notes).toMatch(/^warning: .*IBM.1d.json: damaged dataset in the store: .*\[D111\]; import it again/);
});
