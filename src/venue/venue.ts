/**
 * The simulated market of one symbol (semantics 5). Orders wait in order of approval and meet the rows one by one; each fill or expiry is handed out before the
 * next is looked for, so that what it leads to (a stop placed, an order cancelled) is in force for the rest of the row.
 */
import type { Execution } from "../engine/event.ts";
import { isImmediate } from "../engine/risk/proposal.ts";
import type { Simulation, SymbolId } from "../graph/nodes.ts";
import type { EventKind } from "../market/bars.ts";
import type { Fill, Moment, Side } from "../market/order.ts";
import { removeAt } from "../values/list.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { lots, type Price, type Quantity, ticks } from "../values/quantity.ts";
import { oneMinus, onePlus, productDown, productUp, ratioOf } from "../values/ratio.ts";
import type { Bar } from "./bar.ts";
import { eventMatching } from "./events.ts";
import { type FeeTally, feeSchedule, tallied } from "./fees.ts";
import { atClose, BAR_MATCHING, type Matching, type Resting, reach, untilClose } from "./quotes.ts";
import { isOver, type Turn, type Wake, wakeOf } from "./time-in-force.ts";
import { type VolumeRoom, volumeRoom } from "./volume.ts";

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

type Executor = (resting: Resting, quantity: Quantity, bar: Bar, quoted: Price) => Fill;
type Quote = (resting: Resting, bar: Bar) => Price | null;

/** What a row brings, in order: its open, what lies between, its close, each with the orders whose time is over then. */
const TURNS: readonly Turn[] = ["begin", "open", "afterOpen", "inside", "afterInside", "close", "afterClose"];

/** As far as a finer bar goes that is not the last of its row. */
const TURNS_WITHIN = TURNS.indexOf("inside") + 1;

/** Hands each order to the venue of its symbol. */
export function byVenue(venues: readonly Venue[]): Execution {
  const venueOf = (symbol: SymbolId): Venue => {
    const venue = venues[symbol];
    if (venue === undefined) throw new Error(`symbol ${symbol} is not traded`);
    return venue;
  };
  return {
    submit: (order) => venueOf(order.proposal.symbol).submit(order),
    resize: (order) => venueOf(order.proposal.symbol).resize(order),
    rescale: (order) => venueOf(order.proposal.symbol).rescale(order),
    cancel: (order) => venueOf(order.proposal.symbol).cancel(order),
  };
}

/** What a venue knows of its symbol. */
interface Floor {
  readonly matching: Matching;
  readonly limits: Simulation["limit"];
  /** In order of approval. */
  readonly orders: Resting[];
  readonly room: VolumeRoom;
  readonly execute: Executor;
}

/** The venue of one symbol, whose arithmetic `money` is; its rows are bars, or events of a kind. */
export function simulatedVenue(simulation: Simulation, money: MoneyArithmetic, events?: EventKind): Venue {
  const orders: Resting[] = [];
  const matching = events === undefined ? BAR_MATCHING : eventMatching(events, simulation.limit);
  const execute = executor(simulation, money);
  const floor = { matching, limits: simulation.limit, orders, room: volumeRoom(simulation, money.scale), execute };
  /** How far the row has come. */
  let [at, turn]: [Bar | null, number] = [null, 0];
  return {
    submit: (order) => {
      const { from } = order.proposal;
      // What works from the next row on meets the finer bars that are left of this one.
      const arrival = at !== null && from === at.row + 1 ? at.next : from;
      orders.push({ order, from: arrival, left: order.quantity, tally: null, reachedFrom: null });
    },
    resize: (order) => replace(orders, order),
    rescale: (order) => replace(orders, order),
    cancel: ({ id }) => remove(orders, id),
    next: (bar) => {
      if (bar.place !== at?.place) [at, turn] = [bar, 0];
      const turns = bar.next < bar.row + 1 ? TURNS_WITHIN : TURNS.length;
      for (; orders.length > 0 && turn < turns; turn++) {
        const event = happens(floor, bar, TURNS[turn] ?? "begin");
        if (event !== null) return event;
      }
      return null;
    },
    nextAtClose: (bar) => firstOf(floor, bar, (resting) => atDecidingClose(matching, resting, bar), "close"),
    wake: () => wakeOf(orders, matching.waitsForStops),
    save: () => orders,
    restore: (saved) => orders.splice(0, orders.length, ...saved.map((resting) => ({ ...resting }))),
  };
}

