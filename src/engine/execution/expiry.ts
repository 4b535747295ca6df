/** What follows where the time of an order runs out (semantics 3.19, 3.21). */
import type { SymbolId } from "../../graph/nodes.ts";
import { opposite } from "../../market/order.ts";
import type { Instant } from "../../values/quantity.ts";
import { type Book, bookIn, type Engine, tradeOf } from "../state.ts";
import { protectAgain } from "./children.ts";
import { closeTrade } from "./closing.ts";
import { expireOrder } from "./orders.ts";
import { marketTerms } from "./prices.ts";

interface Expiry {
  readonly symbol: SymbolId;
  readonly order: number;
  readonly row: number;
  readonly time: Instant;
}

/** What it leads to works from this row on if the order was for the day before it, which is over before its open. */
export function expire(engine: Engine, { symbol, order: id, row, time }: Expiry): void {
  const book = bookIn(engine, symbol);
  const { kind, tif, trade } = expireOrder(engine, book, id, { row, time }).proposal;
  const when = { row, time, from: tif.kind === "day" ? row : row + 1 };
  if (kind === "exit" || kind === "flatten") protectTrades(engine, book, when);
  else if (kind === "entry" && trade !== null) closePart(engine, book, trade, when);
}

interface When {
  readonly row: number;
  readonly time: Instant;
  readonly from: number;
}

/** Where an exit has ended with something held its trade is protected again. */
function protectTrades(engine: Engine, book: Book, when: When): void {
  book.reversal = null;
  for (const trade of book.trades) {
    const { state, holding } = trade;
    if (holding !== null && state !== "exiting") protectAgain(engine, { book, trade, holding }, when);
  }
}

/** Closes what has filled of an entry that the file wants whole. */
function closePart(engine: Engine, book: Book, index: number, when: When): void {
  const rule = engine.graph.rules[index];
  const trade = tradeOf(book, index);
  if (rule?.kind !== "enter" || rule.ifPartial === undefined || trade?.holding == null || trade.state !== "open") return;
  closeTrade(engine, book, trade, rule.name, { ...marketTerms(engine, book, opposite(trade.holding.side)), ...when });
}
