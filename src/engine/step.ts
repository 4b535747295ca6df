/**
 * The engine, one event at a time: backtest, paper and live differ only in who feeds it and who carries out its commands. It reads no clock and
 * does no I/O; the same events give the same commands and records, appended to `engine.commands` and `engine.log` in order.
 */
import { equityAt } from "../ledger/ledger.ts";
import type { Fill } from "../market/order.ts";
import { moneyUnits } from "../values/border.ts";
import type { Money } from "../values/money.ts";
import type { Price } from "../values/quantity.ts";
import type { EngineEvent, Execution } from "./event.ts";
import { flatten } from "./execution/closing.ts";
import { book, expireOrders, moveTrade } from "./execution/orders.ts";
import { placeStop } from "./execution/stops.ts";
import { endSessionHalts, fireMonitor } from "./risk/halts.ts";
import { decide } from "./rules.ts";
import type { Engine } from "./state.ts";

export function step(engine: Engine, event: EngineEvent): void {
  switch (event.kind) {
    case "roll":
      rollSession(engine, event);
      break;
    case "fill":
      applyFill(engine, event.fill);
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
    case "rules":
      engine.occupied = engine.trade.state !== "idle";
      break;
    case "signal":
      decide(engine, event.signal);
      break;
    case "rearm":
      engine.waiting[event.rule] = false;
      break;
    case "end":
      expireOrders(engine, event.row, event.time);
      break;
  }
}

/** Hands the commands over, in order. */
export function carryOut(engine: Engine, execution: Execution): void {
  for (const command of engine.commands) {
    if (command.kind === "submit") execution.submit(command.order);
    else execution.cancel(command.order);
  }
  engine.commands = [];
}

/** Equity as it was marked at the close of `row`, before any fill at that close; there must have been none since. */
export function equityMarked(engine: Engine, row: number, close: Price): Money {
  return engine.mark.row === row ? engine.mark.equity : equityAt(engine.ledger, close);
}

function rollSession(engine: Engine, { row, close }: Extract<EngineEvent, { kind: "roll" }>): void {
  if (close !== null) engine.dayStart = equityMarked(engine, row - 1, close);
  endSessionHalts(engine);
}

function markRow(engine: Engine, { row, time, close, peak }: Extract<EngineEvent, { kind: "mark" }>): void {
  const { money, ledger } = engine;
  const highest = money.fromUnits(moneyUnits(peak, money.scale));
  engine.mark = { row, time, close, equity: equityAt(ledger, close), peak: highest };
}

function applyFill(engine: Engine, fill: Fill): void {
  const order = book(engine, fill);
  if (order.proposal.kind === "entry") {
    moveTrade(engine, "entered");
    placeStop(engine, order, fill);
  } else if (engine.ledger.position === 0 && engine.trade.state !== "idle") {
    moveTrade(engine, "ended");
  }
}
