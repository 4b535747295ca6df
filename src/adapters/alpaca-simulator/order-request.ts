/** Reads the body of a new order into tickets, with the checks that need nothing but the body; Alpaca's words where it is refused. */
import { type Amount, readAmount } from "./amounts.ts";
import type { Asset } from "./assets.ts";
import { ORDER_CLASSES, ORDER_TYPES, type OrderClass, TIMES_IN_FORCE, type Ticket, type TimeInForce } from "./order.ts";
import { invalidField, malformed, Refused, unprocessable } from "./refusal.ts";

export type Body = Readonly<Record<string, unknown>>;

/** A ticket and those of its legs: of a bracket the profit's and the loss's, of an oco the loss's, of an oto either. */
export interface Draft {
  readonly ticket: Ticket;
  readonly legs: readonly Ticket[];
}

export interface RequestContext {
  readonly asset: (symbol: string) => Asset | null;
  readonly newId: () => string;
}

export function expectBody(value: unknown): Body {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refused(malformed());
  return value as Body;
}

export function readOrderRequest(body: Body, context: RequestContext): Draft {
  const ticket = readTicket(body, context);
  checkClass(ticket, body);
  return withLegs(ticket, body, context);
}

function readTicket(body: Body, { asset, newId }: RequestContext): Ticket {
  const symbol = text(body, "symbol");
  if (symbol === null) throw new Refused(invalidField("symbol is required"));
  const known = asset(symbol);
  if (known === null) throw new Refused(unprocessable(`asset "${symbol}" not found`));
  const orderClass: OrderClass = body.order_class === "" ? "simple" : (choice(body, "order_class", ORDER_CLASSES) ?? "simple");
  const type = choice(body, "type", ORDER_TYPES) ?? (orderClass === "oco" ? "limit" : null);
  const side = choice(body, "side", ["buy", "sell"] as const);
  const tif = choice(body, "time_in_force", TIMES_IN_FORCE);
  if (side === null) throw new Refused(invalidField("side is required"));
  if (type === null) throw new Refused(invalidField("order type is required"));
  if (tif === null) throw new Refused(invalidField("time_in_force is required"));
  const profit = nested(body, "take_profit");
  const ticket: Ticket = {
    clientId: clientIdOf(body) ?? newId(),
    asset: known,
    side,
    type,
    tif,
    orderClass,
    quantity: positive(body, "qty"),
    notional: positive(body, "notional"),
    limit: positive(body, "limit_price") ?? (orderClass === "oco" && profit !== null ? positive(profit, "limit_price") : null),
    stop: positive(body, "stop_price"),
    trailPrice: positive(body, "trail_price"),
    trailPercent: positive(body, "trail_percent"),
    extendedHours: body.extended_hours === true,
  };
  checkQuantity(ticket);
  checkPrices(ticket);
  checkTime(ticket);
  return ticket;
}

/** A client's own id, or null where it gives none. */
export function clientIdOf(body: Body): string | null {
  const id = text(body, "client_order_id");
  if (id === null || id === "") return null;
  if (id.length > 128) throw new Refused(invalidField("client_order_id must be no more than 128 characters"));
  return id;
}

function checkQuantity({ quantity, notional, asset, tif, orderClass, type }: Ticket): void {
  if (quantity === null && notional === null) throw new Refused(invalidField("qty or notional is required"));
  if (quantity !== null && notional !== null) throw new Refused(invalidField("only one of qty or notional is accepted"));
  if (notional?.lessThan(1)) throw new Refused(unprocessable("cost basis must be >= minimal amount of order 1"));
  if (asset.class === "crypto") return;
  const isFractional = notional !== null || !quantity?.isInteger();
  if (isFractional && tif !== "day") throw new Refused(unprocessable("fractional orders must be DAY orders"));
  if (isFractional && (orderClass !== "simple" || type === "trailing_stop"))
    throw new Refused(unprocessable("fractional orders must be simple orders"));
}

function checkPrices({ type, limit, stop, trailPrice, trailPercent, orderClass }: Ticket): void {
  const wrong = (message: string): Refused => new Refused(invalidField(message));
  switch (type) {
    case "market":
      if (limit !== null || stop !== null) throw wrong("market orders require no stop or limit price");
      return;
    case "limit":
      if (limit === null || (stop !== null && orderClass !== "oco")) throw wrong("limit orders require only limit price");
      return;
    case "stop":
      if (stop === null || limit !== null) throw wrong("stop orders require only stop price");
      return;
    case "stop_limit":
      if (stop === null || limit === null) throw wrong("stop limit orders require both stop and limit price");
      return;
    case "trailing_stop":
      if ((trailPrice === null) === (trailPercent === null))
        throw wrong("trailing stop orders must specify one of trail_price or trail_percent");
  }
}

