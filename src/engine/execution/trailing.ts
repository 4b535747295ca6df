/** Trailing stops (semantics 3.15): the best price since the entry, and the stop that follows it from close to close. */
import type { Price } from "../../values/quantity.ts";
import type { Book, Engine } from "../state.ts";
import { moveStop } from "./children.ts";
import { isClosing } from "./closing.ts";
import { stopAt } from "./prices.ts";

/** Takes the row's extremes into the peaks of the symbol's trades and moves their stops after them, unless an order closes the trade at the next open anyway. */
export function trail(engine: Engine, book: Book, high: Price, low: Price): void {
  const { row, close: reference } = book;
  for (const trade of book.trades) {
    const { holding } = trade;
    if (holding === null || row < holding.peakFrom) continue;
    const { side, plan } = holding;
    const best = side === "buy" ? high : low;
    if (best > holding.peak === (side === "buy")) holding.peak = best;
    if (plan.trail === null || isClosing(book, trade)) continue;
    const origin = { row, time: engine.mark.time, from: row + 1, reference };
    moveStop(engine, { book, trade, holding }, origin, stopAt(book, plan.trail, side, holding));
  }
}
