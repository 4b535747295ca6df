/** What a fill costs (semantics 5.3), from the file's `fees` setting. */
import type { Fees } from "../graph/nodes.ts";
import { nyse } from "../market/calendars.ts";
import { alpacaSellFee } from "../market/fees.ts";
import type { Side } from "../market/order.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { type Instant, lots, type Quantity } from "../values/quantity.ts";
import { productUp, ratioOf, timesPowerOfTen } from "../values/ratio.ts";

/** The fee of `quantity` filled for `value` on the row that ends at `time`, rounded up to the money scale. */
export type FeeSchedule = (side: Side, quantity: Quantity, value: Money, time: Instant) => Money;

/** What an order has filled on one date, up to `time`. */
export interface FeeTally {
  readonly quantity: Quantity;
  readonly value: Money;
  readonly time: Instant;
}

/** What an order has filled on the New York date of its last fill, that fill included: fees are of that together. */
export function tallied(money: MoneyArithmetic, before: FeeTally | null, fill: FeeTally): FeeTally {
  if (before === null || nyse.dateOf(before.time - 1) !== nyse.dateOf(fill.time - 1)) return fill;
  return { quantity: lots(before.quantity + fill.quantity), value: money.add(before.value, fill.value), time: fill.time };
}

export function feeSchedule(fees: Fees, money: MoneyArithmetic): FeeSchedule {
  switch (fees.kind) {
    case "none":
      return () => money.zero;
    case "per_share": {
      const { moneyDecimals, quantityDecimals } = money.scale;
      const perLot = timesPowerOfTen(ratioOf(fees.amount), moneyDecimals - quantityDecimals);
      return (_, quantity) => money.fromUnits(productUp(quantity, perLot));
    }
    case "ratio": {
      const ratio = ratioOf(fees.ratio);
      return (_, __, value) => money.productUp(value, ratio);
    }
    case "table": {
      const sellFee = alpacaSellFee(money);
      return (side, quantity, value, time) => (side === "sell" ? sellFee(nyse.dateOf(time - 1), quantity, value) : money.zero);
    }
  }
}
