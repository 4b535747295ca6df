/** What the account is worth and may buy (Regulation T, simplified: half of every position is bound), and its JSON. */
import { type Amount, amount, amountText, most, ZERO } from "./amounts.ts";
import type { Exchange } from "./exchange.ts";
import { heldOf, type Position } from "./holdings.ts";
import { remaining, type SimulatedOrder, type Ticket } from "./order.ts";
import { dayText, timeText } from "./times.ts";

export interface Figures {
  readonly equity: Amount;
  readonly longValue: Amount;
  readonly shortValue: Amount;
  readonly initialMargin: Amount;
  readonly buyingPower: Amount;
  /** Of assets that cannot be bought on margin. */
  readonly cashPower: Amount;
}

const SHORT_ALLOWANCE = amount("1.03");

function markOf({ trades, quotes }: Exchange, { symbol, averagePrice }: Position): Amount {
  return trades.get(symbol)?.price ?? quotes.get(symbol)?.bid ?? averagePrice;
}

export function figuresOf(exchange: Exchange): Figures {
  const { holdings, settings } = exchange;
  let longValue = ZERO;
  let shortValue = ZERO;
  for (const position of holdings.positions.values()) {
    const value = position.quantity.times(markOf(exchange, position));
    if (value.isNegative()) shortValue = shortValue.plus(value);
    else longValue = longValue.plus(value);
  }
  const equity = holdings.cash.plus(longValue).plus(shortValue);
  const initialMargin = longValue.minus(shortValue).dividedBy(2);
  const wanted = [...exchange.open].reduce((sum, order) => sum.plus(costOfOpen(exchange, order)), ZERO);
  const margin = equity.minus(initialMargin).times(2);
  const cashPower = most(holdings.cash.plus(shortValue.times(2)).minus(wanted), ZERO);
  return {
    equity,
    longValue,
    shortValue,
    initialMargin,
    cashPower,
    buyingPower: settings.multiplier === 1 ? cashPower : most(margin.minus(wanted), ZERO),
  };
}

/** What an open order keeps of the buying power; legs and what closes a position keep nothing. */
function costOfOpen(exchange: Exchange, order: SimulatedOrder): Amount {
  if (order.parent !== null || order.ticket.orderClass === "oco") return ZERO;
  const price = priceFor(exchange, order.ticket);
  return price === null ? ZERO : openingCost(exchange, order.ticket, remaining(order, price), price);
}

/** The price that buying power is reckoned with: the limit, else the stop, else the quote; of a sale short at least 3 % above it. */
export function priceFor({ quotes }: Exchange, { asset, side, limit, stop }: Ticket): Amount | null {
  const quote = quotes.get(asset.symbol);
  const market = side === "buy" ? quote?.ask : quote?.ask.times(SHORT_ALLOWANCE);
  const stated = limit ?? stop;
  if (side === "buy" || stated === null) return stated ?? market ?? null;
  return market === undefined ? stated : most(stated, market);
}

/** The cost of the part of an order that opens a position. */
export function openingCost({ holdings }: Exchange, { asset, side }: Ticket, quantity: Amount, price: Amount): Amount {
  const held = heldOf(holdings, asset.symbol);
  const closes = side === "buy" ? held.isNegative() : held.greaterThan(0);
  return closes ? ZERO : quantity.times(price);
}

export function accountJson(exchange: Exchange): Readonly<Record<string, unknown>> {
  const { holdings, settings, now } = exchange;
  const { equity, longValue, shortValue, initialMargin, buyingPower, cashPower } = figuresOf(exchange);
  const money = (value: Amount): string => amountText(value, 2);
  const maintenance = money(longValue.minus(shortValue).times(amount("0.3")));
  const legacy =
    settings.accountForm === "legacy"
      ? { pattern_day_trader: false, daytrade_count: 0, daytrading_buying_power: "0", last_maintenance_margin: maintenance }
      : {};
  return {
    id: holdings.accountId,
    account_number: `PA${holdings.accountId.slice(0, 8).toUpperCase()}`,
    status: "ACTIVE",
    crypto_status: "ACTIVE",
    currency: "USD",
    created_at: timeText(holdings.openedAt),
    cash: money(holdings.cash),
    portfolio_value: money(equity),
    equity: money(equity),
    last_equity: money(holdings.lastEquity),
    long_market_value: money(longValue),
    short_market_value: money(shortValue),
    position_market_value: money(longValue.minus(shortValue)),
    initial_margin: money(initialMargin),
    maintenance_margin: maintenance,
    buying_power: money(buyingPower),
    regt_buying_power: money(buyingPower),
    non_marginable_buying_power: money(cashPower),
    options_buying_power: money(cashPower),
    options_approved_level: 0,
    options_trading_level: 0,
    multiplier: String(settings.multiplier),
    sma: "0",
    accrued_fees: "0",
    intraday_adjustments: "0",
    pending_reg_taf_fees: "0",
    balance_asof: dayText(Math.floor(now / 86_400_000_000) - 1),
    shorting_enabled: settings.shorting,
    trading_blocked: false,
    transfers_blocked: false,
    account_blocked: false,
    trade_suspended_by_user: exchange.isSuspended,
    admin_configurations: {},
    user_configurations: null,
    ...legacy,
  };
}

export function positionJson(exchange: Exchange, position: Position): Readonly<Record<string, unknown>> {
  const { symbol, quantity, averagePrice } = position;
  const asset = exchange.assets.get(symbol);
  const price = markOf(exchange, position);
  const value = quantity.times(price);
  const cost = quantity.times(averagePrice);
  const profit = value.minus(cost);
  const ratio = cost.isZero() ? ZERO : profit.dividedBy(cost.abs());
  const held = heldByOrders(exchange, symbol);
  return {
    asset_id: asset?.id,
    // Positions name a pair without its slash.
    symbol: symbol.replace("/", ""),
    exchange: asset?.class === "crypto" ? "CRYPTO" : "NASDAQ",
    asset_class: asset?.class,
    asset_marginable: asset?.class !== "crypto",
    qty: amountText(quantity),
    qty_available: amountText(quantity.isNegative() ? quantity.plus(held) : quantity.minus(held)),
    avg_entry_price: amountText(averagePrice),
    side: quantity.isNegative() ? "short" : "long",
    market_value: amountText(value),
    cost_basis: amountText(cost),
    unrealized_pl: amountText(profit),
    unrealized_plpc: amountText(ratio),
    unrealized_intraday_pl: amountText(profit),
    unrealized_intraday_plpc: amountText(ratio),
    current_price: amountText(price),
    lastday_price: amountText(price),
    change_today: "0",
  };
}

/** Shares of a position that open orders would close; the two exits of a pair count once. */
export function heldByOrders({ open, holdings }: Exchange, symbol: string): Amount {
  const closing = heldOf(holdings, symbol).isNegative() ? "buy" : "sell";
  return [...open].reduce((sum, order) => {
    const { asset, side } = order.ticket;
    const counts = asset.symbol === symbol && side === closing && order.status !== "held" && order.quantity !== null;
    return counts && order.quantity !== null ? sum.plus(order.quantity.minus(order.filled)) : sum;
  }, ZERO);
}
