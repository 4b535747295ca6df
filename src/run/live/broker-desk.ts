/**
 * A strategy's orders at a broker. The engine's commands become requests; what the broker can take of them at one time goes out, the rest waits here: an
 * order of which another attempt is being cancelled, a target beside the stop of its trade, which protects until the target's price is reached.
 */
import type { Execution } from "../../engine/event.ts";
import type { Signal } from "../../engine/risk/gate.ts";
import type { BrokerOrder, BrokerTimeInForce } from "../../market/broker.ts";
import { formatDecimal } from "../../values/decimal.ts";
import type { Instant } from "../../values/quantity.ts";
import { priceOf } from "../../venue/bar.ts";
import type { Venue } from "../../venue/venue.ts";
import { symbolIn, type Units } from "../records.ts";
import { clientIdOf } from "./client-id.ts";
import { isOpen, ORDER_TRANSITIONS, type OrderEvent } from "./order-states.ts";
import type { LiveRecord, LiveRequest, OrderState } from "./record.ts";

type Approved = Signal<"approved">;
/** A request before it has its number. */
export type Wanted = LiveRequest extends infer R ? (R extends LiveRequest ? Omit<R, "number"> : never) : never;

/** One order of the engine, at the broker or on its way. */
export interface SentOrder {
  /** As the engine has it: what is to be filled still. */
  order: Approved;
  state: OrderState;
  /** Counted from 1; 0 before the first. */
  attempt: number;
  /** Of the last attempt. */
  clientId: string;
  /** Lots that the last attempt was for, and has filled. */
  asked: number;
  filled: number;
  /** Σ lots × ticks of that. */
  paid: number;
  /** The engine waits for nothing of it any more. */
  isOver: boolean;
  /** It goes out anew when this attempt has ended. */
  again: boolean;
  /** Of a target: its price has been reached, it works in the place of the stop. */
  isReached: boolean;
}

/** An attempt that has ended. */
export interface EndedOrder extends SentOrder {
  /** A view of the account was asked for after its end. */
  isViewed: boolean;
}

export interface BrokerDesk {
  readonly run: string;
  readonly strategy: string;
  readonly units: Units;
  /** By the engine's id. */
  readonly orders: Map<number, SentOrder>;
  /** Ids of the engine by client id, of orders that may still be heard of. */
  readonly ids: Map<string, number>;
  /** By client id, attempts that have ended and that no view from after their end has shown: a fill of theirs may have been missed. */
  readonly ended: Map<string, EndedOrder>;
  readonly ask: (request: Wanted) => void;
  readonly tell: (record: LiveRecord) => void;
}

/** Moves an order on. False where its state does not allow that; nothing has changed then. */
export function advance(desk: BrokerDesk, sent: SentOrder, event: OrderEvent): boolean {
  const to = ORDER_TRANSITIONS[sent.state][event];
  if (to === undefined) return false;
  const from = sent.state;
  sent.state = to;
  if (to !== from) desk.tell({ kind: "order_state", strategy: desk.strategy, clientId: sent.clientId, order: sent.order.id, from, to });
  return true;
}

/** Who carries out the engine's commands. */
function brokerExecution(desk: BrokerDesk): Execution {
  return {
    submit: (order) => {
      const sent: SentOrder = {
        ...{ order, state: "intended", attempt: 0, clientId: "", asked: 0, filled: 0, paid: 0 },
        ...{ isOver: false, again: false, isReached: false },
      };
      desk.orders.set(order.id, sent);
      release(desk, order.proposal.symbol);
    },
    resize: (order) => {
      const sent = desk.orders.get(order.id);
      if (sent === undefined) return;
      sent.order = order;
      if (sent.state !== "intended" && order.quantity !== sent.asked - sent.filled) replace(desk, sent);
    },
    rescale: (order) => {
      const sent = desk.orders.get(order.id);
      if (sent === undefined) return;
      sent.order = order;
      if (sent.state !== "intended") replace(desk, sent);
    },
    cancel: (order) => {
      const sent = desk.orders.get(order.id);
      if (sent === undefined) return;
      sent.isOver = true;
      if (sent.state === "intended") desk.orders.delete(order.id);
      else withdraw(desk, sent);
      release(desk, order.proposal.symbol);
    },
  };
}

/** Cancels what is out, to send the order anew as it is then. */
function replace(desk: BrokerDesk, sent: SentOrder): void {
  sent.again = true;
  withdraw(desk, sent);
}

export function withdraw(desk: BrokerDesk, sent: SentOrder): void {
  if (sent.state === "cancelling" || !advance(desk, sent, "cancel")) return;
  desk.ask({ kind: "cancel", clientId: sent.clientId });
}

/** Sends what waits for nothing any more, in order of approval. */
export function release(desk: BrokerDesk, symbol: number): void {
  for (const sent of desk.orders.values()) {
    if (sent.state === "intended" && sent.order.proposal.symbol === symbol && !waits(desk, sent)) send(desk, sent);
  }
}

function waits(desk: BrokerDesk, sent: SentOrder): boolean {
  const { symbol, trade } = sent.order.proposal;
  for (const other of desk.orders.values()) {
    const { proposal } = other.order;
    if (proposal.symbol !== symbol || other === sent) continue;
    if (other.state === "cancelling") return true;
    if (proposal.trade === trade && !other.isOver && takesRoom(other, sent)) return true;
  }
  return false;
}

