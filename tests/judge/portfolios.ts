/**
 * A strategy that portfolios.py has by hand, on real data: `stratc backtest` as a user runs it, one dataset a symbol, against the judge. Every record must be the same,
 * in the same order.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sharedPath } from "../support/shared-data.ts";
import { backtested, recordsOf } from "./command-line.ts";
import { expectSame, type Feature, features } from "./compare.ts";

export interface Portfolio {
  /** Its name in portfolios.py. */
  readonly strategy: string;
  readonly symbols: readonly string[];
  readonly minutes?: boolean;
  /** What the run must contain for the comparison to mean something. */
  readonly exercises: readonly Feature[];
}

/** Declares the test that engine and judge agree on `file`. */
export function judgePortfolio({ strategy, symbols, minutes, exercises }: Portfolio, file: string): void {
  it(`agrees with the engine on ${strategy}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "stratc-judge-"));
    try {
      execFileSync("python3", [join(import.meta.dirname, "portfolios.py"), strategy, folder, "--data-root", sharedPath("")]);
      const expected = recordsOf(join(folder, "records.jsonl"));
      for (const feature of exercises) expect(features(expected)).toContain(feature);
      const data = symbols.map((symbol) => `${symbol}=${join(folder, `${symbol}.csv`)}`);
      const times = minutes === true ? ["--zone", "utc", "--stamp", "end"] : [];
      expectSame(await backtested(file, data, "100000usd", times), expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
