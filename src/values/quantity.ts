/**
 * The integers that orders are made of. A price is a count of ticks of the dataset's quantum 10^-d, a quantity a count of lots of 10^-q shares
 * (semantics 6.1, 6.3); both are safe integers, so they are numbers with a brand that keeps them apart.
 */
import { powerOfTen } from "./wide.ts";

declare const unit: unique symbol;

export type Price = number & { readonly [unit]: "ticks" };
export type Quantity = number & { readonly [unit]: "lots" };
/** UTC microseconds. */
export type Instant = number & { readonly [unit]: "microseconds" };

/** Money of a run: s decimals, 10^s units in one of the currency (semantics 6.4). */
export interface MoneyScale {
  readonly moneyDecimals: number;
  readonly moneyPerUnit: number;
}

/** The decimals of a symbol, d of its prices and q of its quantities, beside those of the account's money. */
export interface Scale extends MoneyScale {
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** 10^d and 10^q: ticks and lots in one of the currency or share. */
  readonly ticksPerUnit: number;
  readonly lotsPerShare: number;
}

/** The scale of an account with one symbol: s = max(2, d + q). */
export function scaleOf(priceDecimals: number, quantityDecimals: number): Scale {
  return scaleIn(Math.max(2, priceDecimals + quantityDecimals), priceDecimals, quantityDecimals);
}

/** The scales of symbols in one account, by the decimals of their prices: s is the largest that one of them needs. */
export function scalesOf(priceDecimals: readonly number[], quantityDecimals: number): readonly Scale[] {
  const moneyDecimals = Math.max(2, ...priceDecimals.map((decimals) => decimals + quantityDecimals));
  return priceDecimals.map((decimals) => scaleIn(moneyDecimals, decimals, quantityDecimals));
}

function scaleIn(moneyDecimals: number, priceDecimals: number, quantityDecimals: number): Scale {
  return {
    priceDecimals,
    quantityDecimals,
    moneyDecimals,
    ticksPerUnit: powerOfTen(priceDecimals),
    lotsPerShare: powerOfTen(quantityDecimals),
    moneyPerUnit: powerOfTen(moneyDecimals),
  };
}

export function ticks(count: number): Price {
  return count as Price;
}

export function lots(count: number): Quantity {
  return count as Quantity;
}

export function instant(microseconds: number): Instant {
  return microseconds as Instant;
}
