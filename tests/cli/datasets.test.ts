/** A dataset for each symbol of a strategy: what the command line can say, and what it says wrongly. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { DataFlags } from "../../src/cli/data-flags.ts";
import { openAll } from "../../src/cli/datasets.ts";
import { CommandFailure } from "../../src/cli/failure.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import { DAY } from "../../src/market/calendars.ts";
import { graphBuilder } from "../support/graph-builder.ts";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-datasets-"));
const at = (name: string): string => join(folder, name);
const daily = (close: string): string =>
  `date,open,high,low,close,volume\n${["06", "07", "08"].map((day) => `2020-01-${day},${close},${close},${close},${close},10`).join("\n")}\n`;
const minutes = `time,open,high,low,close,volume\n${["09:31", "09:32", "09:33"].map((time) => `2020-01-06 ${time},10,11,9,10,5`).join("\n")}\n`;
const FLAGS: DataFlags = { zone: "detect", stamp: "detect", repair: false, store: at("store"), cache: false, cache_bytes_max: 0 };

function graphOf(...symbols: readonly string[]): Graph {
  return graphBuilder().graph({
    symbols: symbols.map((name) => ({ name, trades: true })),
    clocks: [{ name: "day", width: DAY, of: null, regularOnly: false, shortLast: false }],
  });
}

/** For each symbol, in the graph's order, its name and the decimals of its prices. */
async function opened(symbols: readonly string[], named: readonly string[], notes: string[] = []): Promise<readonly string[]> {
  const terminal = {
    write: () => {},
    note: (text: string) => void notes.push(text),
    colour: { output: false, notes: false },
    interactive: false,
  };
  const sources = await openAll(graphOf(...symbols), named, FLAGS, terminal);
  return sources.map(({ info }) => `${info.symbol} ${info.priceDecimals} ${info.rows}`);
}

async function refusal(symbols: readonly string[], named: readonly string[]): Promise<string> {
  try {
    await opened(symbols, named);
  } catch (error) {
    if (error instanceof CommandFailure) return [`${error.code}: ${error.message}`, ...error.help].join(" ").replaceAll(`${folder}/`, "");
    throw error;
  }
  throw new Error("nothing was refused");
}

beforeAll(async () => {
  const files = {
    "spy_daily.csv": daily("10.25"),
    "ko.csv": daily("10.5"),
    "x=1.csv": daily("10"),
    "minutes.csv": minutes,
    "brk.b.csv": daily("11"),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  await stratc("data", "import", at("ko.csv"), "--symbol", "KO", "--store", at("store"));
  await stratc("data", "import", at("spy_daily.csv"), "--symbol", "SPY", "--store", at("store"));
});

describe("several symbols", () => {
  const pair = ["SPY", "KO"];

  test.each([
    ["said", [`KO=${at("ko.csv")}`, `SPY=${at("spy_daily.csv")}`]],
    ["in the files' names", [at("ko.csv"), at("spy_daily.csv")]],
    ["of the store", ["KO", "SPY=SPY"]],
    ["from the store where nothing is named", []],
  ])("%s: datasets come in the order of the strategy", async (_, named) => {
    expect(await opened(pair, named)).toEqual(["SPY 2 3", "KO 1 3"]);
  });

  test("the longest symbol that a name begins with counts", async () => {
    expect(await opened(["BRK", "BRK.B"], [at("brk.b.csv"), `BRK=${at("ko.csv")}`])).toEqual(["BRK 1 3", "BRK.B 0 3"]);
  });

  test("one file with a column of symbols has all of them", async () => {
    expect(await opened(["BRAVO", "ALFA"], ["sample:days"])).toEqual(["BRAVO 2 756", "ALFA 2 756"]);
  });

  test("notes say whose they are", async () => {
    const notes: string[] = [];
    await opened(pair, [at("ko.csv"), at("spy_daily.csv")], notes);
    expect(new Set(notes.map((note) => note.slice(0, 10)))).toEqual(new Set(["note: SPY:", "note: KO: "]));
  });

  test.each([
    ["a missing one", [at("ko.csv")], /^usage: No data for SPY\. .*--data SPY=FILE/],
    ["two for one", [at("ko.csv"), `KO=${at("x=1.csv")}`], /^usage: Two datasets for KO: ko\.csv and x=1\.csv\./],
    [
      "one that is not in the strategy",
      [`SPX=${at("ko.csv")}`],
      /^usage: The strategy has no symbol SPX\. Did you mean `SPY`\? It has SPY, KO\./,
    ],
    [
      "a file that could be anyone's",
      [at("minutes.csv")],
      /^usage: minutes\.csv does not say which symbol it is of\. Say it: `--data SPY=minutes\.csv`/,
    ],
    ["different widths", [at("ko.csv"), `SPY=${at("minutes.csv")}`], /^width_mismatch: .*: SPY 1m, KO 1d\./],
  ])("%s is refused", async (_, named, words) => {
    expect(await refusal(pair, named)).toMatch(words);
  });
});

describe("one symbol", () => {
  test("has whatever is named, in parts or not", async () => {
    expect(await opened(["SPY"], [at("minutes.csv")])).toEqual(["SPY 0 3"]);
    expect(await opened(["SPY"], [`SPY=${at("x=1.csv")}`])).toEqual(["SPY 0 3"]);
    expect(await opened(["SPY"], [at("x=1.csv")])).toEqual(["SPY 0 3"]);
  });
});
