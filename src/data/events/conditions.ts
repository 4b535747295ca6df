/**
 * What LEAN's trades do to their bars, by the condition flags of its tick files. Found by comparing the vendor's own minute bars with its ticks (a test repeats
 * that): the vendor states no rule. All sizes count, but for official opening and closing prices, which repeat a trade, and for all
 * prints of an auction after the first.
 */
import type { TradeUse } from "../../market/aggregate.ts";

/** Reported outside regular hours. */
const EXTENDED_HOURS = 0x2000;
/** Sweeps and odd kinds: in regular hours their size counts alone; so does that of an average price, where it is exempt from the best quotes. */
const SIZE_ALONE = 0x20 | 0x200 | 0x40000;
const AVERAGE_PRICE = 0x20100000;
const OPENING_PRINT = 0x40;
const CLOSING_PRINT = 0x80;
const REPEATED = 0x200000 | 0x1000000 | 0x4000000;

/** What a trade with these flags counts for. */
export function leanTradeUse(flags: number): TradeUse {
  if ((flags & REPEATED) !== 0) return "none";
  if ((flags & OPENING_PRINT) !== 0) return "opening";
  if ((flags & CLOSING_PRINT) !== 0) return "closing";
  if ((flags & EXTENDED_HOURS) !== 0) return "all";
  const isAverage = (flags & AVERAGE_PRICE) === AVERAGE_PRICE;
  return isAverage || (flags & SIZE_ALONE) !== 0 ? "size" : "all";
}
