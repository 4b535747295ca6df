/** The outcome of a finished walk. Text of orders, fills and trips is made when it is first read: a run without readers does not pay for it. */

import { equityNow } from "../engine/state.ts";
import { SLOT } from "../graph/kernel.ts";
import { formatDecimal } from "../values/decimal.ts";
import type { Money } from "../values/money.ts";
import { buyAndHold, type Purchase } from "./buy-and-hold.ts";
import type { BacktestOutcome, EndRecord, RoundTrip, RunRecord } from "./outcome.ts";
import { roundTrip, runRecord, unitsOf } from "./records.ts";
import type { Walk } from "./walk.ts";

export interface Finished {
  readonly state: Walk;
  readonly cash: Money;
  readonly purchase: Purchase | null;
  readonly hash: string;
}

export function summary({ state, cash, purchase, hash }: Finished): BacktestOutcome {
  const { engine, kernel, first, last } = state;
  const { graph, ledger, money } = engine;
  const units = unitsOf(engine);
  if (first === null || last === null) throw new Error("a summary of no rows");
  const end = endRecord(state);
  const records = once<readonly RunRecord[]>(() => [
    ...Array.from({ length: engine.log.length }, (_, index) => runRecord(engine.log.at(index), units)),
    end,
  ]);
  const incidents = once<readonly RunRecord[]>(() => engine.log.incidents.map((index) => runRecord(engine.log.at(index), units)));
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
    bars: state.rows,
    startRow: state.startRow,
    from: first,
    to: last.time,
    sessionEquity: { time: state.sessionTime, equity: state.sessionEquity },
    maxDrawdown: kernel.slots[SLOT.maxDrawdown] ?? Number.NaN,
    exposedRows: state.exposedRows,
    firings: Object.fromEntries(graph.rules.map((rule, index) => [rule.name, engine.firings[index] ?? 0])),
    slippage: money.format(engine.slippage),
    buyAndHold: purchase === null ? null : buyAndHold(graph, state.book.money, cash, purchase, last.close),
    wakes: state.wakes,
    hash,
  };
}

function endRecord({ engine, book }: Walk): EndRecord {
  const { ledger, money, orders, rejected, log } = engine;
  return {
    event: "end",
    final_equity: money.format(equityNow(engine)),
    cash: money.format(ledger.cash),
    position: formatDecimal(book.position.quantity, book.money.scale.quantityDecimals),
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
