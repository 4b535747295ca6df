/** Names that other languages have taught, and what stands for each here. Looked up where a name is unknown, in any case of its letters. */

const CROSSING = "a crossing is `cross_up(a, b)` or `cross_down(a, b)`";
const LIBRARY = "functions of the library stand without a prefix, `sma(close, 10)`, `abs(x)`";
const MARKET = "the market is there by itself, `close`, `open`, `high`, `low`, `volume`";
const MISSING = "nothing exists before it is ready, and what may be missing gets a default, `x ?? 0`";
const PARAMETER = "what a run may change is an item, `param length = 14 in 2..50 step 1`";
const OTHER_CLOCK = "another clock is declared and read by its name, `clock week = 1w of day`, `week.close`";
const TIME = "time is `session.elapsed`, `session.weekday`, `session.day_of_month`";
const NO_COUNT = "how many bars there are depends on where a run begins; `session.bar` counts inside a session";
const MEAN = "an average is `mean(x, 10)` or `sma(x, 10)`";
const CHOICE = "a choice is written `if c then a else b`";
const ORDERS = "orders are decided in rules, `rule NAME { when …  enter long { size 100shares } }`";
const ROUNDING = "prices and sizes of orders are rounded by the language";

const ADVICE: ReadonlyMap<string, string> = new Map([
  ...["ta", "math"].map((name) => [name, LIBRARY] as const),
  ...["pd", "pandas", "df", "data", "self", "bars", "candles", "price", "last", "syminfo"].map((name) => [name, MARKET] as const),
  ...["np", "numpy"].map(
    (name) => [name, "functions stand without a prefix, `abs(x)`, `mean(x, 10)`; a choice is `if c then a else b`"] as const,
  ),
  ...["nz", "na", "isnan", "fillna", "isna", "dropna"].map((name) => [name, MISSING] as const),
  ...["input", "inputs", "settings"].map((name) => [name, PARAMETER] as const),
  ...["request", "security", "resample", "aggregationperiod"].map((name) => [name, OTHER_CLOCK] as const),
  ...["crossover", "crossunder", "cross", "crosses", "crossesabove", "crossesbelow"].map((name) => [name, CROSSING] as const),
  ...["hour", "minute", "date", "time", "today", "now", "dayofweek", "weekday", "secondsfromtime"].map((name) => [name, TIME] as const),
  ...["bar_index", "barnumber", "len", "last_bar_index"].map((name) => [name, NO_COUNT] as const),
  ...["average", "avg", "simplemovingavg", "movingaverage", "ma"].map((name) => [name, MEAN] as const),
  ...["where", "iff", "ifs"].map((name) => [name, CHOICE] as const),
  ...["strategy", "order", "addorder", "broker"].map((name) => [name, ORDERS] as const),
  ...["round", "rounddown", "roundup", "floor", "ceil"].map((name) => [name, ROUNDING] as const),
  ["expaverage", "an exponential average is `ema(x, 10)`"],
  ["wildersaverage", "Wilder's average is `rma(x, 14)`"],
  ["hl2", "the middle of a bar is `(high + low) / 2`"],
  ["hlc3", "it is `typical_price()`"],
  ["ohlc4", "it is `(open + high + low + close) / 4`"],
  ["barssince", "it is `bars_since(c, 200)`, which looks back so far"],
  ["valuewhen", "it is `value_when(c, x, 200)`, which looks back so far"],
  ["iferror", "a default is written `a / b ?? 0`"],
  ["if", CHOICE],
  ["and", "it stands between conditions, `a and b`"],
  ["or", "it stands between conditions, `a or b`"],
  ["all", "all of the account is `100% * equity trim`"],
  ["position_size", "what is held is `position`"],
  ["buy_and_hold", "a position is held by `hold 100% * equity trim`"],
]);

/** Methods of series, by what stands after the point. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ["shift", "the previous value of `x` is `x[1]`"],
  ["iloc", "the previous value of `x` is `x[1]`"],
  ["rolling", "a window is a function: `mean(x, 10)`, `highest(x, 10)`, `stdev(x, 10)`"],
  ["ewm", "an exponential average is `ema(x, 10)`"],
  ["mean", MEAN],
  ["pct_change", "the change of `x` is `x / x[1] - 1`"],
  ["diff", "the change of `x` is `x - x[1]`"],
  ["fillna", MISSING],
  ["abs", "it is a function: `abs(x)`"],
  ["max", "it is a function: `highest(x, 10)`"],
  ["min", "it is a function: `lowest(x, 10)`"],
  ["sum", "it is a function: `sum(x, 10)`"],
  ["std", "it is a function: `stdev(x, 10)`"],
]);

/** What to write instead of a name of another language; undefined where it is of none that is known. */
export function foreignName(name: string): string | undefined {
  return ADVICE.get(name.toLowerCase());
}

/** What to write instead of a method such as `close.shift(1)`. */
export function foreignMethod(name: string): string | undefined {
  return METHODS.get(name);
}
