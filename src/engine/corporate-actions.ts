/**
 * Corporate actions (semantics 13): dividends, and splits, at which all that counts shares or is a price is put into new ones: the position, the trades and
 * what was decided for them, the orders that work.
 */
import { fractionOf, postDividend, postSplit } from "../ledger/actions.ts";
import { newShares, type Split } from "../market/actions.ts";
import type { EngineEvent } from "./event.ts";
import { inNewShares, leastTick, rescaleTrades } from "./execution/new-shares.ts";
import { endTrade, rescaleOrder } from "./execution/orders.ts";
import { bookIn, type Engine } from "./state.ts";

type ActionEvent = Extract<EngineEvent, { kind: "action" }>;

/** Where and when it happens. */
type Place = Pick<ActionEvent, "symbol" | "row" | "time">;

export function applyAction(engine: Engine, { action, symbol, row, time }: ActionEvent): void {
  const place = { symbol, row, time };
  if (action.kind === "split") applySplit(engine, action, place);
  else payDividend(engine, action.amount, place);
}

/** To who holds the symbol; who is short pays it. */
function payDividend(engine: Engine, amount: string, place: Place): void {
  const { ledger, log } = engine;
  if (bookIn(engine, place.symbol).position.quantity === 0) return;
  const { cash } = postDividend(ledger, place.symbol, amount);
  log.dividend(place, amount, cash, ledger.cash);
}

function applySplit(engine: Engine, split: Split, place: Place): void {
  const { ledger, log } = engine;
  const book = bookIn(engine, place.symbol);
  const shares = newShares(split);
  const { quantity } = book.position;
  log.split(place, split);
  if (quantity !== 0) {
    const { cash } = postSplit(ledger, place.symbol, shares, book.close, place.row);
    if (fractionOf(quantity, shares).numerator > 0n) log.cashInLieu(place, cash, ledger.cash);
  }
  book.close = leastTick(book.close, shares);
  book.reversal = null;
  for (const { rule } of rescaleTrades(book, shares)) endTrade(engine, book, rule, place);
  const rescaled = book.working.map((order) => [order, inNewShares(book, order, shares)] as const);
  for (const [order, after] of rescaled) rescaleOrder(engine, book, order, after, place);
}
