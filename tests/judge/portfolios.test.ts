/** Strategies of several symbols and clocks on real data, written for the judge. */
import { join } from "node:path";
import { describeWithSharedData } from "../support/shared-data.ts";
import { judgePortfolio, type Portfolio } from "./portfolios.ts";

const CASES: readonly Portfolio[] = [
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
  for (const portfolio of CASES) judgePortfolio(portfolio, join(import.meta.dirname, "strategies", `${portfolio.strategy}.strat`));
});
