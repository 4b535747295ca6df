/** What borrowing the shares of a short position costs from one session to the next (semantics 11.12). */
import type { Simulation } from "../graph/nodes.ts";
import type { Money } from "../values/money.ts";
import { lots } from "../values/quantity.ts";
import { ratio, ratioOf } from "../values/ratio.ts";
import type { Book } from "./state.ts";

/** Days of a year of interest. */
const YEAR = 360n;

/** rate × |position| × last close × days ÷ 360, rounded up to the money scale; null where nothing is due. */
export function borrowCost({ borrow }: Simulation, { position, money, close }: Book, days: number): Money | null {
  if (position.quantity >= 0 || days === 0) return null;
  const { numerator, denominator } = ratioOf(borrow);
  if (numerator === 0n) return null;
  return money.productUp(money.value(lots(-position.quantity), close), ratio(numerator * BigInt(days), denominator * YEAR));
}
