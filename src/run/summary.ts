/** The outcome of a finished walk. Text of orders, fills and trips is made when it is first read: a run without readers does not pay for it. */

import { type Book, equityNow } from "../engine/state.ts";
import { SLOT } from "../graph/kernel.ts";
import { isSole } from "../graph/lanes.ts";
import { formatDecimal } from "../values/decimal.ts";
import type { Money } from "../values/money.ts";
import { buyAndHold, type Purchase } from "./buy-and-hold.ts";
import type { Desk } from "./desks.ts";
import type { BacktestOutcome, EndRecord, RoundTrip, RunRecord, SymbolOutcome } from "./outcome.ts";
import { roundTrip, runRecord, symbolIn, unitsOf } from "./records.ts";
import type { Walk } from "./walk-state.ts";

export interface Finished {
  readonly state: Walk;
  readonly cash: Money;
  /** By traded symbol, for buy and hold. */
  readonly purchases: readonly (Purchase | null)[];
  /** Of the run; computed when it is first read. */
  readonly hash: () => string;
}

export function summary({ state, cash, purchases, hash }: Finished): BacktestOutcome {
  const { engine, course, desks, first, last } = state;
  const { graph, ledger, money } = engine;
  const units = unitsOf(engine);
  if (first === null || last === null) throw new Error("a summary of no instants");
  const end = endRecord(state);
  const records = once<readonly RunRecord[]>(() => [
    ...Array.from({ length: engine.log.length }, (_, index) => runRecord(engine.log.at(index), units)),
    end,
  ]);
  const incidents = once<readonly RunRecord[]>(() => engine.log.incidents.map((index) => runRecord(engine.log.at(index), units)));
  const ownHash = once(hash);
  const trips = once<readonly RoundTrip[]>(() => ledger.trips.map((trip) => roundTrip(trip, units)));
  return {
    get records() {
      return records();
    },
    get incidents() {
      return incidents();
    },
    end,
    get roundTrips() {
      return trips();
    },
    symbols: desks.map((desk) => symbolOutcome(state, desk)),
    bars: state.rows,
    instants: state.instants,
    startRow: isSole(graph) ? (desks[0]?.first.startRow ?? null) : null,
    from: first,
    to: last,
    sessionEquity: { time: state.sessionTime, equity: state.sessionEquity },
    maxDrawdown: course.slots[SLOT.maxDrawdown] ?? Number.NaN,
    exposedInstants: state.exposedInstants,
    firings: Object.fromEntries(graph.rules.map((rule, index) => [rule.name, engine.firings[index] ?? 0])),
    slippage: money.format(engine.slippage),
    buyAndHold: buyAndHold(
      graph,
      cash,
      desks.map(({ book, actions }, index) => ({ money: book.money, purchase: purchases[index] ?? null, actions, close: book.close })),
    ),
    wakes: state.wakes,
    get hash() {
      return ownHash();
    },
  };
}

/** Profits of all symbols sum to that of the account. */
function symbolOutcome({ engine }: Walk, { book, start, last, exposedRows, coveredRows }: Desk): SymbolOutcome {
  const { ledger, money } = engine;
  const { position, symbol, close } = book;
  const trips = ledger.trips.filter((trip) => trip.symbol === symbol);
  const open = money.add(position.tripCash, position.money.value(position.quantity, close));
  return {
    symbol: symbolIn(unitsOf(engine), symbol).name,
    bars: (last?.row ?? -1) + 1,
    exposedRows,
    coveredRows,
    start: start === Number.POSITIVE_INFINITY ? null : start,
    roundTrips: trips.length,
    profit: money.format(trips.reduce((sum, { profit }) => money.add(sum, profit), open)),
    position: positionText(book),
  };
}

function positionText({ position, money }: Book): string {
  return formatDecimal(position.quantity, money.scale.quantityDecimals);
}

/** What the account has come to. */
export function endRecord({ engine }: Walk): EndRecord {
  const { ledger, money, orders, rejected, log, books } = engine;
  const [only, ...others] = books;
  const held =
    only !== undefined && others.length === 0
      ? { position: positionText(only) }
      : { positions: Object.fromEntries(books.map((book) => [symbolIn(unitsOf(engine), book.symbol).name, positionText(book)])) };
  return {
    event: "end",
    final_equity: money.format(equityNow(engine)),
    cash: money.format(ledger.cash),
    ...held,
    round_trips: ledger.trips.length,
    fees: money.format(money.add(ledger.fees, ledger.interest)),
    orders,
    fills: log.fills,
    rejected,
  };
}

/** Makes a value when it is first asked for, and keeps it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
