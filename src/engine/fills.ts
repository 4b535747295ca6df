/** What a fill leads to (semantics 3): its trade begins, grows, shrinks or ends, and what protects it with it. */
import type { Fill, Moment } from "../market/order.ts";
import { lots } from "../values/quantity.ts";
import { coverAdd, coverEntry, followPart, type Held, type OrderFill } from "./execution/children.ts";
import { averageFill, bookFill, cancelOrders, closedByFlatten, isWhole, moveTrade } from "./execution/orders.ts";
import { noteLegFill } from "./legs.ts";
import { enterReversed } from "./rules.ts";
import { type Book, bookIn, type Engine, tradeOf } from "./state.ts";
import { type Trade, transition } from "./trade.ts";

/** Books a fill, of all that an order was for or of a part, and has its trade follow. */
export function applyFill(engine: Engine, fill: Fill, moment: Moment): void {
  const book = bookIn(engine, fill.symbol);
  const order = bookFill(engine, book, fill);
  switch (order.proposal.kind) {
    case "hold":
      noteLegFill(engine, order.id, fill.time, isWhole(order, fill));
      break;
    case "flatten":
      closeByFlatten(engine, book, { order, fill, moment });
      break;
    case "entry":
      enter(engine, book, { order, fill, moment });
      break;
    case "add":
      add(engine, book, { order, fill, moment });
      break;
    case "exit":
    case "stop":
    case "target":
      close(engine, book, { order, fill, moment });
      break;
  }
}

/** The trade that an order belongs to. */
function ownerOf(book: Book, { id, proposal }: OrderFill["order"]): Trade {
  const trade = proposal.trade === null ? undefined : tradeOf(book, proposal.trade);
  if (trade === undefined) throw new Error(`order ${id} filled for no trade`);
  return trade;
}

/** The same, and what it has come to. */
function heldBy(book: Book, order: OrderFill["order"]): Held {
  const trade = ownerOf(book, order);
  const { holding } = trade;
  if (holding === null) throw new Error(`order ${order.id} filled before its entry`);
  return { book, trade, holding };
}

function enter(engine: Engine, book: Book, filled: OrderFill): void {
  const { order, fill, moment } = filled;
  const trade = ownerOf(book, order);
  const { plan } = order.proposal;
  if (plan === null) throw new Error("an entry without a plan");
  transition(trade, isWhole(order, fill) ? "entered" : "begun");
  trade.held = lots(trade.held + fill.quantity);
  const price = averageFill(book, order, fill);
  const peakFrom = moment === "close" ? fill.row + 1 : fill.row;
  const { side } = fill;
  trade.holding ??= { side, plan, fill: price, lastFill: price, peak: fill.price, peakFrom, stop: null, adds: 0, addWaits: false };
  const { holding } = trade;
  holding.fill = price;
  holding.lastFill = price;
  coverEntry(engine, { book, trade, holding }, filled);
}

function add(engine: Engine, book: Book, filled: OrderFill): void {
  const { order, fill } = filled;
  const held = heldBy(book, order);
  const { trade, holding } = held;
  transition(trade, isWhole(order, fill) ? "entered" : "begun");
  trade.held = lots(trade.held + fill.quantity);
  holding.lastFill = averageFill(book, order, fill);
  if (order.filled === 0) holding.adds += 1;
  coverAdd(engine, held, filled);
}

function close(engine: Engine, book: Book, filled: OrderFill): void {
  const { order, fill } = filled;
  const held = heldBy(book, order);
  const { trade } = held;
  trade.held = lots(trade.held - fill.quantity);
  if (trade.held === 0) endTrade(engine, book, trade.rule, filled);
  else followPart(engine, held, filled);
}

/** What a flatten has closed is taken from its trades in the order of their rules. */
function closeByFlatten(engine: Engine, book: Book, filled: OrderFill): void {
  let left: number = filled.fill.quantity;
  for (const trade of closedByFlatten(book)) {
    const part = Math.min(trade.held, left);
    left -= part;
    trade.held = lots(trade.held - part);
    if (trade.held === 0) endTrade(engine, book, trade.rule, filled);
  }
}

/** After the fill that ended what the trade held nothing of it works, and what has waited for its end begins. */
function endTrade(engine: Engine, book: Book, rule: number, { fill, moment }: OrderFill): void {
  const { row, time } = fill;
  cancelOrders(engine, book, ({ proposal }) => proposal.trade === rule, fill);
  moveTrade(engine, book, rule, "ended");
  book.endedRow[rule] = row;
  if (book.reversal !== null) enterReversed(engine, book, { row, time, from: moment === "open" ? row : row + 1 });
}
