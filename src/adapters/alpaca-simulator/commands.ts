/** What clients may ask of the simulated broker: to submit, cancel and replace orders, and to close positions. */
import type { Amount } from "./amounts.ts";
import type { Asset } from "./assets.ts";
import { addOrder, announce, change, type Exchange, endOrder, fillOrder } from "./exchange.ts";
import { heldByOrders } from "./figures.ts";
import { heldOf } from "./holdings.ts";
import { isOpen, newOrder, remaining, type SimulatedOrder, type Ticket } from "./order.ts";
import { checkDraft, checkMeans, checkTick } from "./order-checks.ts";
import { type OrderJson, orderJson } from "./order-json.ts";
import { type Body, clientIdOf, positive, readOrderRequest, readTimeInForce } from "./order-request.ts";
import { idNotUnique, noOrder, noPosition, notChangeable, Refused, suspended, unprocessable } from "./refusal.ts";
import { route } from "./routing.ts";

/** Takes a new order; what the client is answered shows it as it was at that moment, before it meets the market. */
export function submitOrder(exchange: Exchange, body: Body): OrderJson {
  if (exchange.isSuspended) throw new Refused(suspended());
  const draft = readOrderRequest(body, { asset: (symbol) => assetNamed(exchange, symbol), newId: exchange.newId });
  expectUnused(exchange, draft.ticket.clientId);
  checkDraft(exchange, draft);
  const order = newOrder(exchange.newId(), draft.ticket, exchange.now);
  order.legs = draft.legs.map((leg) => ({ ...newOrder(exchange.newId(), leg, exchange.now), status: "held" as const, parent: order }));
  for (const one of [order, ...order.legs]) addOrder(exchange, one);
  const answer = orderJson(order, true);
  route(exchange, order);
  return answer;
}

/** Pairs are known with and without their slash, stocks also by SYMBOL:EXCHANGE:CLASS, all by their id. */
export function assetNamed({ assets }: Exchange, name: string): Asset | null {
  const [plain = name] = name.split(":");
  const id = hyphenated(name);
  return assets.get(plain) ?? [...assets.values()].find((asset) => asset.id === id || asset.symbol.replace("/", "") === plain) ?? null;
}

/** Clients may write an id without its hyphens. */
function hyphenated(id: string): string {
  return id.replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/, "$1-$2-$3-$4-$5");
}

function expectUnused({ byClientId }: Exchange, clientId: string): void {
  if (byClientId.has(clientId)) throw new Refused(idNotUnique());
}

export function orderWithId({ orders }: Exchange, id: string): SimulatedOrder {
  const order = orders.get(hyphenated(id));
  if (order === undefined) throw new Refused(noOrder(id));
  return order;
}

export function cancelOrder(exchange: Exchange, id: string): void {
  const order = orderWithId(exchange, id);
  if (!isOpen(order) || order.status === "pending_cancel") throw new Refused(notChangeable(order.status));
  if (exchange.befalls("cancel_race") && fillAtQuote(exchange, order, "pending_cancel")) return;
  endOrder(exchange, order, "canceled");
}

/** The market is faster than a change: the order fills while the change is under way. False where it cannot fill. */
function fillAtQuote(exchange: Exchange, order: SimulatedOrder, pending: "pending_cancel" | "pending_replace"): boolean {
  const { asset, side, limit } = order.ticket;
  const quote = exchange.quotes.get(asset.symbol);
  if (quote === undefined || order.status === "held") return false;
  change(exchange, order, pending, pending);
  const price = limit ?? (side === "buy" ? quote.ask : quote.bid);
  fillOrder(exchange, order, remaining(order, price), price);
  return true;
}

export function replaceOrder(exchange: Exchange, id: string, body: Body): OrderJson {
  const order = orderWithId(exchange, id);
  if (!isOpen(order)) throw new Refused(notChangeable(order.status));
  if (order.status !== "new" && order.status !== "partially_filled" && order.status !== "held") {
    throw new Refused(unprocessable(`cannot replace order in ${order.status} status`));
  }
  const ticket = replacedTicket(exchange, order, body);
  const next = newOrder(exchange.newId(), ticket, exchange.now, order.id);
  if (exchange.befalls("replace_race") && fillAtQuote(exchange, order, "pending_replace")) {
    addOrder(exchange, next);
    const answer = orderJson(next, true);
    announce(exchange, order, "order_replace_rejected");
    endOrder(exchange, next, "rejected");
    return answer;
  }
  const wasHeld = order.status === "held";
  takePlace(exchange, order, next);
  const answer = orderJson(next, true);
  if (next.parent === null) route(exchange, next);
  else change(exchange, next, wasHeld ? "held" : "new", "new");
  return answer;
}

function replacedTicket(exchange: Exchange, order: SimulatedOrder, body: Body): Ticket {
  const old = order.ticket;
  const clientId = clientIdOf(body) ?? exchange.newId();
  expectUnused(exchange, clientId);
  if (old.notional !== null) throw new Refused(unprocessable("notional orders cannot be replaced"));
  const trail = positive(body, "trail");
  const ticket: Ticket = {
    ...old,
    clientId,
    quantity: positive(body, "qty") ?? order.quantity,
    limit: positive(body, "limit_price") ?? old.limit,
    stop: positive(body, "stop_price") ?? old.stop,
    trailPrice: old.trailPrice === null ? null : (trail ?? old.trailPrice),
    trailPercent: old.trailPercent === null ? null : (trail ?? old.trailPercent),
    tif: readTimeInForce(body) ?? old.tif,
  };
  if (old.limit === null && ticket.limit !== null) throw new Refused(unprocessable("limit price is not allowed for this order"));
  if (old.stop === null && ticket.stop !== null) throw new Refused(unprocessable("stop price is not allowed for this order"));
  checkTick(ticket);
  if (order.parent === null) checkMeans(exchange, ticket, order);
  return ticket;
}

/** The new order stands where the old one stood, within its group too. */
function takePlace(exchange: Exchange, order: SimulatedOrder, next: SimulatedOrder): void {
  addOrder(exchange, next);
  next.legs = order.legs;
  next.parent = order.parent;
  for (const leg of next.legs) leg.parent = next;
  if (order.parent !== null) order.parent.legs = order.parent.legs.map((leg) => (leg === order ? next : leg));
  order.legs = [];
  order.parent = null;
  order.replacedBy = next.id;
  order.replacedAt = exchange.now;
  exchange.open.delete(order);
  change(exchange, order, "replaced", "replaced");
}

/** Closes a position, or `quantity` of it, with an order at the market. */
export function closePosition(exchange: Exchange, symbol: string, quantity: Amount | null): OrderJson {
  const held = heldOf(exchange.holdings, symbol);
  if (held.isZero()) throw new Refused(noPosition());
  const isShort = held.isNegative();
  const free = held.abs().minus(heldByOrders(exchange, symbol));
  const crypto = exchange.assets.get(symbol)?.class === "crypto";
  return submitOrder(exchange, {
    symbol,
    qty: (quantity ?? (free.isZero() ? held.abs() : free)).toString(),
    side: isShort ? "buy" : "sell",
    type: "market",
    time_in_force: crypto ? "gtc" : "day",
  });
}
