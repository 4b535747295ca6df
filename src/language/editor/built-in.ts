/** What the language itself gives names to, in a line each: for editors. */
import { SESSION_FIELDS } from "../../check/names/built-in.ts";
import { unitText } from "../../check/types/units.ts";
import type { Word } from "./words.ts";

interface BuiltIn {
  /** How it is written. */
  readonly form: string;
  readonly says: string;
}

const VALUES: Readonly<Record<string, BuiltIn>> = {
  open: { form: "open: usd/share", says: "The first price of the bar." },
  high: { form: "high: usd/share", says: "The highest price of the bar." },
  low: { form: "low: usd/share", says: "The lowest price of the bar." },
  close: { form: "close: usd/share", says: "The last price of the bar." },
  volume: { form: "volume: share", says: "The shares traded in the bar." },
  bid: { form: "bid: usd/share", says: "The best price that somebody pays." },
  ask: { form: "ask: usd/share", says: "The best price at which somebody sells." },
  bid_size: { form: "bid_size: share", says: "The shares wanted at the bid." },
  ask_size: { form: "ask_size: share", says: "The shares offered at the ask." },
  mid: { form: "mid: usd/share", says: "Half-way between bid and ask." },
  spread: { form: "spread: usd/share", says: "The ask less the bid." },
  tick_size: { form: "tick_size: usd/share", says: "The smallest step of a price." },
  cash: { form: "cash: usd", says: "The account's cash, as marked on this bar." },
  position: { form: "position: share", says: "What is held of the symbol; below 0 short." },
  entry_price: { form: "entry_price: usd/share?", says: "The average price of what is held; none while nothing is." },
  bars_held: { form: "bars_held: bars?", says: "The bars since the entry's fill; none while nothing is held." },
  equity: { form: "equity: usd", says: "Cash and everything held, at the last closes." },
  drawdown: { form: "drawdown: ratio", says: "The fall from the highest equity, as a part of it." },
  day_loss: { form: "day_loss: usd", says: "What the session has lost so far." },
  fill: { form: "fill: usd/share", says: "The price of the entry's fill, in what protects and ends its trade." },
  peak: { form: "peak: usd/share", says: "The best price since the entry's fill, in `trail at`." },
  last_fill: { form: "last_fill: usd/share", says: "The price of the trade's latest entry, in `trail at` and `add`." },
  session: { form: "session.bar", says: "Where in the session a bar stands." },
  universe: { form: "universe.rank(x)", says: "All traded symbols together." },
  book: { form: "book.imbalance(5), book.depth(10bps)", says: "The order book, on a clock of it." },
};

const FUNCTIONS: Readonly<Record<string, BuiltIn>> = {
  sum: { form: "sum(x, n), sum(x, since: session), sum(i in 0..4: E)", says: "The sum of the last n values." },
  mean: { form: "mean(x, n)", says: "The mean of the last n values." },
  highest: { form: "highest(x, n)", says: "The highest of the last n values." },
  lowest: { form: "lowest(x, n)", says: "The lowest of the last n values." },
  count: { form: "count(C, n)", says: "On how many of the last n bars a condition held." },
  quantile: { form: "quantile(x, n, q)", says: "The q-quantile of the last n values." },
  variance: { form: "variance(x, n)", says: "The population variance of the last n values." },
  abs: { form: "abs(x)", says: "x without its sign." },
  min: { form: "min(a, b)", says: "The smaller one." },
  max: { form: "max(a, b)", says: "The larger one." },
  clamp: { form: "clamp(x, low, high)", says: "x, but no less than low and no more than high." },
  sqrt: { form: "sqrt(x)", says: "The square root; none of what is below 0." },
  exp: { form: "exp(x)", says: "e to the power x." },
  log: { form: "log(x)", says: "The natural logarithm; none of what is not above 0." },
  pow: { form: "pow(x, k)", says: "x to the power k." },
  square: { form: "square(x)", says: "x times x." },
  mod: { form: "mod(a, b)", says: "a less b times the whole part of a ÷ b, with b's sign; none where b is 0." },
  floor: { form: "floor(x)", says: "The largest whole number that is not above x." },
  prev: { form: "prev(y)", says: "What `rec y` was on the bar before." },
  at_entry: { form: "at_entry(x)", says: "What x was on the bar of the trade's first decision." },
  ahead: { form: "ahead(x, k)", says: "x k bars later: in a `label` alone, which nothing that trades can read." },
  adjusted: { form: "adjusted(close)", says: "The price adjusted for the dividends until now: for features, nothing trades at it." },
  first: { form: "first(x)", says: "The first value of x inside a tick of a slower clock." },
  last: { form: "last(x)", says: "The last value of x inside a tick of a slower clock." },
};

/** By name, values and functions. */
export const BUILT_IN_TEXTS: ReadonlyMap<string, BuiltIn> = new Map([...Object.entries(VALUES), ...Object.entries(FUNCTIONS)]);

/** In Markdown; null of what the language does not name. */
export function builtInText({ text, qualifier }: Word): string | null {
  const unit = qualifier === "session" ? SESSION_FIELDS.get(text) : undefined;
  if (unit !== undefined) return `\`session.${text}: ${unitText(unit)}\``;
  const known = BUILT_IN_TEXTS.get(text);
  return known === undefined ? null : `\`\`\`strat\n${known.form}\n\`\`\`\n\n${known.says}`;
}
