/**
 * Corporate actions (semantics 13): dividends, and splits, at which all that counts shares or is a price is put into new ones: the position, the trades and
 * what was decided for them, the orders that work.
 */
import { fractionOf, postDividend, postSplit } from "../ledger/actions.ts";
import { newShares } from "../market/actions.ts";
import type { EngineEvent } from "./event.ts";
import { inNewShares, leastTick, rescaleTrades } from "./execution/new-shares.ts";
import { endTrade, rescaleOrder } from "./execution/orders.ts";
import { bookIn, type Engine } from "./state.ts";

type EventOf<K extends EngineEvent["kind"]> = Extract<EngineEvent, { kind: K }>;

/** Pays a dividend to who holds the symbol; who is short pays it. */
export function applyDividend({ ledger, log, ...engine }: Engine, { symbol, dividend, row, time }: EventOf<"dividend">): void {
  if (engine.books[symbol]?.position.quantity === 0) return;
  const { cash } = postDividend(ledger, symbol, dividend.amount);
  log.dividend({ symbol, row, time }, dividend.amount, cash, ledger.cash);
}

export function applySplit(engine: Engine, { symbol, split, row, time }: EventOf<"split">): void {
  const { ledger, log } = engine;
  const book = bookIn(engine, symbol);
  const shares = newShares(split);
  const when = { row, time };
  const { quantity } = book.position;
  log.split({ symbol, ...when }, split);
  if (quantity !== 0) {
    const { cash } = postSplit(ledger, symbol, shares, book.close, row);
    if (fractionOf(quantity, shares).numerator > 0n) log.cashInLieu({ symbol, ...when }, cash, ledger.cash);
  }
  book.close = leastTick(book.close, shares);
  for (const { rule } of rescaleTrades(book, shares)) endTrade(engine, book, rule, when);
  for (const order of [...book.working]) rescaleOrder(engine, book, order, inNewShares(book, order, shares), when);
}
