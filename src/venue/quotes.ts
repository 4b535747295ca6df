/** At which price an order fills on a row, if at all (semantics 5.1): one formula a type, for its open, between its open and its close, and at its close. */
import { opens, type Signal } from "../engine/risk/gate.ts";
import type { Simulation } from "../graph/nodes.ts";
import type { Side } from "../market/order.ts";
import type { Price, Quantity } from "../values/quantity.ts";
import { type Bar, priceOf } from "./bar.ts";
import type { FeeTally } from "./fees.ts";

/** An order that waits. */
export interface Resting {
  order: Signal<"approved">;
  /** The place (bar.ts) from which on it works. */
  readonly from: number;
  /** What is to be filled still. */
  left: Quantity;
  /** What it has filled on the date of its last fill; null before any. */
  tally: FeeTally | null;
  /** Of a stop that was reached and has not filled to the end: the place from which on it is a market order; of a stop_limit, a limit order. */
  reachedFrom: number | null;
}

/** How orders meet rows: those of bars here, of events in events.ts. */
export interface Matching {
  /** At the open of a row, also those that trade at no other time of it. */
  atOpen(resting: Resting, bar: Bar): Price | null;
  /** Whether something lies between the open and the close of a row. */
  readonly hasInside: boolean;
  /** What a market order meets at the row's close. */
  closeFor(bar: Bar, side: Side): Price;
  /** Whether an order that may only wait would fill on arrival. */
  takesOnArrival(resting: Resting, bar: Bar): boolean;
  /** Whether stops are looked for on every row, since the market's extremes do not show them. */
  readonly waitsForStops: boolean;
}

export function present(price: Price | null): Price {
  if (price === null) throw new Error("an order without its price");
  return price;
}

/** Whether trading at `price` is within the limit of an order. */
export function isWithin(side: Side, price: Price, limit: Price): boolean {
  return side === "buy" ? price <= limit : price >= limit;
}

/** Whether `price` is at the stop of an order or beyond it. */
export function reaches(side: Side, price: Price, stop: Price): boolean {
  return side === "buy" ? price >= stop : price <= stop;
}

/** A stop_limit that is triggered at `price` fills there, or waits with its limit from the next row on. */
export function triggered(resting: Resting, bar: Bar, price: Price): Price | null {
  const { side, limit } = resting.order.proposal;
  if (isWithin(side, price, present(limit))) return price;
  resting.reachedFrom = bar.next;
  return null;
}

/** At the open, also those that trade at no other time of the row. */
function atOpen(resting: Resting, bar: Bar): Price | null {
  const { side, type, tif, price, limit } = resting.order.proposal;
  if (bar.place < resting.from || tif.kind === "cls" || (tif.kind === "opg" && !bar.beginsSession)) return null;
  const open = priceOf(bar, bar.columns.open);
  switch (type) {
    case "market":
      return open;
    case "limit":
      return isWithin(side, open, present(price)) ? open : null;
    case "stop":
      if (resting.reachedFrom !== null) return bar.place >= resting.reachedFrom ? open : null;
      return reaches(side, open, present(price)) ? open : null;
    case "stop_limit":
      if (resting.reachedFrom !== null) return bar.place >= resting.reachedFrom && isWithin(side, open, present(limit)) ? open : null;
      return reaches(side, open, present(price)) ? triggered(resting, bar, open) : null;
  }
}

/** Between the open and the close: a stop must be reached, a limit traded through or, where the file says so, touched. */
function inside(resting: Resting, bar: Bar, limits: Simulation["limit"]): Price | null {
  const { side, type, tif, price, limit } = resting.order.proposal;
  if (bar.place < resting.from || !mayWaitInside(tif.kind)) return null;
  switch (type) {
    case "market":
      return null;
    case "limit":
      return isTraded(side, bar, present(price), limits);
    case "stop":
      return resting.reachedFrom === null ? isReached(side, bar, present(price)) : null;
    case "stop_limit": {
      if (resting.reachedFrom !== null) return bar.place >= resting.reachedFrom ? isTraded(side, bar, present(limit), limits) : null;
      const stop = isReached(side, bar, present(price));
      return stop === null ? null : triggered(resting, bar, stop);
    }
  }
}

function mayWaitInside(tif: Signal<"validated">["tif"]["kind"]): boolean {
  return tif === "day" || tif === "gtc" || tif === "bars" || tif === "microseconds";
}

function isTraded(side: Side, bar: Bar, limit: Price, limits: Simulation["limit"]): Price | null {
  const beyond = side === "buy" ? limit - priceOf(bar, bar.columns.low) : priceOf(bar, bar.columns.high) - limit;
  return beyond > 0 || (beyond === 0 && limits === "touch") ? limit : null;
}

function isReached(side: Side, bar: Bar, stop: Price): Price | null {
  return reaches(side, priceOf(bar, side === "buy" ? bar.columns.high : bar.columns.low), stop) ? stop : null;
}

/**
 * The next order that fills inside the row (5.4): entries in order of approval, then of what closes the stops, then the limits, each the one that
 * the market comes to first.
 */
export function untilClose(
  orders: readonly Resting[],
  bar: Bar,
  limits: Simulation["limit"],
): { readonly resting: Resting; readonly price: Price } | null {
  let best: { readonly resting: Resting; readonly price: Price; readonly rank: number; readonly distance: number } | null = null;
  for (const resting of orders) {
    const price = inside(resting, bar, limits);
    if (price === null) continue;
    const { order } = resting;
    const { side, type } = order.proposal;
    const isStop = type === "stop" || (type === "stop_limit" && resting.reachedFrom === null);
    const rank = opens(order) ? 0 : isStop ? 1 : 2;
    const distance = rank === 0 ? 0 : isStop === (side === "buy") ? price : -price;
    if (best === null || rank < best.rank || (rank === best.rank && distance < best.distance)) best = { resting, price, rank, distance };
  }
  return best;
}

/** Takes note of a stop that the row reaches where no volume is left for it. */
export function reach(resting: Resting, bar: Bar): void {
  const { type } = resting.order.proposal;
  const isStop = (type === "stop" || type === "stop_limit") && resting.reachedFrom === null;
  if (isStop && inside(resting, bar, "through") !== null) resting.reachedFrom = bar.next;
}

/** At the close of a session, before its decisions: the orders that asked for it. */
export function atClose({ closeFor }: Matching, { order: { proposal }, from }: Resting, bar: Bar): Price | null {
  const { side, tif, price } = proposal;
  if (tif.kind !== "cls" || bar.place < from) return null;
  const close = closeFor(bar, side);
  return price === null || isWithin(side, close, price) ? close : null;
}

export const BAR_MATCHING: Matching = {
  atOpen,
  hasInside: true,
  closeFor: (bar) => priceOf(bar, bar.columns.close),
  takesOnArrival: () => false,
  waitsForStops: false,
};
