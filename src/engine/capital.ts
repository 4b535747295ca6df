/**
 * Capital that comes to an account, or leaves it, between two instants (semantics 14.13). What is measured from an earlier equity moves in proportion, so that a day's
 * loss and a drawdown stay the share of the account that they were.
 */
import type { Money } from "../values/money.ts";
import { type Ratio, ratio, ratioOf } from "../values/ratio.ts";
import { type Engine, equityNow } from "./state.ts";

/** Adds `amount`, below 0 to take it away, to an account that is marked now and worth more than nothing before and after. Gives the proportion. */
export function moveCapital(engine: Engine, amount: Money): Ratio {
  const { money, ledger, mark } = engine;
  const before = equityNow(engine);
  ledger.cash = money.add(ledger.cash, amount);
  const after = money.add(before, amount);
  if (money.compare(before, money.zero) <= 0 || money.compare(after, money.zero) <= 0) throw new Error("an account worth nothing");
  const [whole, part] = [before, after].map((equity) => ratioOf(money.format(equity)));
  if (whole === undefined || part === undefined) throw new Error("an equity without text");
  const proportion = ratio(part.numerator * whole.denominator, part.denominator * whole.numerator);
  engine.dayStart = money.productDown(engine.dayStart, proportion);
  engine.dayStartMarked = money.toNumber(engine.dayStart);
  mark.equity = after;
  mark.marked = money.toNumber(after);
  mark.peak = money.productUp(mark.peak, proportion);
  return proportion;
}
