/** The border between features, which are float64, and orders, which are integers (semantics 6.2 to 6.4). */
import { lots, type Price, type Quantity, type Scale, ticks } from "./quantity.ts";

/** How near a scaled value must be to an integer, inclusive, to be taken for it. */
const TOLERANCE = 1e-6;

/** A stop's price in currency as ticks, rounded toward the market: the stop that sells up, the one that buys down. */
export function stopPrice(value: number, { ticksPerUnit }: Scale, side: "buy" | "sell"): Price {
  const scaled = value * ticksPerUnit;
  const nearest = Math.floor(scaled + 0.5);
  if (Math.abs(scaled - nearest) <= TOLERANCE) return ticks(nearest);
  return ticks(side === "sell" ? Math.ceil(scaled) : Math.floor(scaled));
}

/** A number of shares as lots, rounded toward zero. */
export function quantityOf(shares: number, { lotsPerShare }: Scale): Quantity {
  const scaled = shares * lotsPerShare;
  const nearest = Math.floor(scaled + 0.5);
  if (Math.abs(scaled - nearest) <= TOLERANCE) return lots(nearest);
  return lots(Math.trunc(scaled) + 0);
}

/** An amount of currency as units of money, to the nearest, halves up. */
export function moneyUnits(value: number, { moneyPerUnit }: Scale): number {
  return Math.floor(value * moneyPerUnit + 0.5);
}