function checkTime({ asset, tif, type, extendedHours, orderClass }: Ticket): void {
  const wrong = (message: string): Refused => new Refused(unprocessable(message));
  if (extendedHours && !(type === "limit" && (tif === "day" || tif === "gtc"))) {
    throw wrong("extended hours order must be DAY or GTC limit orders");
  }
  if ((tif === "opg" || tif === "cls") && type !== "market" && type !== "limit")
    throw wrong(`${tif} orders must be market or limit orders`);
  if (type === "trailing_stop" && tif !== "day" && tif !== "gtc") throw wrong("trailing stop orders must be DAY or GTC orders");
  if (asset.class !== "crypto") return;
  if (tif !== "gtc" && tif !== "ioc") throw wrong("invalid crypto time_in_force");
  if (type === "stop" || type === "trailing_stop") throw wrong("invalid order type for crypto order");
  if (orderClass !== "simple") throw wrong("crypto orders not allowed for advanced order_class: otoco");
}

function checkClass({ orderClass, tif, extendedHours, type }: Ticket, body: Body): void {
  if (orderClass === "simple") {
    if (nested(body, "take_profit") !== null || nested(body, "stop_loss") !== null)
      throw new Refused(unprocessable("only bracket, oco and oto orders have take_profit or stop_loss"));
    return;
  }
  if (tif !== "day" && tif !== "gtc") throw new Refused(unprocessable("complex orders must be DAY or GTC orders"));
  if (extendedHours) throw new Refused(unprocessable("complex orders not supported in extended hours"));
  if (orderClass === "oco" && type !== "limit") throw new Refused(unprocessable("oco orders must be limit orders"));
}

function withLegs(ticket: Ticket, body: Body, { newId }: RequestContext): Draft {
  const profit = nested(body, "take_profit");
  const loss = nested(body, "stop_loss");
  const side = ticket.side === "buy" ? "sell" : "buy";
  const base = { ...ticket, side, trailPrice: null, trailPercent: null, limit: null, stop: null } as const;
  const profitLeg =
    profit === null ? null : { ...base, clientId: newId(), type: "limit" as const, limit: required(profit, "take_profit", "limit_price") };
  const lossLeg = loss === null ? null : stopLeg({ ...base, clientId: newId() }, loss);
  switch (ticket.orderClass) {
    case "simple":
      return { ticket, legs: [] };
    case "bracket":
      if (profitLeg === null) throw new Refused(unprocessable("bracket orders require take_profit.limit_price"));
      if (lossLeg === null) throw new Refused(unprocessable("bracket orders require stop_loss.stop_price"));
      return { ticket, legs: [profitLeg, lossLeg] };
    case "oto":
      if ((profitLeg === null) === (lossLeg === null))
        throw new Refused(unprocessable("oto orders require either take_profit or stop_loss"));
      return { ticket, legs: [profitLeg ?? lossLeg].filter((leg) => leg !== null) };
    case "oco":
      if (lossLeg === null) throw new Refused(unprocessable("oco orders require stop_loss.stop_price"));
      return { ticket, legs: [{ ...lossLeg, side: ticket.side }] };
  }
}

function stopLeg(base: Ticket, loss: Body): Ticket {
  const limit = positive(loss, "limit_price");
  return { ...base, type: limit === null ? "stop" : "stop_limit", limit, stop: required(loss, "stop_loss", "stop_price") };
}

function required(body: Body, owner: string, name: string): Amount {
  const value = positive(body, name);
  if (value === null) throw new Refused(unprocessable(`${owner}.${name} is required`));
  return value;
}

function nested(body: Body, name: string): Body | null {
  const value = body[name];
  return value === undefined || value === null ? null : expectBody(value);
}

function text(body: Body, name: string): string | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw new Refused(malformed());
  return value;
}

function choice<T extends string>(body: Body, name: string, choices: readonly T[]): T | null {
  const value = text(body, name);
  if (value === null) return null;
  const known = choices.find((one) => one === value);
  if (known === undefined) throw new Refused(invalidField(`invalid ${name.replace("_", " ")}: ${value}`));
  return known;
}

/** An amount above 0, or null where it is absent. */
export function positive(body: Body, name: string): Amount | null {
  const value = body[name];
  if (value === undefined || value === null || value === "") return null;
  const read = readAmount(value);
  if (read === null) throw new Refused(malformed());
  if (!read.greaterThan(0)) throw new Refused(invalidField(`${name} must be > 0`));
  return read;
}

export function readTimeInForce(body: Body): TimeInForce | null {
  return choice(body, "time_in_force", TIMES_IN_FORCE);
}
