/**
 * The ledger: what fills do to cash, position, cost and result. Every fill is booked as postings to four accounts that sum to zero; lots are
 * first in, first out; a round trip runs from flat to flat (semantics 7). It changes only by `post`.
 */
import { type Fill, signed } from "../market/order.ts";
import { removeAt } from "../values/list.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { lots, type Price, type Quantity } from "../values/quantity.ts";

/** A part of the position bought (or, below 0, sold short) by one fill. */
interface Lot {
  quantity: Quantity;
  readonly price: Price;
}

/** One trip from flat to flat; `profit` is net of its fees. */
export interface Trip {
  readonly side: "long" | "short";
  readonly openRow: number;
  readonly closeRow: number;
  readonly profit: Money;
}

/** What one fill adds to each account. They sum to zero: cash paid became stock at cost, fees, or a loss. */
export interface Postings {
  readonly cash: Money;
  /** The position at cost; below 0 while short. */
  readonly stock: Money;
  readonly fees: Money;
  /** Realised result before fees, a profit below 0 (a credit). */
  readonly result: Money;
}

export interface Ledger {
  readonly money: MoneyArithmetic;
  cash: Money;
  stock: Money;
  fees: Money;
  result: Money;
  /** Signed. */
  position: Quantity;
  readonly lots: Lot[];
  /** The row of the fill that began the position; undefined while flat. */
  openRow: number | undefined;
  /** Cash that the open trip has brought so far, fees included. */
  tripCash: Money;
  readonly trips: Trip[];
}

export function openLedger(money: MoneyArithmetic, cash: Money): Ledger {
  const { zero } = money;
  return { money, cash, stock: zero, fees: zero, result: zero, position: lots(0), lots: [], openRow: undefined, tripCash: zero, trips: [] };
}

/** Books a fill. */
export function post(ledger: Ledger, fill: Fill): Postings {
  const { money } = ledger;
  const before = ledger.position;
  const change = signed(fill.side, fill.quantity);
  const closing = before > 0 === change > 0 ? 0 : Math.min(Math.abs(before), fill.quantity);
  const value = money.value(change, fill.price);
  const released = releaseLots(ledger, closing);
  const opened = lots(fill.quantity - closing);
  const added = money.value(signed(fill.side, opened), fill.price);
  if (opened > 0) ledger.lots.push({ quantity: signed(fill.side, opened), price: fill.price });
  const stock = money.subtract(added, released);
  const postings: Postings = {
    cash: money.subtract(money.subtract(money.zero, value), fill.fee),
    stock,
    fees: fill.fee,
    result: money.subtract(value, stock),
  };
  ledger.cash = money.add(ledger.cash, postings.cash);
  ledger.stock = money.add(ledger.stock, postings.stock);
  ledger.fees = money.add(ledger.fees, postings.fees);
  ledger.result = money.add(ledger.result, postings.result);
  ledger.position = lots(before + change);
  bookTrip(ledger, fill, before, lots(closing), postings.cash);
  return postings;
}

/** Takes `quantity` from the oldest lots and gives their cost, signed as the position. */
function releaseLots(ledger: Ledger, quantity: number): Money {
  const { money } = ledger;
  let cost = money.zero;
  let left = quantity;
  while (left > 0) {
    const oldest = ledger.lots[0];
    if (oldest === undefined) throw new Error("the lots do not hold the position");
    const taken = Math.min(left, Math.abs(oldest.quantity));
    const part = lots(oldest.quantity > 0 ? taken : -taken);
    cost = money.add(cost, money.value(part, oldest.price));
    oldest.quantity = lots(oldest.quantity - part);
    if (oldest.quantity === 0) removeAt(ledger.lots, 0);
    left -= taken;
  }
  return cost;
}

/** Carries the trip on. An order across zero ends one and begins the next; its fee is split by quantity, the ending part rounded up. */
function bookTrip(ledger: Ledger, fill: Fill, before: Quantity, closing: Quantity, cash: Money): void {
  const { money } = ledger;
  const crosses = closing > 0 && closing < fill.quantity;
  const endingCash = crosses ? cashOf(ledger, fill, closing, money.shareUp(fill.fee, closing, fill.quantity)) : cash;
  ledger.tripCash = money.add(ledger.tripCash, endingCash);
  if (closing > 0 && closing === Math.abs(before)) {
    const { openRow } = ledger;
    if (openRow === undefined) throw new Error("a position without a beginning");
    ledger.trips.push({ side: before > 0 ? "long" : "short", openRow, closeRow: fill.row, profit: ledger.tripCash });
    ledger.tripCash = crosses ? money.subtract(cash, endingCash) : money.zero;
    ledger.openRow = undefined;
  }
  if (ledger.position !== 0 && ledger.openRow === undefined) ledger.openRow = fill.row;
}

function cashOf(ledger: Ledger, fill: Fill, quantity: Quantity, fee: Money): Money {
  const { money } = ledger;
  return money.subtract(money.subtract(money.zero, money.value(signed(fill.side, quantity), fill.price)), fee);
}

/** Cash and the position marked at `price`. */
export function equityAt(ledger: Ledger, price: Price): Money {
  return ledger.money.add(ledger.cash, ledger.money.value(ledger.position, price));
}

/** The position's cost per share in currency, fees left out; NaN while flat (semantics 3.10). */
export function averagePrice(ledger: Ledger): number {
  return ledger.position === 0 ? Number.NaN : ledger.money.perShare(ledger.stock, ledger.position);
}
