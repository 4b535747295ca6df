/**
 * The simulated market of one symbol (semantics 5). Orders wait in order of approval and meet the rows one by one; each fill or expiry is handed out before the
 * next is looked for, so that what it leads to (a stop placed, an order cancelled) is in force for the rest of the row.
 */
import type { Execution } from "../engine/event.ts";
import type { Signal } from "../engine/risk/gate.ts";
import { isImmediate } from "../engine/risk/proposal.ts";
import type { Simulation, SymbolId } from "../graph/nodes.ts";
import type { Fill, Moment } from "../market/order.ts";
import { removeAt } from "../values/list.ts";
import type { MoneyArithmetic } from "../values/money.ts";
import { type Price, ticks } from "../values/quantity.ts";
import { oneMinus, onePlus, productDown, productUp, ratioOf } from "../values/ratio.ts";
import { type Bar, priceOf } from "./bar.ts";
import { feeSchedule } from "./fees.ts";
import { atClose, atOpen, type Resting, untilClose } from "./quotes.ts";
import { isOver, type Turn, type Wake, wakeOf } from "./time-in-force.ts";

/** What happens to a working order on a row. */
export type VenueEvent =
  | { readonly kind: "fill"; readonly fill: Fill; readonly moment: Moment }
  | { readonly kind: "expiry"; readonly symbol: SymbolId; readonly order: number };

export interface Venue extends Execution {
  /** The next event of the row up to its close, or null. Asked until null, after what the event before led to has been carried out. */
  next(bar: Bar): VenueEvent | null;
  /** The same at the row's close, after its decisions: market orders where the file says `market: close`. */
  nextAtClose(bar: Bar): VenueEvent | null;
  /** When something may happen to a waiting order. */
  wake(): Wake;
  /** The orders that wait, between two rows. */
  save(): readonly Resting[];
  restore(saved: readonly Resting[]): void;
}

type Order = Signal<"approved">;
type Quote = (resting: Resting, bar: Bar) => Price | null;

/** What a row brings, in order: its open, what lies between, its close, each with the orders whose time is over then. */
const TURNS: readonly Turn[] = ["begin", "open", "afterOpen", "inside", "afterInside", "close", "afterClose"];

/** Hands each order to the venue of its symbol. */
export function byVenue(venues: readonly Venue[]): Execution {
  const venueOf = (symbol: SymbolId): Venue => {
    const venue = venues[symbol];
    if (venue === undefined) throw new Error(`symbol ${symbol} is not traded`);
    return venue;
  };
  return {
    submit: (order) => venueOf(order.proposal.symbol).submit(order),
    reduce: (order) => venueOf(order.proposal.symbol).reduce(order),
    rescale: (order) => venueOf(order.proposal.symbol).rescale(order),
    cancel: (order) => venueOf(order.proposal.symbol).cancel(order),
  };
}

/** The venue of one symbol, whose arithmetic `money` is. */
export function simulatedVenue(simulation: Simulation, money: MoneyArithmetic): Venue {
  const orders: Resting[] = [];
  /** How far the row has come. */
  let [row, turn] = [-1, 0];
  const execute = executor(simulation, money);

  const filled = (order: Order, bar: Bar, quoted: Price, moment: Moment): VenueEvent => {
    remove(orders, order.id);
    return { kind: "fill", fill: execute(order, bar, quoted), moment };
  };

  const first = (bar: Bar, quote: Quote, moment: Moment): VenueEvent | null => {
    for (const resting of orders) {
      const quoted = quote(resting, bar);
      if (quoted !== null) return filled(resting.order, bar, quoted, moment);
    }
    return null;
  };

  const expired = (bar: Bar, now: Turn): VenueEvent | null => {
    for (const { order } of orders) {
      if (!isOver(order.proposal, bar, now)) continue;
      remove(orders, order.id);
      return { kind: "expiry", symbol: order.proposal.symbol, order: order.id };
    }
    return null;
  };

  const happens = (bar: Bar, now: Turn): VenueEvent | null => {
    switch (now) {
      case "open":
        return first(bar, atOpen, "open");
      case "inside": {
        const found = untilClose(orders, bar);
        return found === null ? null : filled(found.order, bar, found.price, "inside");
      }
      case "close":
        return bar.endsSession ? first(bar, atClose, "close") : null;
      case "begin":
      case "afterOpen":
      case "afterInside":
      case "afterClose":
        return expired(bar, now);
    }
  };

  return {
    submit: (order) => {
      orders.push({ order, limitFrom: null });
    },
    reduce: (order) => replace(orders, order),
    rescale: (order) => replace(orders, order),
    cancel: ({ id }) => remove(orders, id),
    next: (bar) => {
      if (bar.row !== row) [row, turn] = [bar.row, 0];
      for (; orders.length > 0 && turn < TURNS.length; turn++) {
        const event = happens(bar, TURNS[turn] ?? "begin");
        if (event !== null) return event;
      }
      return null;
    },
    nextAtClose: (bar) => first(bar, ({ order }) => (isImmediate(order.proposal) ? priceOf(bar, bar.columns.close) : null), "close"),
    wake: () => wakeOf(orders),
    save: () => orders,
    restore: (saved) => orders.splice(0, orders.length, ...saved.map((resting) => ({ ...resting }))),
  };
}

function replace(orders: readonly Resting[], order: Order): void {
  for (const resting of orders) if (resting.order.id === order.id) resting.order = order;
}

function remove(orders: Resting[], id: number): void {
  const place = orders.findIndex(({ order }) => order.id === id);
  if (place >= 0) removeAt(orders, place);
}

/** Slippage goes against the order and is rounded against it (5.2). A limit is a limit. */
function executor(simulation: Simulation, money: MoneyArithmetic): (order: Order, bar: Bar, quoted: Price) => Fill {
  const slippage = ratioOf(simulation.slippage);
  const [dearer, cheaper] = [onePlus(slippage), oneMinus(slippage)];
  const fee = feeSchedule(simulation.fees, money);
  return ({ id, quantity, proposal }, { row, time }, quoted) => {
    const { symbol, side, type } = proposal;
    const slips = type === "market" || type === "stop";
    const slipped = ticks(side === "buy" ? productUp(quoted, dearer) : productDown(quoted, cheaper));
    const price = slips ? slipped : quoted;
    return { order: id, symbol, row, time, side, quantity, price, quoted, fee: fee(side, quantity, price, time) };
  };
}
