/**
 * The engine, one event at a time: backtest, paper and live differ only in who feeds it and who carries out its commands. It reads no clock and
 * does no I/O; the same events give the same commands and records, appended to `engine.commands` and `engine.log` in order. What every instant
 * with decisions needs, its closes, its mark and what its rules say, comes by functions of its own: nothing is made for it.
 */

import type { SymbolId } from "../graph/nodes.ts";
import { postInterest } from "../ledger/ledger.ts";
import { moneyUnits } from "../values/border.ts";
import type { Instant, Price } from "../values/quantity.ts";
import { applyAction } from "./corporate-actions.ts";
import type { Command, EngineEvent, Execution } from "./event.ts";
import { flatten } from "./execution/closing.ts";
import { expire } from "./execution/expiry.ts";
import { expireOrder, workingOrders } from "./execution/orders.ts";
import { trail } from "./execution/trailing.ts";
import { applyFill, applyLateFill } from "./fills.ts";
import { borrowCost } from "./interest.ts";
import { endLateGroups, holdLegs } from "./legs.ts";
import { withdraw } from "./quoting.ts";
import { kill, killAndFlatten, resume } from "./risk/circumstances.ts";
import { watchFeed } from "./risk/feed.ts";
import type { Signal } from "./risk/gate.ts";
import { endSessionHalts, fireMonitor } from "./risk/halts.ts";
import { decide } from "./rules.ts";
import { type Book, bookIn, type Engine, equityNow, tradeOf } from "./state.ts";

export function step(engine: Engine, event: EngineEvent): void {
  switch (event.kind) {
    case "action":
      applyAction(engine, event);
      break;
    case "roll":
      rollSession(engine, event);
      break;
    case "fill":
      applyFill(engine, event.fill, event.moment);
      break;
    case "expiry":
      expire(engine, event);
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
    case "trail":
      trail(engine, bookIn(engine, event.symbol), event.high, event.low);
      break;
    case "legs":
      holdLegs(engine, event.signal);
      break;
    case "withdraw":
      withdrawQuote(engine, event);
      break;
    case "rearm":
      rearm(engine, event);
      break;
    case "rearm_add":
      rearmAdd(bookIn(engine, event.symbol), event.rule);
      break;
    case "late_fill":
      applyLateFill(engine, event.fill, event.order);
      break;
    case "feed_age":
    case "kill":
    case "kill_and_flatten":
    case "resume":
      attend(engine, event);
      break;
    case "end":
      end(engine, event);
      break;
  }
}

/** What a live run is told from outside. */
function attend(engine: Engine, event: EventOf<"feed_age" | "kill" | "kill_and_flatten" | "resume">): void {
  switch (event.kind) {
    case "feed_age":
      watchFeed(engine, event.age);
      break;
    case "kill":
      kill(engine);
      break;
    case "kill_and_flatten":
      killAndFlatten(engine);
      break;
    case "resume":
      resume(engine);
      break;
  }
}

/** Row `row` of a symbol is its last: it closed at `close`. Told before a roll, a mark or the end where it is not the one told last. */
export function closeRow(engine: Engine, symbol: SymbolId, row: number, close: Price): void {
  const book = bookIn(engine, symbol);
  if (book.row === row) return;
  book.row = row;
  book.close = close;
}

/** The account is marked at the last closes (2.4); what is decided next is of this instant. `peak` is the highest equity marked so far, in currency. */
export function markAccount(engine: Engine, time: Instant, peak: number): void {
  const { money, mark } = engine;
  mark.time = time;
  mark.equity = equityNow(engine);
  mark.marked = marked(engine);
  mark.peak = money.fromUnits(moneyUnits(peak, money.scale));
}

/** Monitors and flatten are done, exits and entries follow. */
export function beginRules(engine: Engine): void {
  engine.round += 1;
  for (const book of engine.books) book.freed = 0;
}

/** The condition of a rule holds for a symbol. */
export function takeSignal(engine: Engine, signal: Signal<"unchecked">): void {
  decide(engine, signal);
}

/** Hands the commands over, in order. */
export function carryOut({ commands }: Engine, execution: Execution): void {
  for (let next = 0; next < commands.length; next++) {
    const command = commands[next];
    if (command !== undefined) handOver(command, execution);
  }
  while (commands.length > 0) commands.pop();
}

function handOver({ kind, order }: Command, execution: Execution): void {
  switch (kind) {
    case "submit":
      execution.submit(order);
      break;
    case "resize":
      execution.resize(order);
      break;
    case "rescale":
      execution.rescale(order);
      break;
    case "cancel":
      execution.cancel(order);
      break;
  }
}

type EventOf<K extends EngineEvent["kind"]> = Extract<EngineEvent, { kind: K }>;

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

function withdrawQuote(engine: Engine, { rule: index, symbol }: EventOf<"withdraw">): void {
  const rule = engine.graph.rules[index];
  if (rule?.kind !== "quote") throw new Error(`rule ${index} quotes nothing`);
  withdraw(engine, bookIn(engine, symbol), rule, index);
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
