/** The border between features, which are float64, and orders, which are integers (semantics 6.2 to 6.4). */
import { lots, type Price, type Quantity, ticks } from "./quantity.ts";

/** How near a scaled value must be to an integer, inclusive, to be taken for it. */
const TOLERANCE = 1e-6;

/** A stop's price in currency as ticks of 10^-`decimals`, rounded toward the market: the stop that sells up, the one that buys down. */
export function stopPrice(value: number, decimals: number, side: "buy" | "sell"): Price {
  const scaled = value * 10 ** decimals;
  const nearest = Math.floor(scaled + 0.5);
  if (Math.abs(scaled - nearest) <= TOLERANCE) return ticks(nearest);
  return ticks(side === "sell" ? Math.ceil(scaled) : Math.floor(scaled));
}

/** A number of shares as lots of 10^-`decimals`, rounded toward zero. */
export function quantityOf(shares: number, decimals: number): Quantity {
  const scaled = shares * 10 ** decimals;
  const nearest = Math.floor(scaled + 0.5);
  if (Math.abs(scaled - nearest) <= TOLERANCE) return lots(nearest);
  return lots(Math.trunc(scaled) + 0);
}

/** An amount of currency as units of 10^-`decimals`, to the nearest, halves up. */
export function moneyUnits(value: number, decimals: number): number {
  return Math.floor(value * 10 ** decimals + 0.5);
}
