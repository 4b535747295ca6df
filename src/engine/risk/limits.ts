/** The limits of a file as amounts of money (semantics 4.4, 4.5). Amounts are whole units, so a limit may be rounded down before comparing. */
import type { Graph, Limit, Measure } from "../../graph/nodes.ts";
import type { Money, MoneyArithmetic } from "../../values/money.ts";
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

/** The lines that reject, by measure; a line with `else` is a monitor and not among them. */
export type AmountLimits = Readonly<Record<"order_value" | "position_value" | "day_loss" | "drawdown", readonly AmountLimit[]>>;

export function amountLimits(graph: Graph, money: MoneyArithmetic): AmountLimits {
  const of = (measure: Measure): readonly AmountLimit[] =>
    graph.risk
      .filter((line) => line.measure === measure && line.monitor === null)
      .map((line) => (measure === "drawdown" ? peakShare(money, line.limit) : amountLimit(money, line.limit)));
  return { order_value: of("order_value"), position_value: of("position_value"), day_loss: of("day_loss"), drawdown: of("drawdown") };
}

function amountLimit(money: MoneyArithmetic, limit: Limit): AmountLimit {
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
function peakShare(money: MoneyArithmetic, limit: Limit): AmountLimit {
  if (limit.kind !== "constant") throw new Error("a drawdown is limited by a constant ratio");
  const ratio = ratioOf(limit.value);
  return ({ peak }) => money.productDown(peak, ratio);
}

/** An amount of currency in units of the money scale, rounded down. */
function wholeUnits(money: MoneyArithmetic, amount: Ratio): Money {
  return money.productDown(money.fromUnits(1), timesPowerOfTen(amount, money.scale.moneyDecimals));
}

/** The smallest of the limits, or null where there is none. */
export function tightest(money: MoneyArithmetic, limits: readonly AmountLimit[], basis: LimitBasis): Money | null {
  let least: Money | null = null;
  for (const limit of limits) {
    const amount = limit(basis);
    if (least === null || money.compare(amount, least) < 0) least = amount;
  }
  return least;
}
