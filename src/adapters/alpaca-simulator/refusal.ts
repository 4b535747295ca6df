/** What Alpaca answers when it does not do what it was asked: HTTP status and body, in its own words. */
import { type Amount, amountText } from "./amounts.ts";

export interface Refusal {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Ends a request with a refusal; the server answers with it. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`refused with ${refusal.status}`);
    this.refusal = refusal;
  }
}

function refusal(status: number, code: number, message: string, more: Readonly<Record<string, unknown>> = {}): Refusal {
  return { status, body: { code, message, ...more } };
}

export const malformed = (): Refusal => refusal(400, 40010000, "request body format is invalid");
export const unauthorized = (): Refusal => refusal(401, 40110000, "request is not authorized");
export const tooManyRequests = (): Refusal => refusal(429, 42910000, "rate limit exceeded");
export const internalError = (): Refusal => refusal(500, 50010000, "internal server error occurred");
export const noEndpoint = (): Refusal => refusal(404, 40410000, "endpoint not found.");
export const badParameter = (message: string): Refusal => refusal(400, 40010001, message);

/** A field of an order that makes no sense by itself. */
export const invalidField = (message: string): Refusal => refusal(422, 40010001, message);
/** An order, or a change of one, that the state of things does not allow. */
export const unprocessable = (message: string): Refusal => refusal(422, 42210000, message);

export const idNotUnique = (): Refusal => invalidField("client_order_id must be unique");
export const noOrder = (id: string): Refusal => refusal(404, 40410000, `order not found for ${id}`);
export const noPosition = (): Refusal => refusal(404, 40410000, "position does not exist");
export const noAsset = (symbol: string): Refusal => refusal(404, 40410000, `asset not found for ${symbol}`);
export const notChangeable = (status: string): Refusal => unprocessable(`order is already in "${status}" state`);
export const subPenny = (field: string, price: Amount): Refusal =>
  unprocessable(`invalid ${field} ${amountText(price)}. sub-penny increment does not fulfill minimum pricing criteria`);

export const suspended = (): Refusal => refusal(403, 40310000, "new orders are rejected by user request");
export const noShorting = (): Refusal => refusal(403, 40310000, "account is not allowed to short");

export const insufficientBuyingPower = (buyingPower: Amount, cost: Amount): Refusal =>
  refusal(403, 40310000, "insufficient buying power", {
    buying_power: amountText(buyingPower, 2),
    cost_basis: amountText(cost, 2),
  });

export function insufficientQuantity(symbol: string, asked: Amount, existing: Amount, held: Amount, related: readonly string[]): Refusal {
  const available = amountText(existing.minus(held));
  return refusal(403, 40310000, `insufficient qty available for order (requested: ${amountText(asked)}, available: ${available})`, {
    available,
    existing_qty: amountText(existing),
    held_for_orders: amountText(held),
    related_orders: related,
    symbol,
  });
}

export const washTrade = (existing: string, kind: string): Refusal =>
  refusal(403, 40310000, "potential wash trade detected. use complex orders", {
    existing_order_id: existing,
    reject_reason: `opposite side ${kind} order exists`,
  });
