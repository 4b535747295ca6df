/** All that the engine knows between two events. `step` alone changes it. */
import type { Graph, HaltEnd } from "../graph/nodes.ts";
import { type Ledger, openLedger } from "../ledger/ledger.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { type Instant, instant, type Price, ticks } from "../values/quantity.ts";
import type { EntryLimits } from "./brakes.ts";
import type { Command } from "./event.ts";
import { type RecordLog, recordLog } from "./log.ts";
import type { Gate } from "./risk/checks.ts";
import { createGate, type Signal } from "./risk/gate.ts";
import { type Holding, IDLE, type Trade } from "./trade.ts";

/** The last row whose decisions were taken, as marked. */
interface Mark {
  /** -1 before the first. */
  row: number;
  time: Instant;
  close: Price;
  /** Equity at the mark, before any fill at the row's close. */
  equity: Money;
  peak: Money;
  /** Equity as the kernel marks it, in float64. */
  marked: number;
}

export interface Engine {
  readonly graph: Graph;
  readonly money: MoneyArithmetic;
  readonly gate: Gate;
  readonly ledger: Ledger;
  trade: Trade;
  /** Of the trade while it is open, adding or exiting; else null. */
  holding: Holding | null;
  /** Approved orders without an end, in order of approval. */
  readonly working: Signal<"approved">[];
  /** By rule: a rejected entry whose condition has not been false since (semantics 3.4). */
  readonly waiting: boolean[];
  /** By rule: what the file allows. */
  readonly limits: readonly (EntryLimits | null)[];
  /** By rule: entries approved in this session, and the row on which its last trade ended. */
  readonly sessionEntries: number[];
  readonly endedRow: number[];
  /** By risk line: until when it halts; null where it does not. */
  readonly halts: (HaltEnd | null)[];
  /** By rule: how often it acted. */
  readonly firings: number[];
  /** The day's starting equity: exact, and as monitors see it (semantics 4.5, 4.7). */
  dayStart: Money;
  dayStartMarked: number;
  readonly mark: Mark;
  /** A trade was not idle when this row's rules began, so entries are ignored on it (3.3). */
  occupied: boolean;
  /** Sum over fills of |price − price before slippage| × quantity. */
  slippage: Money;
  orders: number;
  rejected: number;
  readonly log: RecordLog;
  /** Not carried out yet. */
  commands: Command[];
}

export function createEngine(graph: Graph, money: MoneyArithmetic, cash: Money, limits: Engine["limits"]): Engine {
  return {
    graph,
    money,
    gate: createGate(graph, money),
    ledger: openLedger(money, cash),
    trade: IDLE,
    holding: null,
    working: [],
    waiting: graph.rules.map(() => false),
    limits,
    sessionEntries: graph.rules.map(() => 0),
    endedRow: graph.rules.map(() => Number.NEGATIVE_INFINITY),
    halts: graph.risk.map(() => null),
    firings: graph.rules.map(() => 0),
    dayStart: cash,
    dayStartMarked: money.toNumber(cash),
    mark: { row: -1, time: instant(0), close: ticks(0), equity: cash, marked: money.toNumber(cash), peak: cash },
    occupied: false,
    slippage: money.zero,
    orders: 0,
    rejected: 0,
    log: recordLog(),
    commands: [],
  };
}
