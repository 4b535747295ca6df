/** `stratc replay`: journals of backtests and of live runs come out the same, and one in which a decision was changed is caught at that entry. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderDisk } from "../../src/adapters/files/disk.ts";
import { createJournal } from "../../src/journal/open.ts";
import { journalEntries, readJournal } from "../../src/journal/reading.ts";
import { JOURNAL_BOUNDS } from "../../src/journal/writer.ts";
import { answered } from "../support/answer.ts";
import { readModel } from "../support/models.ts";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-replay-"));
const path = (name: string): string => join(folder, name);
const DATA = ["--data", "sample:sp500", "--no-cache"];
const FILE = "strategies/sma_cross.strat";

const MODELLED = `strategy modelled
trade [SPX]
clock day = 1d
risk { order_value <= 500_000usd  day_loss <= 10% * equity else flatten until next_session }
model net = onnx "up.onnx" { input { rsi: rsi(close, 14) / 100, range: atr(14) / close } output p: ratio in 0%..100% timeout 20ms }
rule buy  { when net.p > 55%  enter long { size 50% * cash } }
rule sell { when (net.p ?? 0) < 50%  exit buy }
`;

const FINER = `strategy finer
trade [ALFA]
clock day = 1d
risk { order_value <= 500_000usd  day_loss <= 10% * equity else flatten until next_session }
rule buy { when close > sma(close, 3)  enter long { size 50% * cash  stop at fill - 1 * atr(3)  target at fill + 1 * atr(3) } }
`;

/** The journal of a backtest with a model that was trained on its bars, and is gone afterwards. */
async function keepModelled(): Promise<void> {
  const { model, sidecar } = readModel("up.onnx");
  const trained = { from: "2005-01-03T21:00:00Z", to: "2010-12-31T21:00:00Z" };
  writeFileSync(path("up.onnx"), model!);
  writeFileSync(path("up.onnx.json"), JSON.stringify({ ...JSON.parse(sidecar!), trained }));
  writeFileSync(path("modelled.strat"), MODELLED);
  const run = await stratc("backtest", path("modelled.strat"), ...DATA, "--in-sample", "--journal", path("modelled"));
  expect(run.exit).toBe(0);
  for (const name of ["up.onnx", "up.onnx.json", "modelled.strat"]) rmSync(path(name));
}

beforeAll(async () => {
  await keepModelled();
  expect((await stratc("backtest", FILE, ...DATA, "--journal", path("backtest"))).exit).toBe(0);
  expect((await stratc("run", FILE, "--paper", ...DATA, "--journal", path("live"))).exit).toBe(0);
});

/** A copy of a journal in which the text of one entry was changed. */
async function changed(name: string, entry: RegExp, from: string | RegExp, to: string): Promise<{ journal: string; sequence: number }> {
  const source = folderDisk(path(name));
  const reading = answered(await readJournal(source, "oldest"));
  const copy = path(`${name}-${to}`);
  mkdirSync(copy);
  const journal = answered(await createJournal(folderDisk(copy), reading.header, JOURNAL_BOUNDS));
  let sequence = 0;
  for await (const { sequence: at, entry: value } of journalEntries(source, reading, 0)) {
    const text = JSON.stringify(value);
    const isIt = sequence === 0 && entry.test(text);
    if (isIt) sequence = at;
    journal.append(JSON.parse(isIt ? text.replace(from, to) : text));
  }
  answered(await journal.close());
  return { journal: copy, sequence };
}

describe("a journal", () => {
  it.each([
    ["backtest", DATA],
    ["modelled", DATA],
    ["live", []],
  ])("of a %s run comes out the same", async (name, data) => {
    const { exit, output } = await stratc("replay", path(name), ...data, "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(output)).toEqual({ ok: true, entries: expect.any(Number) });
  });

  it("of a backtest with finer bars comes out the same on both", async () => {
    writeFileSync(path("finer.strat"), FINER);
    const both = ["--data", "data/demo-days.csv.gz", "--fills", "data/demo-minutes.csv.gz", "--no-cache"];
    expect((await stratc("backtest", path("finer.strat"), ...both, "--journal", path("finer"))).exit).toBe(0);
    expect((await stratc("replay", path("finer"), ...both)).exit).toBe(0);
    const { exit, output } = await stratc("replay", path("finer"), ...both.slice(0, 2), "--no-cache");
    expect([exit, output]).toEqual([1, expect.stringMatching(/^entry 1, fills: /)]);
  });

  it("of a live run comes out the same on the other backend", async () => {
    const { exit, output } = await stratc("replay", path("live"), "--backend", "interpreter");
    expect([exit, output]).toEqual([0, expect.stringMatching(/^5\d{3} entries, each the same again\n$/)]);
  });

  it.each([
    ["backtest", DATA, "quantity"],
    ["live", [], "record.record.quantity"],
  ])("of a %s run in which a fill was changed is caught there", async (name, data, field) => {
    const { journal, sequence } = await changed(name, /"event":"fill"/, '"quantity":"', '"quantity":"9');
    const { exit, output } = await stratc("replay", journal, ...data, "--json");
    expect(exit).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ ok: false, difference: { sequence, field } });
  });

  it("of a live run that was told other prices decides otherwise", async () => {
    const { journal } = await changed("live", /"kind":"instant".*"close":2\d{3}/, '"close":', '"close":1');
    const { exit, output } = await stratc("replay", journal);
    expect([exit, output]).toEqual([
      1,
      expect.stringMatching(/^entry \d+.*: the journal has .*, now it is .*; the \d+ entries before are the same\n$/),
    ]);
  });

  it.each([
    ["answers", /0\.\d+/g, "0.25", 'entry 3, event: the journal has "order"'],
    ["questions", '"asked":', '"asked":1', "entry 2, asked"],
    ["rows", '"answers":[', '"answers":[0.5,', "entry 2, answers"],
  ])("of a backtest whose model had other %s is caught", async (_, from, to, place) => {
    const { journal } = await changed("modelled", /"event":"model"/, from, to);
    const { exit, output } = await stratc("replay", journal, ...DATA);
    expect([exit, output]).toEqual([1, expect.stringContaining(place)]);
  });

  it("of a backtest on other data is caught at once", async () => {
    const { journal } = await changed("backtest", /"event":"begin"/, '"data":"', '"data":"0');
    const { exit, output } = await stratc("replay", journal, ...DATA);
    expect([exit, output]).toEqual([1, expect.stringMatching(/^entry 1, data: the journal has ".*", now it is "\w+"\n$/)]);
  });

  it("that is none is the wrong folder", async () => {
    const { exit, notes } = await stratc("replay", path("nothing"));
    expect([exit, notes]).toEqual([2, expect.stringContaining("There is no journal in")]);
  });
});
