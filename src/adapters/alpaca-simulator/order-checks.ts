/** Whether the account and the market allow an order; Alpaca's words where not. */
import { type Amount, amount, decimalsOf, most, ZERO } from "./amounts.ts";
import type { Exchange } from "./exchange.ts";
import { figuresOf, heldByOrders, openingCost, priceFor } from "./figures.ts";
import { heldOf } from "./holdings.ts";
import { isTooLateForClose, phaseAt } from "./hours.ts";
import type { SimulatedOrder, Ticket } from "./order.ts";
import type { Draft } from "./order-request.ts";
import { insufficientBuyingPower, insufficientQuantity, noShorting, Refused, subPenny, unprocessable, washTrade } from "./refusal.ts";

const CENT = amount("0.01");

export function checkDraft(exchange: Exchange, { ticket, legs }: Draft): void {
  for (const one of [ticket, ...legs]) checkTick(one);
  if (legs.length > 0) checkLegPrices(exchange, ticket, legs);
  checkAuction(exchange, ticket);
  if (ticket.orderClass === "simple") checkWashTrade(exchange, ticket);
  checkMeans(exchange, ticket, null);
}

/** At least a cent at one dollar and above, a hundredth of one below. */
export function checkTick({ limit, stop, asset }: Ticket): void {
  if (asset.class === "crypto") return;
  for (const [field, price] of [
    ["limit_price", limit],
    ["stop_price", stop],
  ] as const) {
    if (price !== null && decimalsOf(price) > (price.lessThan(1) ? 4 : 2)) throw new Refused(subPenny(field, price));
  }
}

/** The exits of an entry lie at least a cent on either side of the price it begins from. */
function checkLegPrices(exchange: Exchange, ticket: Ticket, legs: readonly Ticket[]): void {
  if (ticket.orderClass === "oco") {
    checkPair(ticket, legs[0]?.stop ?? null);
    return;
  }
  const base = priceFor(exchange, ticket);
  const isBuy = ticket.side === "buy";
  for (const { type, limit, stop } of legs) {
    if (base === null) return;
    const profit = type === "limit" ? limit : null;
    if (profit !== null && (isBuy ? profit.lessThan(base.plus(CENT)) : profit.greaterThan(base.minus(CENT)))) {
      throw new Refused(unprocessable(`take_profit.limit_price must be ${isBuy ? ">= base_price + 0.01" : "<= base_price - 0.01"}`));
    }
    if (stop !== null && (isBuy ? stop.greaterThan(base.minus(CENT)) : stop.lessThan(base.plus(CENT)))) {
      throw new Refused(unprocessable(`stop_loss.stop_price must be ${isBuy ? "<= base_price - 0.01" : ">= base_price + 0.01"}`));
    }
  }
}

function checkPair({ side, limit }: Ticket, stop: Amount | null): void {
  if (limit === null || stop === null) return;
  if (side === "sell" ? limit.greaterThan(stop) : limit.lessThan(stop)) return;
  throw new Refused(unprocessable(`oco order's take profit price must be ${side === "sell" ? "above" : "below"} its stop price`));
}

function checkAuction({ now }: Exchange, { tif }: Ticket): void {
  if (tif === "cls" && isTooLateForClose(now))
    throw new Refused(unprocessable("cls orders are not accepted within 10 minutes of the close"));
  if (tif === "opg" && phaseAt(now) === "regular") throw new Refused(unprocessable("opg orders are not accepted while the market is open"));
}

/** An order against one's own: refused, unless both are limits that do not meet. */
function checkWashTrade({ open }: Exchange, ticket: Ticket): void {
  for (const { id, ticket: other } of open) {
    if (other.asset.symbol !== ticket.asset.symbol || other.side === ticket.side || other.orderClass !== "simple") continue;
    const bothLimits = ticket.type === "limit" && other.type === "limit";
    if (!bothLimits || isCrossing(ticket, other)) throw new Refused(washTrade(id, other.type));
  }
}

function isCrossing(one: Ticket, other: Ticket): boolean {
  const [buy, sell] = one.side === "buy" ? [one, other] : [other, one];
  return buy.limit !== null && sell.limit !== null && buy.limit.greaterThanOrEqualTo(sell.limit);
}

/** Shares where the order closes, buying power where it opens. `replaced` gives back what it holds. */
export function checkMeans(exchange: Exchange, ticket: Ticket, replaced: SimulatedOrder | null): void {
  const { holdings, settings } = exchange;
  const { asset, side, notional } = ticket;
  const held = heldOf(holdings, asset.symbol);
  const price = priceFor(exchange, ticket);
  if (price === null) throw new Refused(unprocessable(`no quote for "${asset.symbol}"`));
  const quantity = ticket.quantity ?? notional?.dividedBy(price).toDecimalPlaces(9, 1) ?? ZERO;
  const closes = side === "buy" ? held.isNegative() : held.greaterThan(0);
  if (ticket.orderClass === "oco" && !closes) throw new Refused(unprocessable("oco orders must be exit orders"));
  if (closes) {
    checkAvailable(exchange, ticket, quantity, replaced);
    return;
  }
  if (side === "sell") {
    if (!settings.shorting || asset.class === "crypto")
      throw new Refused(asset.class === "crypto" ? shortOfCrypto(exchange, ticket, quantity) : noShorting());
    if (!quantity.isInteger()) throw new Refused(unprocessable("fractional orders cannot be sold short"));
  }
  const { buyingPower, cashPower } = figuresOf(exchange);
  const freed =
    replaced === null
      ? ZERO
      : openingCost(
          exchange,
          replaced.ticket,
          replaced.quantity?.minus(replaced.filled) ?? ZERO,
          priceFor(exchange, replaced.ticket) ?? price,
        );
  const power = (asset.class === "crypto" ? cashPower : buyingPower).plus(freed);
  const cost = notional ?? openingCost(exchange, ticket, quantity, price);
  if (cost.greaterThan(power)) throw new Refused(insufficientBuyingPower(power, cost));
}

function checkAvailable(exchange: Exchange, ticket: Ticket, quantity: Amount, replaced: SimulatedOrder | null): void {
  const { symbol } = ticket.asset;
  const existing = heldOf(exchange.holdings, symbol).abs();
  const freed = replaced === null ? ZERO : (replaced.quantity?.minus(replaced.filled) ?? ZERO);
  const held = most(heldByOrders(exchange, symbol).minus(freed), ZERO);
  if (quantity.lessThanOrEqualTo(existing.minus(held))) return;
  const related = [...exchange.open]
    .filter(({ ticket: other }) => other.asset.symbol === symbol && other.side === ticket.side)
    .map(({ id }) => id);
  throw new Refused(insufficientQuantity(symbol, quantity, existing, held, related));
}

function shortOfCrypto({ holdings }: Exchange, { asset }: Ticket, quantity: Amount): ReturnType<typeof insufficientQuantity> {
  return insufficientQuantity(asset.symbol, quantity, heldOf(holdings, asset.symbol), ZERO, []);
}
