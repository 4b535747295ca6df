/** Random strategies of several symbols and clocks as text, for the worlds of `worlds.ts`: what matters is that rules act, not that they make sense. */
import fc from "fast-check";
import { type Chooser, chooser } from "../../support/random-pools.ts";

/** The traded symbols, and one that is only read. */
const TRADED = ["S0", "S1"];
const CONTEXT = "S2";

/** Things to ask of a symbol on its first clock. */
const BAR_CONDITIONS = [
  "close > close[1]",
  "close < close[1]",
  "cross_up(close, sma(close, 3))",
  "close >= highest(high, 4)[1] - 2usd / 1share",
  "session.bar == 2",
  "volume > 1000shares",
  "day.up",
  "(not hour.up) ?? false",
  "((S2.close > S2.close[1]) ?? true) and close > 99usd / 1share",
  "(universe.rank(close / close[1]) == 1) ?? false",
  "universe.count(close > close[1]) == 2",
];

const SLOW_CONDITIONS = ["close > close[1]", "close <= open", "(universe.rank(close) == 1) ?? false", "session.bar == 1", "true"];

/** Things to ask of the account, on any clock. */
const ACCOUNT_CONDITIONS = [
  "equity > 100_020usd",
  "cash < 60_000usd",
  "position == 0shares",
  "(bars_held >= 3bars) ?? true",
  "(close > entry_price) ?? true",
  "equity < 100_000usd",
];

const STOPS = ["", "stop at fill - 3usd / 1share", "stop at fill * 98%", "trail at peak - 4usd / 1share"];
const TARGETS = [
  "",
  "target at fill + 3usd / 1share",
  "target 50% at fill + 1usd / 1share then stop at fill\n    target at fill + 4usd / 1share",
];
const ADDS = ["", "", "add up to 2 when close < last_fill", "add up to 1 when equity > 99_990usd"];
const ORDERS = [
  "",
  "",
  "order limit at close tif gtc",
  "order stop at high tif 3bars",
  "order market tif cls",
  "order limit at close - 1usd / 1share tif day",
];
const BRAKES = ["", "", "at most 1 per session", "cooldown 2bars after exit"];
const PREFERENCES = ["", "prefer highest close", "prefer lowest (day.close ?? close)"];
const SIZES = ["size 20shares", "size 30% * equity", "size 10_000usd"];
const MONITORS = [
  "",
  "day_loss <= 0.1% * equity else flatten until next_session",
  "drawdown <= 0.2% else cancel until manual",
  "day_loss <= 0.05% * equity else no_entries until next_session",
];

/** A strategy; most of them compile. */
export const programArbitrary: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.nat(1 << 16), { minLength: 60, maxLength: 60 }), fc.boolean())
  .map(([picks, trades]) => program(chooser(picks), trades));

function program(pick: Chooser, trades: boolean): string {
  const rules = trades ? tradingRules(pick) : holdingRules(pick);
  return `strategy random
trade [${TRADED.join(", ")}]
context [${CONTEXT}]
clock bar = 30m in regular
clock hour = 1h of bar short_last
clock day = 1d of bar
risk {
  order_value <= 60% * equity
  day_loss <= 50% * equity
  gross_exposure <= 200% * equity
  open_trades per symbol <= ${pick.of(["1", "2"])}
  ${pick.of(MONITORS)}
}
${trades && pick.chance(3) ? "session { entries from 30m after open to 30m before close  flatten 30m before close }" : ""}
on hour { up = close > open }
on day { up = close > open }
${rules.join("\n")}
simulate { market: ${pick.of(["next_open", "next_open", "close"])}  slippage: 2bps  fees: 1bps  borrow: 3%  start after ${pick.of(["0bars", "3bars"])} }
`;
}

function clockOf(pick: Chooser): string {
  return pick.of(["", "", " on hour", " on day"]);
}

function condition(pick: Chooser, clock: string): string {
  const market = pick.of(clock === "" ? BAR_CONDITIONS : SLOW_CONDITIONS);
  return pick.chance(3) ? `${market} and ${pick.of(ACCOUNT_CONDITIONS)}` : market;
}

function tradingRules(pick: Chooser): readonly string[] {
  const names = ["a", "b"].slice(0, 1 + pick.below(2));
  const entries = names.map((name) => {
    const clock = clockOf(pick);
    const parts = [SIZES, ORDERS, STOPS, TARGETS, ADDS, clock === "" ? PREFERENCES : [""]]
      .map((all) => pick.of(all))
      .filter((part) => part !== "");
    return `rule ${name}${clock} {\n  when ${condition(pick, clock)}\n  ${pick.of(BRAKES)}\n  enter long {\n    ${parts.join("\n    ")}\n  }\n}`;
  });
  const exits = names.map((name) => {
    const clock = clockOf(pick);
    const order = pick.of(["", "", " { order limit at close tif 2bars }"]);
    return `rule x${name}${clock} {\n  when ${condition(pick, clock)}\n  exit ${name}${order}\n}`;
  });
  return [...entries, ...exits];
}

function holdingRules(pick: Chooser): readonly string[] {
  const holds = Array.from({ length: 1 + pick.below(2) }, (_, index) => {
    const clock = clockOf(pick);
    return `rule h${index}${clock} {\n  when ${condition(pick, clock)}\n  hold ${pick.of(["20shares", "10% * equity", "-15shares", "0shares", "(close - open) * 100shares * 1share / 1usd"])}\n}`;
  });
  const legs = pick.chance(2) ? [legsRule(pick)] : [];
  return [...holds, ...legs];
}

function legsRule(pick: Chooser): string {
  const clock = clockOf(pick);
  const when = pick.of([
    "S0.close > S1.close",
    "(S2.close > S2.close[1]) ?? true",
    "equity > 99_990usd",
    "cash > 50_000usd and S1.close < S0.close",
  ]);
  return `rule pair${clock} across universe {\n  when ${when}\n  hold { S0: ${pick.of(["30% * equity", "25shares"])}, S1: ${pick.of(["-20% * equity", "0"])} } legs within ${pick.of(["5s", "1h"])} else flatten\n}`;
}
