/** Every strategy that ships, on real data: the S&P 500 by days, minutes of a stock, days of funds and stocks in the place of the made-up ones. */
import { globSync } from "node:fs";
import { basename, resolve } from "node:path";
import { expect, it } from "vitest";
import { describeWithSharedData } from "../support/shared-data.ts";
import { judgePortfolio, type Portfolio } from "./portfolios.ts";

type Exercises = Portfolio["exercises"];

/** By the strategy's name. */
const OF_THE_INDEX: Readonly<Record<string, Exercises>> = {
  always_in: ["hold", "borrow"],
  donchian_bracket: ["entry", "stop", "target", "expire"],
  mean_reversion: ["entry", "stop", "exit"],
  sma_cross: ["entry", "exit", "flatten", "halt"],
  turn_of_month: ["entry", "exit", "flatten", "halt"],
  turtle: ["entry", "add", "stop", "exit", "rejected"],
  volatility_target: ["hold"],
};
const OF_MINUTES: Readonly<Record<string, Exercises>> = {
  grid: ["entry", "target", "flatten", "expire"],
  opening_range: ["entry", "target", "flatten", "expire"],
  pullback_scale_out: ["entry", "stop", "target", "expire"],
  three_clocks: ["entry", "stop", "target", "exit"],
  vwap_pullback: ["entry", "stop", "exit"],
};
const OF_SEVERAL: Readonly<Record<string, { readonly symbols: readonly string[]; readonly exercises: Exercises }>> = {
  pair_spread: { symbols: ["ALFA", "BRAVO"], exercises: ["hold", "borrow", "rejected"] },
  rank_rotation: { symbols: ["ALFA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT"], exercises: ["hold", "halt", "rejected", "expire"] },
};
/** What the judge does not run, and why. */
const NOT_JUDGED: Readonly<Record<string, string>> = {
  book_maker: "the judge keeps no book (semantics 12.8)",
  trend_model: "the judge runs no model (semantics 15)",
};

function judge(name: string, portfolio: Omit<Portfolio, "strategy">): void {
  judgePortfolio({ strategy: `shipped/${name}`, ...portfolio }, resolve("strategies", `${name}.strat`));
}

it("knows every strategy that ships", () => {
  const known = [OF_THE_INDEX, OF_MINUTES, OF_SEVERAL, NOT_JUDGED].flatMap((group) => Object.keys(group));
  expect(known.toSorted()).toEqual(
    globSync(resolve("strategies/*.strat"))
      .map((path) => basename(path, ".strat"))
      .toSorted(),
  );
});

for (const [name, exercises] of Object.entries(OF_THE_INDEX)) judge(name, { symbols: ["SPX"], exercises });

describeWithSharedData("the judge on strategies that ship", ["eqker/MSFT_1min.csv.gz", "lean/equity/usa/daily/spy.zip"], () => {
  for (const [name, exercises] of Object.entries(OF_MINUTES)) judge(name, { symbols: ["DEMO"], minutes: true, exercises });
  for (const [name, several] of Object.entries(OF_SEVERAL)) judge(name, several);
});
