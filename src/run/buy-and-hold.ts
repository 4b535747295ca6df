/** The simplest strategy over the same rows, to compare with (semantics 7). */
import type { Graph } from "../graph/nodes.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { type Instant, lots, type Price, type Quantity, ticks } from "../values/quantity.ts";
import { onePlus, productUp, ratioOf } from "../values/ratio.ts";
import { feeSchedule } from "../venue/fees.ts";

export interface Purchase {
  readonly open: Price;
  readonly time: Instant;
}

/** The return, as a fraction, of buying whole lots for all of `cash` at the purchase's open, slippage and fee included, until `close`. */
export function buyAndHold(graph: Graph, money: MoneyArithmetic, cash: Money, { open, time }: Purchase, close: Price): number {
  const price = ticks(productUp(open, onePlus(ratioOf(graph.simulate.slippage))));
  const fee = feeSchedule(graph.simulate.fees, money);
  const cost = (quantity: Quantity): Money => money.add(money.value(quantity, price), fee("buy", quantity, price, time));
  const quantity = price > 0 ? largest(money.lotsWithin(cash, price), (count) => money.compare(cost(lots(count)), cash) <= 0) : 0;
  const kept = money.subtract(cash, cost(lots(quantity)));
  const end = money.add(kept, money.value(lots(quantity), close));
  return money.toNumber(end) / money.toNumber(cash) - 1;
}

/** The largest integer from 0 to `most` that fits; a smaller one than one that fits does too, and 0 always. */
function largest(most: number, fits: (count: number) => boolean): number {
  if (fits(most)) return most;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
