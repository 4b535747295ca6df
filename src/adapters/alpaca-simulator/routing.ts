/** How an order meets the market: when it is worked, when its stop is reached, at which price it fills, what expires at a session's end. */
import { type Amount, amount, least, most } from "./amounts.ts";
import { change, type Exchange, endAlone, endOrder, fillOrder, isArmed } from "./exchange.ts";
import { isTooLateForClose, phaseAt } from "./hours.ts";
import { isOpen, remaining, type SimulatedOrder, siblings } from "./order.ts";
import type { Quote, Trade } from "./tape.ts";

/** Whether the market takes the order at present. */
function isWorked({ now }: Exchange, { ticket }: SimulatedOrder): boolean {
  if (ticket.asset.class === "crypto") return true;
  if (ticket.tif === "opg" || ticket.tif === "cls") return false;
  const phase = phaseAt(now);
  return phase === "regular" || (ticket.extendedHours && phase !== "closed");
}

/** Sends a new order on its way: to the market, or to wait for its session. */
export function route(exchange: Exchange, order: SimulatedOrder): void {
  if (exchange.befalls("reject_order")) {
    endOrder(exchange, order, "rejected");
    return;
  }
  const { tif } = order.ticket;
  const waitsForAuction = tif === "cls" && phaseAt(exchange.now) === "regular" && !isTooLateForClose(exchange.now);
  if (isWorked(exchange, order) || waitsForAuction) change(exchange, order, "new", "new");
  else change(exchange, order, "accepted", "accepted");
  meet(exchange, order);
}

/** Tries an order against the market as it stands. */
function meet(exchange: Exchange, order: SimulatedOrder): void {
  const { ticket } = order;
  const quote = exchange.quotes.get(ticket.asset.symbol);
  if (!isOpen(order) || !isArmed(order) || !isWorked(exchange, order)) return;
  if (order.status === "accepted") change(exchange, order, "new", "new");
  if (quote !== undefined && isReached(exchange, order)) {
    const price = quotedPrice(order, quote);
    if (price !== null) execute(exchange, order, price);
  }
  if (isOpen(order) && (ticket.tif === "ioc" || ticket.tif === "fok")) endOrder(exchange, order, "canceled");
}

/** The price at which the quote would take the order, or null where it is not marketable. Sizes do not matter, as on Alpaca's paper accounts. */
function quotedPrice({ ticket }: SimulatedOrder, { bid, ask }: Quote): Amount | null {
  const price = ticket.side === "buy" ? ask : bid;
  return isWithin(ticket, price) ? price : null;
}

function isWithin({ side, limit }: SimulatedOrder["ticket"], price: Amount): boolean {
  return limit === null || (side === "buy" ? price.lessThanOrEqualTo(limit) : price.greaterThanOrEqualTo(limit));
}

/** Whether the order has no stop, or the last trade reached it now or before. */
function isReached(exchange: Exchange, order: SimulatedOrder): boolean {
  const { type, side, asset } = order.ticket;
  if (type === "market" || type === "limit" || order.isTriggered) return true;
  const last = exchange.trades.get(asset.symbol)?.price;
  if (last === undefined) return false;
  if (type === "trailing_stop") trail(order, last);
  if (order.stop === null || (side === "buy" ? last.lessThan(order.stop) : last.greaterThan(order.stop))) return false;
  order.isTriggered = true;
  if (order.status === "held") {
    // The other of the pair goes before the stop is worked, and does not take it along.
    for (const other of siblings(order).filter(isOpen)) endAlone(exchange, other, "canceled");
    change(exchange, order, "new", "new");
  }
  return true;
}

function trail(order: SimulatedOrder, last: Amount): void {
  const { side, trailPrice, trailPercent } = order.ticket;
  const isBuy = side === "buy";
  order.highWater = order.highWater === null ? last : (isBuy ? least : most)(order.highWater, last);
  const distance = trailPrice ?? order.highWater.times(trailPercent ?? 0).dividedBy(100);
  order.stop = (isBuy ? order.highWater.plus(distance) : order.highWater.minus(distance)).toDecimalPlaces(2);
}

function execute(exchange: Exchange, order: SimulatedOrder, price: Amount): void {
  const left = remaining(order, price);
  const { settings, random } = exchange;
  const isPartial = exchange.befalls("partial_fill") || (settings.partialFills > 0 && random.uniform() < settings.partialFills);
  const part = isPartial && order.ticket.tif !== "fok" && order.quantity !== null ? partOf(exchange, left) : null;
  fillOrder(exchange, order, part ?? left, price);
}

/** A random part of a quantity in whole shares; of a fraction a random share of it. Null where it cannot be divided. */
function partOf({ random }: Exchange, left: Amount): Amount | null {
  if (!left.isInteger()) return left.times(amount((1 + random.below(98)) / 100)).toDecimalPlaces(9);
  return left.greaterThan(1) ? amount(1 + random.below(left.toNumber() - 1)) : null;
}

export function quoteArrives(exchange: Exchange, quote: Quote): void {
  exchange.quotes.set(quote.symbol, quote);
  meetAll(exchange, quote.symbol);
}

export function tradeArrives(exchange: Exchange, trade: Trade): void {
  exchange.trades.set(trade.symbol, trade);
  if (exchange.awaitingOpen.delete(trade.symbol)) auction(exchange, "opg", trade);
  meetAll(exchange, trade.symbol);
}

function meetAll(exchange: Exchange, symbol: string): void {
  for (const order of [...exchange.open]) if (order.ticket.asset.symbol === symbol) meet(exchange, order);
}

/** The orders for an auction fill at its price, and end. */
function auction(exchange: Exchange, tif: "opg" | "cls", { symbol, price }: Trade): void {
  for (const order of [...exchange.open].filter(({ ticket }) => ticket.tif === tif && ticket.asset.symbol === symbol)) {
    if (isWithin(order.ticket, price)) fillOrder(exchange, order, remaining(order, price), price);
    else endOrder(exchange, order, "expired");
  }
}

export function sessionOpens(exchange: Exchange): void {
  for (const [symbol, asset] of exchange.assets) if (asset.class === "us_equity") exchange.awaitingOpen.add(symbol);
  for (const order of [...exchange.open])
    if (order.status === "accepted" && order.ticket.tif === "cls") change(exchange, order, "new", "new");
}

/** The closing auction, and the end of the day's orders; those of extended hours live on until these end. */
export function sessionCloses(exchange: Exchange): void {
  for (const trade of exchange.trades.values()) auction(exchange, "cls", trade);
  expireDay(exchange, false);
}

export function hoursEnd(exchange: Exchange): void {
  expireDay(exchange, true);
}

function expireDay(exchange: Exchange, extended: boolean): void {
  for (const order of [...exchange.open]) {
    const { asset, tif, extendedHours } = order.ticket;
    const isOver = tif !== "gtc" && asset.class === "us_equity" && extendedHours === extended && order.createdAt < exchange.now;
    if (isOver && isOpen(order) && order.parent === null) endOrder(exchange, order, "expired");
  }
}
