/** The simplest strategy over the same rows, to compare with (semantics 7, 11.13). */
import type { Graph } from "../graph/nodes.ts";
import { carriedOver, cashInLieu, dividendOn } from "../ledger/actions.ts";
import { newShares } from "../market/actions.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { type Instant, instant, lots, type Price, type Quantity, ticks } from "../values/quantity.ts";
import { onePlus, productUp, ratio, ratioOf } from "../values/ratio.ts";
import { feeSchedule } from "../venue/fees.ts";
import type { Desk, PassedAction } from "./desks.ts";
import { firstAfter } from "./lanes/instants.ts";

/** Where a symbol is bought. */
export interface Purchase {
  readonly open: Price;
  readonly time: Instant;
}

/** A symbol that may be held from its purchase, if there is one, until its last close. */
export interface Holding {
  readonly money: MoneyArithmetic;
  readonly purchase: Purchase | null;
  /** What has happened to its shares. */
  readonly actions: readonly PassedAction[];
  readonly close: Price;
}

/** The open of the row after a symbol's start; null where it is not in this stretch. */
export function purchaseIn({ first, start }: Desk): Purchase | null {
  const { bars } = first.rows;
  const row = firstAfter(bars.time, start, 0, bars.rows);
  const [open, time] = [bars.columns.open[row], bars.time[row]];
  return row >= bars.rows || open === undefined || time === undefined ? null : { open: ticks(open), time: instant(time) };
}

/**
 * The return, as a fraction, of buying whole lots of each symbol for an equal part of `cash` at its purchase's open, slippage and fee included, until its
 * last close; null where nothing could be bought at all.
 */
export function buyAndHold(graph: Graph, cash: Money, holdings: readonly Holding[]): number | null {
  const [money] = holdings.map((holding) => holding.money);
  if (money === undefined || holdings.every(({ purchase }) => purchase === null)) return null;
  const part = money.productDown(cash, ratio(1n, BigInt(holdings.length)));
  const end = holdings.reduce((sum, holding) => money.add(sum, profitOf(graph, part, holding)), cash);
  return money.toNumber(end) / money.toNumber(cash) - 1;
}

/** What a symbol has brought at its last close. */
function profitOf(graph: Graph, part: Money, { money, purchase, actions, close }: Holding): Money {
  if (purchase === null) return money.zero;
  const { open, time } = purchase;
  const price = ticks(productUp(open, onePlus(ratioOf(graph.simulate.slippage))));
  const fee = feeSchedule(graph.simulate.fees, money);
  const cost = (quantity: Quantity): Money => {
    const value = money.value(quantity, price);
    return money.add(value, fee("buy", quantity, value, time));
  };
  const count = price > 0 ? largest(money.lotsWithin(part, price), (most) => money.compare(cost(lots(most)), part) <= 0) : 0;
  const { quantity, received } = throughActions(
    money,
    lots(count),
    actions.filter((each) => each.time > time),
  );
  return money.subtract(money.add(received, money.value(quantity, close)), cost(lots(count)));
}

/** What whole lots have become, and the cash that they have brought (semantics 13.8). */
function throughActions(money: MoneyArithmetic, bought: Quantity, actions: readonly PassedAction[]) {
  let [quantity, received] = [bought, money.zero];
  for (const { action, close } of actions) {
    if (quantity === 0) break;
    if (action.kind === "dividend") received = money.add(received, dividendOn(money, quantity, action.amount));
    else {
      received = money.add(received, cashInLieu(money, quantity, newShares(action), close));
      quantity = carriedOver(quantity, newShares(action));
    }
  }
  return { quantity, received };
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
