/**
 * The engine, one event at a time: backtest, paper and live differ only in who feeds it and who carries out its commands. It reads no clock and
 * does no I/O; the same events give the same commands and records, appended to `engine.commands` and `engine.log` in order.
 */
import { equityAt } from "../ledger/ledger.ts";
import type { Fill, Moment } from "../market/order.ts";
import { moneyUnits } from "../values/border.ts";
import type { Money } from "../values/money.ts";
import type { Price } from "../values/quantity.ts";
import type { EngineEvent, Execution } from "./event.ts";
import { coverAdd, followPart, placeChildren } from "./execution/children.ts";
import { flatten } from "./execution/closing.ts";
import { book, cancelOrders, expireOrder, moveTrade } from "./execution/orders.ts";
import { trail } from "./execution/trailing.ts";
import { endSessionHalts, fireMonitor } from "./risk/halts.ts";
import { decide } from "./rules.ts";
import type { Engine } from "./state.ts";

export function step(engine: Engine, event: EngineEvent): void {
  switch (event.kind) {
    case "roll":
      rollSession(engine, event);
      break;
    case "fill":
      applyFill(engine, event.fill, event.moment);
      break;
    case "expiry":
      expireOrder(engine, event.order, event);
      break;
    case "mark":
      markRow(engine, event);
      break;
    case "monitor":
      fireMonitor(engine, event.line);
      break;
    case "flatten":
      flatten(engine, "session");
      break;
    case "trail":
      trail(engine, event.high, event.low);
      break;
    case "rules":
      engine.occupied = engine.trade.state !== "idle";
      break;
    case "signal":
      decide(engine, event.signal);
      break;
    case "rearm":
      engine.waiting[event.rule] = false;
      break;
    case "rearm_add":
      if (engine.holding !== null) engine.holding = { ...engine.holding, addWaits: false };
      break;
    case "end":
      for (const { id } of [...engine.working]) expireOrder(engine, id, event);
      break;
  }
}

/** Hands the commands over, in order. */
export function carryOut(engine: Engine, execution: Execution): void {
  const { commands } = engine;
  if (commands.length === 0) return;
  engine.commands = [];
  for (const command of commands) {
    switch (command.kind) {
      case "submit":
        execution.submit(command.order);
        break;
      case "reduce":
        execution.reduce(command.order);
        break;
      case "cancel":
        execution.cancel(command.order);
        break;
    }
  }
}

/** Equity as it was marked at the close of `row`, before any fill at that close; there must have been none since. */
export function equityMarked(engine: Engine, row: number, close: Price): Money {
  return engine.mark.row === row ? engine.mark.equity : equityAt(engine.ledger, close);
}

/** Equity at a close by the kernel's formula (semantics 4.7): cash + position × close, in currency. */
function marked({ money, ledger }: Engine, close: Price): number {
  const { lotsPerShare, ticksPerUnit } = money.scale;
  return money.toNumber(ledger.cash) + (ledger.position / lotsPerShare) * (close / ticksPerUnit);
}

function rollSession(engine: Engine, { row, close }: Extract<EngineEvent, { kind: "roll" }>): void {
  if (close !== null) {
    engine.dayStartMarked = engine.mark.row === row - 1 ? engine.mark.marked : marked(engine, close);
    engine.dayStart = equityMarked(engine, row - 1, close);
  }
  engine.sessionEntries.fill(0);
  endSessionHalts(engine);
}

function markRow(engine: Engine, { row, time, close, peak }: Extract<EngineEvent, { kind: "mark" }>): void {
  const { money, ledger, mark } = engine;
  mark.row = row;
  mark.time = time;
  mark.close = close;
  mark.equity = equityAt(ledger, close);
  mark.marked = marked(engine, close);
  mark.peak = money.fromUnits(moneyUnits(peak, money.scale));
}

function applyFill(engine: Engine, fill: Fill, moment: Moment): void {
  const order = book(engine, fill);
  const { kind, plan } = order.proposal;
  const { price } = fill;
  if (kind === "entry" && plan !== null) {
    moveTrade(engine, "entered");
    const peakFrom = moment === "close" ? fill.row + 1 : fill.row;
    engine.holding = { side: fill.side, plan, fill: price, lastFill: price, peak: price, peakFrom, adds: 0, addWaits: false };
    placeChildren(engine, order, fill, moment);
  } else if (kind === "add" && engine.holding !== null) {
    moveTrade(engine, "entered");
    engine.holding = { ...engine.holding, lastFill: price, adds: engine.holding.adds + 1 };
    coverAdd(engine, order, fill, moment);
  } else if (engine.trade.rule !== null) {
    if (engine.ledger.position === 0) endTrade(engine, engine.trade.rule, fill);
    else followPart(engine, order, fill, moment);
  }
}

/** After the fill that ended the position nothing of the trade works. */
function endTrade(engine: Engine, rule: number, fill: Fill): void {
  cancelOrders(engine, ({ proposal }) => proposal.trade === rule, fill);
  moveTrade(engine, "ended");
  engine.holding = null;
  engine.endedRow[rule] = fill.row;
}
