/** The border between features, which are float64, and orders, which are integers (semantics 6.2 to 6.4). */
import { lots, type MoneyScale, type Price, type Quantity, type Scale, ticks } from "./quantity.ts";

/** 2^-48: sixteen units in the last place of a double, relative to it. */
const SIXTEEN_ULPS = 1 / 281_474_976_710_656;

/**
 * The integer that a scaled value stands for: one within 10^-6, or within sixteen units in the last place where those are more.
 * Null where there is none.
 */
function integerNear(scaled: number): number | null {
  const nearest = Math.floor(scaled + 0.5);
  return Math.abs(scaled - nearest) <= Math.max(1e-6, Math.abs(scaled) * SIXTEEN_ULPS) ? nearest : null;
}

/** A price in currency as ticks, rounded one way where it lies between two. */
export function orderPrice(value: number, { ticksPerUnit }: Scale, way: "up" | "down"): Price {
  const scaled = value * ticksPerUnit;
  return ticks(integerNear(scaled) ?? (way === "up" ? Math.ceil(scaled) : Math.floor(scaled)));
}

/** A number of shares as lots, rounded toward zero. */
export function quantityOf(shares: number, { lotsPerShare }: Scale): Quantity {
  const scaled = shares * lotsPerShare;
  return lots((integerNear(scaled) ?? Math.trunc(scaled)) + 0);
}

/** An amount of currency as units of money, to the nearest, halves up. */
export function moneyUnits(value: number, { moneyPerUnit }: MoneyScale): number {
  return Math.floor(value * moneyPerUnit + 0.5);
}
