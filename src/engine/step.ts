/**
 * The engine, one event at a time: backtest, paper and live differ only in who feeds it and who carries out its commands. It reads no clock and
 * does no I/O; the same events give the same commands and records, appended to `engine.commands` and `engine.log` in order.
 */
import { postInterest } from "../ledger/ledger.ts";
import type { Fill, Moment } from "../market/order.ts";
import { moneyUnits } from "../values/border.ts";
import { lots } from "../values/quantity.ts";
import { applyDividend, applySplit } from "./corporate-actions.ts";
import type { EngineEvent, Execution } from "./event.ts";
import { coverAdd, followPart, placeChildren } from "./execution/children.ts";
import { flatten } from "./execution/closing.ts";
import { bookFill, closedByFlatten, endTrade, expireOrder, workingOrders } from "./execution/orders.ts";
import { trail } from "./execution/trailing.ts";
import { borrowCost } from "./interest.ts";
import { endLateGroups, holdLegs, noteLegFill } from "./legs.ts";
import { endSessionHalts, fireMonitor } from "./risk/halts.ts";
import { decide } from "./rules.ts";
import { type Book, bookIn, type Engine, equityNow, tradeOf } from "./state.ts";
import { transition } from "./trade.ts";

export function step(engine: Engine, event: EngineEvent): void {
  switch (event.kind) {
    case "close":
      closeRow(engine, event);
      break;
    case "split":
      applySplit(engine, event);
      break;
    case "dividend":
      applyDividend(engine, event);
      break;
    case "roll":
      rollSession(engine, event);
      break;
    case "fill":
      applyFill(engine, event.fill, event.moment);
      break;
    case "expiry":
      expireOrder(engine, bookIn(engine, event.symbol), event.order, event);
      break;
    case "mark":
      mark(engine, event);
      break;
    case "monitor":
      fireMonitor(engine, event.line);
      break;
    case "flatten":
      flatten(engine, bookIn(engine, event.symbol), "session");
      break;
    case "deadline":
      endLateGroups(engine);
      break;
    case "rules":
      engine.round += 1;
      for (const book of engine.books) book.freed = 0;
      break;
    case "trail":
      trail(engine, bookIn(engine, event.symbol), event.high, event.low);
      break;
    case "signal":
      decide(engine, event.signal);
      break;
    case "legs":
      holdLegs(engine, event.signal);
      break;
    case "rearm":
      rearm(engine, event);
      break;
    case "rearm_add":
      rearmAdd(bookIn(engine, event.symbol), event.rule);
      break;
    case "end":
      end(engine, event);
      break;
  }
}

/** Hands the commands over, in order. */
export function carryOut(engine: Engine, execution: Execution): void {
  const { commands } = engine;
  if (commands.length === 0) return;
  engine.commands = [];
  for (const { kind, order } of commands) {
    switch (kind) {
      case "submit":
        execution.submit(order);
        break;
      case "reduce":
        execution.reduce(order);
        break;
      case "rescale":
        execution.rescale(order);
        break;
      case "cancel":
        execution.cancel(order);
        break;
    }
  }
}

type EventOf<K extends EngineEvent["kind"]> = Extract<EngineEvent, { kind: K }>;

function closeRow(engine: Engine, { symbol, row, close }: EventOf<"close">): void {
  const book = bookIn(engine, symbol);
  if (book.row === row) return;
  book.row = row;
  book.close = close;
}

/** The account by the kernel's formula (semantics 4.7, 11.6): cash + position × close, in universe order, in currency. */
function marked({ money, ledger, books }: Engine): number {
  let sum = money.toNumber(ledger.cash);
  for (const { position, close, money: own } of books) {
    if (position.quantity !== 0) sum += (position.quantity / own.scale.lotsPerShare) * (close / own.scale.ticksPerUnit);
  }
  return sum;
}

/** The day's starting equity is that of the last mark, less what borrowing has cost since (semantics 2.1, 11.12). */
function rollSession(engine: Engine, { time, days }: EventOf<"roll">): void {
  const { money, ledger, books, log, mark: last } = engine;
  engine.dayStart = last.equity;
  engine.dayStartMarked = last.marked;
  for (const book of books) {
    book.sessionEntries.fill(0);
    const amount = borrowCost(engine.graph.simulate, book, days);
    if (amount === null) continue;
    postInterest(ledger, book.symbol, amount);
    log.borrow(book.symbol, amount, ledger.cash, book.row, time);
    engine.dayStart = money.subtract(engine.dayStart, amount);
    engine.dayStartMarked -= money.toNumber(amount);
  }
  endSessionHalts(engine);
}

function mark(engine: Engine, { time, peak }: EventOf<"mark">): void {
  const { money, mark: now } = engine;
  now.time = time;
  now.equity = equityNow(engine);
  now.marked = marked(engine);
  now.peak = money.fromUnits(moneyUnits(peak, money.scale));
}

function rearm({ books, waitingLegs }: Engine, { rule, symbol }: EventOf<"rearm">): void {
  const waiting = symbol === null ? waitingLegs : books[symbol]?.waiting;
  if (waiting !== undefined) waiting[rule] = false;
}

function rearmAdd(book: Book, rule: number): void {
  const holding = tradeOf(book, rule)?.holding ?? null;
  if (holding !== null) holding.addWaits = false;
}

function end(engine: Engine, { time }: EventOf<"end">): void {
  for (const { id, proposal } of workingOrders(engine)) {
    const book = bookIn(engine, proposal.symbol);
    expireOrder(engine, book, id, { row: book.row, time });
  }
}

function applyFill(engine: Engine, fill: Fill, moment: Moment): void {
  const book = bookIn(engine, fill.symbol);
  const order = bookFill(engine, book, fill);
  const { kind, trade: rule, plan } = order.proposal;
  const trade = rule === null ? undefined : tradeOf(book, rule);
  const { price, side, quantity } = fill;
  if (kind === "hold") noteLegFill(engine, order.id, fill.time);
  else if (kind === "flatten") for (const closed of closedByFlatten(book)) endTrade(engine, book, closed.rule, fill);
  else if (trade === undefined) throw new Error(`order ${order.id} filled for no trade`);
  else if (kind === "entry" && plan !== null) {
    transition(trade, "entered");
    const peakFrom = moment === "close" ? fill.row + 1 : fill.row;
    const holding = { side, plan, fill: price, lastFill: price, peak: price, peakFrom, adds: 0, addWaits: false };
    trade.held = quantity;
    trade.holding = holding;
    placeChildren(engine, { book, trade, holding }, fill, moment);
  } else if (trade.holding === null) throw new Error(`order ${order.id} filled before its entry`);
  else if (kind === "add") {
    transition(trade, "entered");
    const { holding } = trade;
    trade.held = lots(trade.held + quantity);
    holding.lastFill = price;
    holding.adds += 1;
    coverAdd(engine, { book, trade, holding }, order, fill, moment);
  } else {
    trade.held = lots(trade.held - quantity);
    if (trade.held === 0) endTrade(engine, book, trade.rule, fill);
    else followPart(engine, { book, trade, holding: trade.holding }, order, fill, moment);
  }
}