/** A stop and a target of one trade are for the same shares: one of them is out at a time. */
function takesRoom(other: SentOrder, sent: SentOrder): boolean {
  const [kind, otherKind] = [sent.order.proposal.kind, other.order.proposal.kind];
  if (kind === "target" && otherKind === "stop") return !sent.isReached || isOpen(other.state);
  return kind === "stop" && otherKind === "target" && other.isReached;
}

function send(desk: BrokerDesk, sent: SentOrder): void {
  const { order } = sent;
  sent.attempt += 1;
  sent.clientId = clientIdOf(desk.run, desk.strategy, order.id, sent.attempt);
  sent.asked = order.quantity;
  sent.filled = 0;
  sent.paid = 0;
  desk.ids.set(sent.clientId, order.id);
  advance(desk, sent, "submit");
  desk.ask({ kind: "submit", order: brokerOrder(desk, sent) });
}

/** The order as a broker is told of it. */
export function brokerOrder({ units }: BrokerDesk, { order, clientId, asked }: SentOrder): BrokerOrder {
  const { symbol, side, type, price, limit, tif } = order.proposal;
  const { name, scale } = symbolIn(units, symbol);
  const text = (ticks: number | null): string | null => (ticks === null ? null : formatDecimal(ticks, scale.priceDecimals));
  return {
    clientId,
    symbol: name,
    side,
    type,
    tif: brokerTime(tif.kind),
    quantity: formatDecimal(asked, scale.quantityDecimals),
    limit: type === "limit" ? text(price) : text(limit),
    stop: type === "stop" || type === "stop_limit" ? text(price) : null,
  };
}

/** Rows and time are counted here: such an order is cancelled when its last row has closed, or the first that its time ends in. */
function brokerTime(kind: Approved["proposal"]["tif"]["kind"]): BrokerTimeInForce {
  return kind === "bars" || kind === "microseconds" ? "gtc" : kind;
}

interface ClosedRow {
  readonly row: number;
  readonly time: Instant;
  readonly high: number;
  readonly low: number;
}

/** What the closed row of a symbol changes: the time of orders that count rows is over, targets take the place of stops and stops that of targets. */
function passRow(desk: BrokerDesk, symbol: number, row: ClosedRow): void {
  for (const sent of desk.orders.values()) {
    const { proposal } = sent.order;
    if (proposal.symbol !== symbol || sent.isOver) continue;
    const { kind } = proposal;
    if (isOver(proposal, row) && isOpen(sent.state)) withdraw(desk, sent);
    if (kind === "target" && !sent.isReached && isTouched(sent, row)) takePlace(desk, sent);
    if (kind === "stop" && sent.state === "intended" && isTouched(sent, row)) giveBack(desk, sent);
  }
  release(desk, symbol);
}

/** Whether the rows or the time that an order works for have passed with this row. */
function isOver({ tif, from, time }: Approved["proposal"], row: ClosedRow): boolean {
  if (tif.kind === "bars") return row.row >= from + tif.count - 1;
  return tif.kind === "microseconds" && row.time > time + tif.count;
}

/** Whether the market came to the price of a limit or a stop. */
function isTouched({ order: { proposal } }: SentOrder, { high, low }: { readonly high: number; readonly low: number }): boolean {
  const { side, type, price } = proposal;
  if (price === null) return false;
  return (side === "sell") === (type === "limit") ? high >= price : low <= price;
}

function takePlace(desk: BrokerDesk, target: SentOrder): void {
  target.isReached = true;
  for (const other of desk.orders.values()) {
    const { kind, trade } = other.order.proposal;
    if (kind === "stop" && trade === target.order.proposal.trade && isOpen(other.state)) replace(desk, other);
  }
}

function giveBack(desk: BrokerDesk, stop: SentOrder): void {
  for (const other of desk.orders.values()) {
    const { kind, trade } = other.order.proposal;
    if (kind !== "target" || trade !== stop.order.proposal.trade || !other.isReached) continue;
    other.isReached = false;
    if (isOpen(other.state)) replace(desk, other);
  }
}

/** A symbol's market where a broker is: nothing fills on rows, but what they change of orders that wait here. */
export function brokerVenue(desk: BrokerDesk, symbol: number): Venue {
  let last = -1;
  return {
    ...brokerExecution(desk),
    next: (bar) => {
      if (bar.row !== last)
        passRow(desk, symbol, { row: bar.row, time: bar.time, high: priceOf(bar, bar.columns.high), low: priceOf(bar, bar.columns.low) });
      last = bar.row;
      return null;
    },
    nextAtClose: () => null,
    wake: () => {
      const isWatched = [...desk.orders.values()].some(({ order }) => order.proposal.symbol === symbol);
      return {
        below: Number.NEGATIVE_INFINITY,
        above: Number.POSITIVE_INFINITY,
        row: isWatched ? 0 : Number.POSITIVE_INFINITY,
        session: false,
      };
    },
    save: () => [],
    restore: () => undefined,
  };
}
