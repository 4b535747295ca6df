/** The limits of a file (semantics 4.4, 4.5, 11.11): amounts of money, counts and rates. Amounts are whole units, so a limit may be rounded down before comparing. */
import type { Graph, Limit, Measure } from "../../graph/nodes.ts";
import type { AccountMoney, Money } from "../../values/money.ts";
import { type Ratio, ratioOf, timesPowerOfTen } from "../../values/ratio.ts";

/** What ratios are taken of. */
export interface LimitBasis {
  readonly cash: Money;
  readonly equity: Money;
  /** Highest equity marked so far. */
  readonly peak: Money;
}

/** The largest amount that a risk line admits. */
export type AmountLimit = (basis: LimitBasis) => Money;

/** At most `count` opening orders in any `per` microseconds. */
export interface Rate {
  readonly count: number;
  readonly per: number;
}

/** The lines that reject, by measure; a line with `else` is a monitor and not among them. */
export interface Limits {
  readonly order_value: readonly AmountLimit[];
  readonly position_value: readonly AmountLimit[];
  readonly gross_exposure: readonly AmountLimit[];
  readonly net_exposure: readonly AmountLimit[];
  readonly day_loss: readonly AmountLimit[];
  readonly drawdown: readonly AmountLimit[];
  /** Infinite without a line. */
  readonly open_positions: number;
  /** Of one symbol; 1 without a line (3.3). */
  readonly open_trades: number;
  readonly order_rate: readonly Rate[];
  /** Microseconds; infinite without a line. */
  readonly feed_age: number;
}

export function limitsOf(graph: Graph, money: AccountMoney): Limits {
  const lines = (measure: Measure): readonly Limit[] =>
    graph.risk.filter((line) => line.measure === measure && line.monitor === null).map(({ limit }) => limit);
  const amounts = (measure: Measure): readonly AmountLimit[] => lines(measure).map((limit) => amountLimit(money, limit));
  const count = (measure: Measure, otherwise: number): number => {
    const counts = lines(measure).map(countOf);
    return counts.length === 0 ? otherwise : Math.min(...counts);
  };
  return {
    order_value: amounts("order_value"),
    position_value: amounts("position_value"),
    gross_exposure: amounts("gross_exposure"),
    net_exposure: amounts("net_exposure"),
    day_loss: amounts("day_loss"),
    drawdown: lines("drawdown").map((limit) => peakShare(money, limit)),
    open_positions: count("open_positions", Number.POSITIVE_INFINITY),
    open_trades: count("open_trades", 1),
    order_rate: lines("order_rate").map(rateOf),
    feed_age: count("feed_age", Number.POSITIVE_INFINITY),
  };
}

/** The amount that a limit admits, rounded down to the money scale. */
export function amountLimit(money: AccountMoney, limit: Limit): AmountLimit {
  if (limit.kind === "constant") {
    const amount = wholeUnits(money, ratioOf(limit.value));
    return () => amount;
  }
  if (limit.kind === "rate") throw new Error("a rate limits no amount");
  const ratio = ratioOf(limit.ratio);
  switch (limit.of) {
    case "equity":
      return ({ equity }) => money.productDown(equity, ratio);
    case "cash":
      return ({ cash }) => money.productDown(cash, ratio);
  }
}

/** A drawdown of at most r is a fall of at most r × peak below the peak. */
function peakShare(money: AccountMoney, limit: Limit): AmountLimit {
  if (limit.kind !== "constant") throw new Error("a drawdown is limited by a constant ratio");
  const ratio = ratioOf(limit.value);
  return ({ peak }) => money.productDown(peak, ratio);
}

function countOf(limit: Limit): number {
  if (limit.kind !== "constant") throw new Error("a count is limited by a constant");
  return Number(limit.value);
}

function rateOf(limit: Limit): Rate {
  if (limit.kind !== "rate") throw new Error("a rate is limited by a rate");
  return limit;
}

/** An amount of currency in units of the money scale, rounded down. */
function wholeUnits(money: AccountMoney, amount: Ratio): Money {
  return money.productDown(money.fromUnits(1), timesPowerOfTen(amount, money.scale.moneyDecimals));
}

/** The smallest of the limits, or null where there is none. */
export function tightest(money: AccountMoney, limits: readonly AmountLimit[], basis: LimitBasis): Money | null {
  let least: Money | null = null;
  for (const limit of limits) {
    const amount = limit(basis);
    if (least === null || money.compare(amount, least) < 0) least = amount;
  }
  return least;
}
