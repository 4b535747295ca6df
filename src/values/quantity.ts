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

/** The decimals of a run: d of prices, q of quantities, and s = max(2, d + q) of money (semantics 6.4). */
export interface Scale {
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  readonly moneyDecimals: number;
  /** 10^d, 10^q and 10^s: ticks, lots and units of money in one of the currency or share. */
  readonly ticksPerUnit: number;
  readonly lotsPerShare: number;
  readonly moneyPerUnit: number;
}

export function scaleOf(priceDecimals: number, quantityDecimals: number): Scale {
  const moneyDecimals = Math.max(2, priceDecimals + quantityDecimals);
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
