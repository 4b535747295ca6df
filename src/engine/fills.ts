/** What a fill leads to (semantics 3): its trade begins, grows, shrinks or ends, and what protects it with it. */
import { type Fill, type Moment, opposite, signed } from "../market/order.ts";
import { lots } from "../values/quantity.ts";
import { coverAdd, coverEntry, fitTargets, followPart, type Held, type OrderFill } from "./execution/children.ts";
import {
  averageFill,
  bookFill,
  closedByFlatten,
  conclude,
  endTrade,
  isExcess,
  isWhole,
  LATE_FILL,
  postFill,
  propose,
} from "./execution/orders.ts";
import { marketTerms } from "./execution/prices.ts";
import { noteLegFill } from "./legs.ts";
import { coverQuotes } from "./quoting.ts";
import { opens, type Signal } from "./risk/gate.ts";
import { proposalOf } from "./risk/proposal.ts";
import { enterReversed } from "./rules.ts";
import { type Book, bookIn, type Engine, tradeOf } from "./state.ts";
import { type Trade, transition } from "./trade.ts";

/** Books a fill, of all that an order was for or of a part, and has its trade follow. */
export function applyFill(engine: Engine, fill: Fill, moment: Moment): void {
  const book = bookIn(engine, fill.symbol);
  const order = bookFill(engine, book, fill);
  coverQuotes(engine, book, fill);
  switch (order.proposal.kind) {
    case "hold":
      noteLegFill(engine, order.id, fill.time, isWhole(order, fill));
      break;
    case "flatten":
      if (!isExcess(order)) closeByFlatten(engine, book, fill);
      break;
    case "entry":
      enter(engine, book, { order, fill, moment });
      break;
    case "add":
      add(engine, book, { order, fill, moment });
      break;
    case "quote":
      break;
    case "exit":
    case "stop":
    case "target":
      close(engine, book, { order, fill, moment });
      break;
  }
}

/**
 * Books a fill of an order that works no more. What it closed is taken from its trade, whose other orders are for no more than what is held; what no trade
 * owns afterwards is closed at once.
 */
export function applyLateFill(engine: Engine, fill: Fill, order: Signal<"approved">): void {
  const book = bookIn(engine, fill.symbol);
  const { kind, trade: rule } = order.proposal;
  postFill(engine, book, fill);
  coverQuotes(engine, book, fill);
  if (kind === "hold" || kind === "quote") return;
  const trade = rule === null ? undefined : tradeOf(book, rule);
  if (kind === "flatten" && !isExcess(order)) closeByFlatten(engine, book, fill);
  else if (trade !== undefined && trade.held > 0 && !opens(order)) lower(engine, book, trade, { order, fill, moment: "inside" });
  closeUnowned(engine, book);
}

/** A part of a trade is closed: what else closes it is for no more than what is left. */
function lower(engine: Engine, book: Book, trade: Trade, filled: OrderFill): void {
  const { holding } = trade;
  trade.held = lots(Math.max(0, trade.held - filled.fill.quantity));
  book.reversal = null;
  if (trade.held === 0 || holding === null) endTrade(engine, book, trade.rule, filled.fill);
  else {
    followPart(engine, { book, trade, holding }, filled);
    fitTargets(engine, { book, trade, holding }, filled.fill);
  }
}

/** What is held for no trade, and is not being closed already. */
function closeUnowned(engine: Engine, book: Book): void {
  let owned = 0;
  for (const { held, holding } of book.trades) if (holding !== null) owned += signed(holding.side, held);
  for (const order of book.working) if (isExcess(order)) owned += signed(opposite(order.proposal.side), order.quantity);
  const excess = book.position.quantity - owned;
  if (excess === 0) return;
  const quantity = lots(Math.abs(excess));
  const terms = marketTerms(engine, book, excess > 0 ? "sell" : "buy");
  conclude(engine, propose(engine, proposalOf(terms, { trade: null, source: LATE_FILL, kind: "flatten", quantity, reducing: quantity })));
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
  if (trade.held === 0) finish(engine, book, trade.rule, filled);
  else followPart(engine, held, filled);
}

/** What a flatten has closed is taken from its trades in the order of their rules. */
function closeByFlatten(engine: Engine, book: Book, fill: Fill): void {
  let left: number = fill.quantity;
  for (const trade of closedByFlatten(book)) {
    const part = Math.min(trade.held, left);
    left -= part;
    trade.held = lots(trade.held - part);
    if (trade.held === 0) endTrade(engine, book, trade.rule, fill);
  }
}

/** After the fill that ended what the trade held; what has waited for its end begins. */
function finish(engine: Engine, book: Book, rule: number, { fill, moment }: OrderFill): void {
  endTrade(engine, book, rule, fill);
  const { row, time } = fill;
  if (book.reversal !== null) enterReversed(engine, book, { row, time, from: moment === "open" ? row : row + 1 });
}
