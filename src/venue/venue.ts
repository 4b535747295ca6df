/**
 * The simulated market (semantics 5). Orders wait in order of approval and meet the rows one by one; each fill is handed out before the next is
 * looked for, so that what it leads to (a stop placed, an order cancelled) is in force for the rest of the row.
 */
import type { Execution } from "../engine/event.ts";
import type { Signal } from "../engine/risk/gate.ts";
import type { Simulation } from "../graph/nodes.ts";
import type { BarChunk } from "../market/bars.ts";
import type { Fill } from "../market/order.ts";
import type { MoneyArithmetic } from "../values/money.ts";
import { type Instant, type Price, ticks } from "../values/quantity.ts";
import { oneMinus, onePlus, productDown, productUp, ratioOf } from "../values/ratio.ts";
import { feeSchedule } from "./fees.ts";

/** A row as the market sees it. Its prices stay in their columns: rows that matter lie far apart there, so only what is needed is read. */
export interface Bar {
  /** Its number in the run, and its place in the columns. */
  readonly row: number;
  readonly index: number;
  /** Its end. */
  readonly time: Instant;
  readonly columns: BarChunk["columns"];
}

export function priceOf({ columns, index }: Bar, field: "open" | "high" | "low" | "close"): Price {
  return ticks(columns[field][index] ?? Number.NaN);
}

export interface Venue extends Execution {
  /** The next fill of the row up to its close, or null. Asked until null, after what the fill before led to has been submitted and cancelled. */
  next(bar: Bar): Fill | null;
  /** The same at the row's close: market orders where the file says `market: close`. */
  nextAtClose(bar: Bar): Fill | null;
  /** The lowest and highest prices at which no waiting stop is reached: it wakes at or below the first, at or above the second. */
  stops(): { readonly below: number; readonly above: number };
  /** Whether a market order waits for the next row's open. */
  waits(): boolean;
}

type Order = Signal<"approved">;

export function simulatedVenue(simulation: Simulation, money: MoneyArithmetic): Venue {
  let orders: readonly Order[] = [];
  const slippage = ratioOf(simulation.slippage);
  const [dearer, cheaper] = [onePlus(slippage), oneMinus(slippage)];
  const fee = feeSchedule(simulation.fees, money);

  const remove = (id: number): void => {
    orders = orders.filter((order) => order.id !== id);
  };

  /** Slippage goes against the order and is rounded against it (5.2). */
  const fill = (order: Order, { row, time }: Bar, quoted: Price): Fill => {
    remove(order.id);
    const { id, quantity } = order;
    const { side } = order.proposal;
    const price = ticks(side === "buy" ? productUp(quoted, dearer) : productDown(quoted, cheaper));
    return { order: id, row, time, side, quantity, price, quoted, fee: fee(side, quantity, price, time) };
  };

  const first = (bar: Bar, quote: (order: Order, bar: Bar) => Price | null): Fill | null => {
    for (const order of orders) {
      const quoted = quote(order, bar);
      if (quoted !== null) return fill(order, bar, quoted);
    }
    return null;
  };

  return {
    submit: (order) => {
      orders = [...orders, order];
    },
    cancel: remove,
    next: (bar) => first(bar, stopOfEntryHere) ?? first(bar, atOpen) ?? first(bar, inside),
    nextAtClose: (bar) => first(bar, atClose),
    stops: () => stopRange(orders),
    waits: () => orders.some(({ proposal }) => proposal.type === "market"),
  };

  /** A stop whose entry was filled on this very row comes right after it, at the open or inside (5.4). */
  function stopOfEntryHere(order: Order, bar: Bar): Price | null {
    if (order.proposal.row !== bar.row) return null;
    return atOpen(order, bar) ?? inside(order, bar);
  }
}

function atOpen({ proposal }: Order, bar: Bar): Price | null {
  const open = priceOf(bar, "open");
  if (proposal.type === "market") return open;
  const stop = stopPriceOf(proposal.price);
  return (proposal.side === "sell" ? open <= stop : open >= stop) ? open : null;
}

function inside({ proposal }: Order, bar: Bar): Price | null {
  if (proposal.type === "market") return null;
  const stop = stopPriceOf(proposal.price);
  return (proposal.side === "sell" ? priceOf(bar, "low") <= stop : priceOf(bar, "high") >= stop) ? stop : null;
}

function atClose({ proposal }: Order, bar: Bar): Price | null {
  return proposal.type === "market" ? priceOf(bar, "close") : null;
}

function stopPriceOf(price: Price | null): Price {
  if (price === null) throw new Error("a stop order without a price");
  return price;
}

function stopRange(orders: readonly Order[]): { readonly below: number; readonly above: number } {
  let below = Number.NEGATIVE_INFINITY;
  let above = Number.POSITIVE_INFINITY;
  for (const { proposal } of orders) {
    if (proposal.type === "market") continue;
    const stop = stopPriceOf(proposal.price);
    if (proposal.side === "sell") below = Math.max(below, stop);
    else above = Math.min(above, stop);
  }
  return { below, above };
}
