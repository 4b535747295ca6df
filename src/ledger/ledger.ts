/**
 * The ledger: what fills do to cash, position, cost and result, and what borrowing costs (corporate actions: actions.ts). One account with one cash; of each symbol a position, its
 * lots, first in, first out, and its trips (semantics 7). Everything is booked as postings to six accounts that sum to zero.
 */
import { type Fill, signed } from "../market/order.ts";
import { removeAt } from "../values/list.ts";
import type { AccountMoney, Money, MoneyArithmetic } from "../values/money.ts";
import { lots, type Quantity } from "../values/quantity.ts";

/** A part of the position bought (or, below 0, sold short) by one fill. */
export interface Lot {
  quantity: Quantity;
  /** Of all of it, with the sign of the quantity: what splits leave has no price of whole ticks. */
  cost: Money;
}

/** One trip of a symbol from flat to flat; `profit` is net of its fees and of what borrowing it cost. */
export interface Trip {
  readonly symbol: number;
  readonly side: "long" | "short";
  readonly openRow: number;
  readonly closeRow: number;
  readonly profit: Money;
}

/** What one booking adds to each account. They sum to zero: cash paid became stock at cost, fees, interest, or a loss. */
export interface Postings {
  readonly cash: Money;
  /** Positions at cost; below 0 while short. */
  readonly stock: Money;
  readonly fees: Money;
  /** What borrowing has cost. */
  readonly interest: Money;
  /** What dividends have brought, below 0 (a credit). */
  readonly dividends: Money;
  /** Realised result before fees, a profit below 0 (a credit). */
  readonly result: Money;
}

/** What the account holds of one symbol. */
export interface Position {
  readonly symbol: number;
  readonly money: MoneyArithmetic;
  /** Signed. */
  quantity: Quantity;
  /** At cost; below 0 while short. */
  stock: Money;
  lots: Lot[];
  /** The row of the fill that began it; undefined while flat. */
  openRow: number | undefined;
  /** Cash that the open trip has brought so far, fees included. */
  tripCash: Money;
}

export interface Ledger {
  readonly money: AccountMoney;
  /** By symbol. */
  readonly positions: readonly Position[];
  cash: Money;
  fees: Money;
  interest: Money;
  /** What dividends have brought. */
  dividends: Money;
  result: Money;
  /** In the order of their ends. */
  readonly trips: Trip[];
}

/** The ledger of an account that holds nothing but cash. `symbols` is the arithmetic of each symbol, all over the same money. */
export function openLedger(symbols: readonly [MoneyArithmetic, ...MoneyArithmetic[]], cash: Money): Ledger {
  const [money] = symbols;
  const { zero } = money;
  const positions = symbols.map(
    (own, symbol): Position => ({ symbol, money: own, quantity: lots(0), stock: zero, lots: [], openRow: undefined, tripCash: zero }),
  );
  return { money, positions, cash, fees: zero, interest: zero, dividends: zero, result: zero, trips: [] };
}

/** The position in a symbol. */
export function positionIn({ positions }: Ledger, symbol: number): Position {
  const position = positions[symbol];
  if (position === undefined) throw new Error(`symbol ${symbol} is not traded`);
  return position;
}

/** Books a fill. */
export function post(ledger: Ledger, fill: Fill): Postings {
  const position = positionIn(ledger, fill.symbol);
  const { money, quantity: before } = position;
  const change = signed(fill.side, fill.quantity);
  const closing = before > 0 === change > 0 ? 0 : Math.min(Math.abs(before), fill.quantity);
  const value = money.value(change, fill.price);
  const released = releaseLots(position, closing);
  const opened = lots(fill.quantity - closing);
  const added = money.value(signed(fill.side, opened), fill.price);
  if (opened > 0) position.lots.push({ quantity: signed(fill.side, opened), cost: added });
  const stock = money.subtract(added, released);
  const postings: Postings = {
    cash: money.subtract(money.subtract(money.zero, value), fill.fee),
    stock,
    fees: fill.fee,
    interest: money.zero,
    dividends: money.zero,
    result: money.subtract(value, stock),
  };
  ledger.cash = money.add(ledger.cash, postings.cash);
  position.stock = money.add(position.stock, stock);
  ledger.fees = money.add(ledger.fees, fill.fee);
  ledger.result = money.add(ledger.result, postings.result);
  position.quantity = lots(before + change);
  bookTrip(ledger, position, fill, before, lots(closing), postings.cash);
  return postings;
}

/** Books what borrowing the shares of a short position has cost (semantics 11.12). */
export function postInterest(ledger: Ledger, symbol: number, amount: Money): Postings {
  const position = positionIn(ledger, symbol);
  const { money } = ledger;
  const cash = money.subtract(money.zero, amount);
  ledger.cash = money.add(ledger.cash, cash);
  ledger.interest = money.add(ledger.interest, amount);
  position.tripCash = money.add(position.tripCash, cash);
  return { cash, stock: money.zero, fees: money.zero, interest: amount, dividends: money.zero, result: money.zero };
}

/** Takes `quantity` from the oldest lots and gives their cost, signed as the position. */
function releaseLots({ money, lots: held }: Position, quantity: number): Money {
  let cost = money.zero;
  let left = quantity;
  while (left > 0) {
    const oldest = held[0];
    if (oldest === undefined) throw new Error("the lots do not hold the position");
    const size = Math.abs(oldest.quantity);
    const taken = Math.min(left, size);
    const part = taken === size ? oldest.cost : money.shareUp(oldest.cost, lots(taken), lots(size));
    cost = money.add(cost, part);
    oldest.cost = money.subtract(oldest.cost, part);
    oldest.quantity = lots(oldest.quantity > 0 ? size - taken : taken - size);
    if (oldest.quantity === 0) removeAt(held, 0);
    left -= taken;
  }
  return cost;
}

/** Carries the trip on. An order across zero ends one and begins the next; its fee is split by quantity, the ending part rounded up. */
function bookTrip({ trips }: Ledger, position: Position, fill: Fill, before: Quantity, closing: Quantity, cash: Money): void {
  const { money, symbol, openRow } = position;
  const crosses = closing > 0 && closing < fill.quantity;
  const endingCash = crosses ? cashOf(money, fill, closing, money.shareUp(fill.fee, closing, fill.quantity)) : cash;
  position.tripCash = money.add(position.tripCash, endingCash);
  if (closing > 0 && closing === Math.abs(before)) {
    if (openRow === undefined) throw new Error("a position without a beginning");
    trips.push({ symbol, side: before > 0 ? "long" : "short", openRow, closeRow: fill.row, profit: position.tripCash });
    position.tripCash = crosses ? money.subtract(cash, endingCash) : money.zero;
    position.openRow = undefined;
  }
  if (position.quantity !== 0 && position.openRow === undefined) position.openRow = fill.row;
}

function cashOf(money: MoneyArithmetic, fill: Fill, quantity: Quantity, fee: Money): Money {
  return money.subtract(money.subtract(money.zero, money.value(signed(fill.side, quantity), fill.price)), fee);
}

/** The position's cost per share in currency, fees left out; NaN while flat (semantics 3.10). */
export function averagePrice({ quantity, stock, money }: Position): number {
  return quantity === 0 ? Number.NaN : money.perShare(stock, quantity);
}
