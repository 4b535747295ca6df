/**
 * Exact money: integers of 10^-s of the currency (semantics 6.4, 6.5), behind one interface with two implementations (money-arithmetic.ts).
 */
import type { MoneyScale, Price, Quantity, Scale } from "./quantity.ts";
import type { Ratio } from "./ratio.ts";

declare const amount: unique symbol;

/** An exact amount. Opaque: only the `MoneyArithmetic` that made it knows what it is. */
export type Money = (number | bigint) & { readonly [amount]: "money" };

/** What is done with amounts of one account. Every function gives the exact result, or throws `MoneyOutOfRange` where the form cannot hold it. */
export interface AccountMoney {
  readonly scale: MoneyScale;
  readonly zero: Money;
  add(a: Money, b: Money): Money;
  subtract(a: Money, b: Money): Money;
  /** Negative where a < b, 0 where equal, positive where a > b. */
  compare(a: Money, b: Money): number;
  /** amount × ratio, toward minus infinity. */
  productDown(amount: Money, ratio: Ratio): Money;
  /** amount × ratio, toward infinity. */
  productUp(amount: Money, ratio: Ratio): Money;
  /** amount × part ÷ whole toward infinity; whole above 0. */
  shareUp(amount: Money, part: Quantity, whole: Quantity): Money;
  /** So many 10^-s of the currency, an integer. */
  fromUnits(units: number): Money;
  /** Exact text; null where it is no decimal number or has more decimals than the scale. */
  parse(text: string): Money | null;
  /** With s decimals: "-0.05". */
  format(a: Money): string;
  /** In currency, rounded once to float64. */
  toNumber(a: Money): number;
}

/** The same with what follows from the prices and quantities of one symbol. Symbols of one account share their money. */
export interface MoneyArithmetic extends AccountMoney {
  readonly scale: Scale;
  /** quantity × price. */
  value(quantity: Quantity, price: Price): Money;
  /** The whole lots at `price` (above 0) whose value is at most `amount`: floor(amount ÷ price), negative for a negative amount. */
  lotsWithin(amount: Money, price: Price): Quantity;
  /** cost ÷ quantity in currency per share, rounded once to float64; quantity not 0. */
  perShare(cost: Money, quantity: Quantity): number;
}

/** An amount that the chosen form cannot hold exactly: the account is larger than any the scale was made for. */
export class MoneyOutOfRange extends Error {
  constructor(scale: MoneyScale) {
    super(`an amount beyond ${Number.MAX_SAFE_INTEGER} × 10^-${scale.moneyDecimals}`);
  }
}
