/** What corporate actions do to an account (semantics 13.4, 13.7): a position in new shares, cash for what is no whole lot, dividends. */
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { lots, type Price, type Quantity, ticks } from "../values/quantity.ts";
import { productDown, type Ratio, ratio, ratioOf } from "../values/ratio.ts";
import { type Ledger, type Lot, type Position, type Postings, positionIn } from "./ledger.ts";

/** What a quantity of old shares comes to where each becomes `shares` new ones: toward zero to the lot. */
export function carriedOver(quantity: number, shares: Ratio): Quantity {
  return lots(quantity < 0 ? -productDown(-quantity, shares) : productDown(quantity, shares));
}

/** The share of a quantity that is no whole lot of the new shares: 0 where all is carried over. */
export function fractionOf(quantity: Quantity, shares: Ratio): Ratio {
  const exact = BigInt(Math.abs(quantity)) * shares.numerator;
  const kept = BigInt(Math.abs(carriedOver(quantity, shares))) * shares.denominator;
  return ratio(exact - kept, exact);
}

/** What the part of a quantity, not 0, that is not carried over is worth at the last close in old shares. Of a short position it is paid. */
export function cashInLieu(money: MoneyArithmetic, quantity: Quantity, shares: Ratio, close: Price): Money {
  return money.productDown(money.value(quantity, close), fractionOf(quantity, shares));
}

/** What a dividend of so much for each share, exact text, brings to a quantity; a short position pays. */
export function dividendOn(money: MoneyArithmetic, quantity: Quantity, amount: string): Money {
  const { numerator, denominator } = ratioOf(amount);
  return money.productDown(money.value(quantity, ticks(1)), ratio(numerator * BigInt(money.scale.ticksPerUnit), denominator));
}

/** Puts a position that is not 0 into new shares. `close` is the last in old ones, `row` the first in new ones. */
export function postSplit(ledger: Ledger, symbol: number, shares: Ratio, close: Price, row: number): Postings {
  const position = positionIn(ledger, symbol);
  const { money, quantity: before } = position;
  const cash = cashInLieu(money, before, shares, close);
  const released = money.productDown(position.stock, fractionOf(before, shares));
  position.lots = lotsInNewShares(position, shares, released);
  position.quantity = carriedOver(before, shares);
  position.stock = money.subtract(position.stock, released);
  const result = money.subtract(released, cash);
  ledger.result = money.add(ledger.result, result);
  receive(ledger, position, cash);
  if (position.quantity === 0) endTrip(ledger, position, before, row);
  return { cash, stock: money.subtract(money.zero, released), fees: money.zero, interest: money.zero, dividends: money.zero, result };
}

/** Books a dividend. */
export function postDividend(ledger: Ledger, symbol: number, amount: string): Postings {
  const position = positionIn(ledger, symbol);
  const { money } = position;
  const { zero } = money;
  const cash = dividendOn(money, position.quantity, amount);
  ledger.dividends = money.add(ledger.dividends, cash);
  receive(ledger, position, cash);
  return { cash, stock: zero, fees: zero, interest: zero, dividends: money.subtract(zero, cash), result: zero };
}

function receive(ledger: Ledger, position: Position, cash: Money): void {
  const { money } = ledger;
  ledger.cash = money.add(ledger.cash, cash);
  position.tripCash = money.add(position.tripCash, cash);
}

function endTrip(ledger: Ledger, position: Position, before: Quantity, closeRow: number): void {
  const { symbol, openRow, tripCash: profit } = position;
  if (openRow === undefined) throw new Error("a position without a beginning");
  ledger.trips.push({ symbol, side: before > 0 ? "long" : "short", openRow, closeRow, profit });
  position.tripCash = ledger.money.zero;
  position.openRow = undefined;
}

/** Lots of whole new shares, first in, first out, that hold together what the position does, and its cost but `released`. */
function lotsInNewShares({ money, lots: held }: Position, shares: Ratio, released: Money): Lot[] {
  const kept: Lot[] = [];
  let [before, after] = [0, 0];
  let cost = money.zero;
  for (const lot of held) {
    before += lot.quantity;
    const quantity = lots(carriedOver(before, shares) - after);
    cost = money.add(cost, lot.cost);
    if (quantity === 0) continue;
    kept.push({ quantity, cost });
    after += quantity;
    cost = money.zero;
  }
  const last = kept.at(-1);
  if (last !== undefined) last.cost = money.subtract(money.add(last.cost, cost), released);
  return kept;
}
