/** How much an order is for (semantics 3.7, 3.8): shares, a value at the reference price, or what the stop may lose. Always toward zero. */
import type { Size } from "../graph/nodes.ts";
import { moneyUnits, quantityOf } from "../values/border.ts";
import type { MoneyArithmetic } from "../values/money.ts";
import { lots, type Price, type Quantity, ticks } from "../values/quantity.ts";

/** The quantity that `amount` of a size stands for, with its sign; 0 where the stop is not on the losing side, or a price is not above 0. */
export function sizedQuantity(
  money: MoneyArithmetic,
  kind: Size["kind"],
  amount: number,
  side: "buy" | "sell",
  reference: Price,
  stop: Price | null,
): Quantity {
  switch (kind) {
    case "shares":
      return quantityOf(amount, money.scale);
    case "value":
      return valueAt(money, amount, reference);
    case "risk": {
      if (stop === null) throw new Error("a size by risk without a stop");
      return valueAt(money, amount, ticks(side === "buy" ? reference - stop : stop - reference));
    }
  }
}

function valueAt(money: MoneyArithmetic, amount: number, price: Price): Quantity {
  if (price <= 0) return lots(0);
  const units = moneyUnits(amount, money.scale);
  const size = money.lotsWithin(money.fromUnits(Math.abs(units)), price);
  return units < 0 ? lots(-size) : size;
}