function replace(orders: readonly Resting[], order: Resting["order"]): void {
  for (const resting of orders) {
    if (resting.order.id !== order.id) continue;
    resting.order = order;
    resting.left = order.quantity;
  }
}

function happens(floor: Floor, bar: Bar, turn: Turn): VenueEvent | null {
  switch (turn) {
    case "open":
      return firstOf(floor, bar, floor.matching.atOpen, "open");
    case "inside":
      return floor.matching.hasInside ? nearest(floor, bar) : null;
    case "close":
      return bar.endsSession ? firstOf(floor, bar, (resting) => atClose(floor.matching, resting, bar), "close") : null;
    case "begin":
    case "afterOpen":
    case "afterInside":
    case "afterClose":
      return expired(floor, bar, turn);
  }
}

/** In order of approval. */
function firstOf(floor: Floor, bar: Bar, quote: Quote, moment: Moment): VenueEvent | null {
  for (const resting of floor.orders) {
    const quoted = quote(resting, bar);
    const event = quoted === null ? null : filled(floor, resting, bar, quoted, moment);
    if (event !== null) return event;
  }
  return null;
}

function nearest(floor: Floor, bar: Bar): VenueEvent | null {
  if (floor.room.left(bar) > 0) {
    const found = untilClose(floor.orders, bar, floor.limits);
    return found === null ? null : filled(floor, found.resting, bar, found.price, "inside");
  }
  for (const resting of floor.orders) reach(resting, bar);
  return null;
}

/** Fills an order as far as the row's volume goes; null where it cannot begin. */
function filled({ orders, room, execute }: Floor, resting: Resting, bar: Bar, quoted: Price, moment: Moment): VenueEvent | null {
  const quantity = lots(Math.min(resting.left, room.left(bar)));
  const { tif, type } = resting.order.proposal;
  const isWhole = quantity === resting.left;
  if (!isWhole && (type === "stop" || type === "stop_limit")) resting.reachedFrom = bar.next;
  if (quantity === 0 || (!isWhole && tif.kind === "fok")) return null;
  room.take(quantity);
  if (isWhole) remove(orders, resting.order.id);
  resting.left = lots(resting.left - quantity);
  return { kind: "fill", fill: execute(resting, quantity, bar, quoted), moment };
}

function expired({ orders, matching }: Floor, bar: Bar, turn: Turn): VenueEvent | null {
  for (const resting of orders) {
    const { order } = resting;
    if (!isOver(resting, bar, turn) && !(turn === "begin" && matching.takesOnArrival(resting, bar))) continue;
    remove(orders, order.id);
    return { kind: "expiry", symbol: order.proposal.symbol, order: order.id };
  }
  return null;
}

function atDecidingClose({ closeFor }: Matching, { order: { proposal } }: Resting, bar: Bar): Price | null {
  return isImmediate(proposal) ? closeFor(bar, proposal.side) : null;
}

function remove(orders: Resting[], id: number): void {
  const place = orders.findIndex(({ order }) => order.id === id);
  if (place >= 0) removeAt(orders, place);
}

/** Slippage goes against the order and is rounded against it (5.2). A limit is a limit. Fees are of all that an order fills on a date. */
function executor(simulation: Simulation, money: MoneyArithmetic): Executor {
  const slippage = ratioOf(simulation.slippage);
  const [dearer, cheaper] = [onePlus(slippage), oneMinus(slippage)];
  const fees = feeSchedule(simulation.fees, money);
  const feeOf = (side: Side, { quantity, value, time }: FeeTally): Money => fees(side, quantity, value, time);
  return (resting, quantity, { row, time }, quoted) => {
    const { id, proposal } = resting.order;
    const { symbol, side, type } = proposal;
    const slips = type === "market" || type === "stop";
    const slipped = ticks(side === "buy" ? productUp(quoted, dearer) : productDown(quoted, cheaper));
    const price = slips ? slipped : quoted;
    const now = { quantity, value: money.value(quantity, price), time };
    const all = tallied(money, resting.tally, now);
    const fee = resting.tally === null || all === now ? feeOf(side, now) : money.subtract(feeOf(side, all), feeOf(side, resting.tally));
    resting.tally = all;
    return { order: id, symbol, row, time, side, quantity, price, quoted, fee };
  };
}
