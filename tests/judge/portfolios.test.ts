/**
 * Strategies of several symbols and clocks on real data: `stratc backtest` as a user runs it, one dataset a symbol, against the judge. Every record
 * must be the same, in the same order.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeWithSharedData, sharedPath } from "../support/shared-data.ts";
import { backtested, recordsOf } from "./command-line.ts";
import { expectSame, type Feature, features } from "./compare.ts";

interface Case {
  readonly strategy: string;
  readonly symbols: readonly string[];
  readonly minutes?: boolean;
  /** What the run must contain for the comparison to mean something. */
  readonly exercises: readonly Feature[];
}

const CASES: readonly Case[] = [
  {
    strategy: "rotation_monthly",
    symbols: ["SPY", "AAPL", "IBM", "QQQ", "IWM", "EEM", "GOOG"],
    exercises: ["fill", "hold", "halt", "rejected", "expire"],
  },
  { strategy: "rotation_weekly", symbols: ["IWM", "EEM", "QQQ", "SPY"], exercises: ["fill", "hold", "rejected"] },
  { strategy: "turtles", symbols: ["SPY", "AAPL", "GOOG", "EEM"], exercises: ["entry", "add", "stop", "exit", "halt", "rejected"] },
  { strategy: "pair_legs", symbols: ["SPY", "IWM"], exercises: ["fill", "hold", "rejected", "borrow"] },
  { strategy: "weekly_saving", symbols: ["SPY", "EEM"], exercises: ["fill", "hold", "halt", "rejected"] },
  { strategy: "three_clocks", symbols: ["SPY"], minutes: true, exercises: ["entry", "stop", "target", "exit"] },
  { strategy: "gap_fade", symbols: ["SPY"], minutes: true, exercises: ["entry", "stop", "target", "flatten"] },
  {
    strategy: "many_brackets",
    symbols: ["AAPL", "MSFT", "SBUX", "MU", "JPM", "QQQ", "GLD"],
    minutes: true,
    exercises: ["entry", "add", "stop", "target", "exit", "flatten", "rejected", "expire"],
  },
];

const DATA = ["lean/equity/usa/daily/spy.zip", "pyalgotrade/nt-spy-minute-2011.csv.gz", "eqker/AAPL_1min.csv.gz"];

describeWithSharedData("the judge on several symbols and clocks", DATA, () => {
  for (const { strategy, symbols, minutes, exercises } of CASES) {
    it(`agrees with the engine on ${strategy}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "stratc-judge-"));
      try {
        execFileSync("python3", [join(import.meta.dirname, "portfolios.py"), strategy, folder, "--data-root", sharedPath("")]);
        const expected = recordsOf(join(folder, "records.jsonl"));
        for (const feature of exercises) expect(features(expected)).toContain(feature);
        const data = symbols.map((symbol) => `${symbol}=${join(folder, `${symbol}.csv`)}`);
        const times = minutes === true ? ["--zone", "utc", "--stamp", "end"] : [];
        expectSame(await backtested(join(import.meta.dirname, "strategies", `${strategy}.strat`), data, "100000usd", times), expected);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
