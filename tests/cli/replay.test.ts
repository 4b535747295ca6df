/** `stratc replay`: journals of backtests and of live runs come out the same, and one in which a decision was changed is caught at that entry. */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderDisk } from "../../src/adapters/files/disk.ts";
import { createJournal } from "../../src/journal/open.ts";
import { journalEntries, readJournal } from "../../src/journal/reading.ts";
import { JOURNAL_BOUNDS } from "../../src/journal/writer.ts";
import { answered } from "../support/answer.ts";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-replay-"));
const path = (name: string): string => join(folder, name);
const DATA = ["--data", "sample:sp500", "--no-cache"];
const FILE = "strategies/sma_cross.strat";

beforeAll(async () => {
  expect((await stratc("backtest", FILE, ...DATA, "--journal", path("backtest"))).exit).toBe(0);
  expect((await stratc("run", FILE, "--paper", ...DATA, "--journal", path("live"))).exit).toBe(0);
});

/** A copy of a journal in which the text of one entry was changed. */
async function changed(name: string, entry: RegExp, from: string, to: string): Promise<{ journal: string; sequence: number }> {
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
    ["live", []],
  ])("of a %s run comes out the same", async (name, data) => {
    const { exit, output } = await stratc("replay", path(name), ...data, "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(output)).toEqual({ ok: true, entries: expect.any(Number) });
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

  it("of a backtest on other data is caught at once", async () => {
    const { journal } = await changed("backtest", /"event":"begin"/, '"data":"', '"data":"0');
    const { exit, output } = await stratc("replay", journal, ...DATA);
    expect([exit, output]).toEqual([1, expect.stringMatching(/^entry 1, data: /)]);
  });

  it("that is none is the wrong folder", async () => {
    const { exit, notes } = await stratc("replay", path("nothing"));
    expect([exit, notes]).toEqual([2, expect.stringContaining("There is no journal in")]);
  });
});
