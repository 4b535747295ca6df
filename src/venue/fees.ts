/** What a fill costs (semantics 5.3), from the file's `fees` setting. */
import type { Fees } from "../graph/nodes.ts";
import { nyse } from "../market/calendars.ts";
import { alpacaSellFee } from "../market/fees.ts";
import type { Side } from "../market/order.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import type { Instant, Price, Quantity } from "../values/quantity.ts";
import { productUp, ratioOf, timesPowerOfTen } from "../values/ratio.ts";

/** The fee of a fill on the row that ends at `time`, rounded up to the money scale. */
export type FeeSchedule = (side: Side, quantity: Quantity, price: Price, time: Instant) => Money;

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
      return (_, quantity, price) => money.productUp(money.value(quantity, price), ratio);
    }
    case "table": {
      const sellFee = alpacaSellFee(money);
      return (side, quantity, price, time) =>
        side === "sell" ? sellFee(nyse.dateOf(time - 1), quantity, money.value(quantity, price)) : money.zero;
    }
  }
}
