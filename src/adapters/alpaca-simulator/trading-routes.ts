/** The trading interface: /v2/account, orders, positions, assets, clock, calendar, activities. */
import { nyse } from "../../market/calendars.ts";
import { readAmount } from "./amounts.ts";
import { assetJson } from "./assets.ts";
import { assetNamed, cancelOrder, closePosition, orderWithId, replaceOrder, submitOrder } from "./commands.ts";
import type { Exchange } from "./exchange.ts";
import { accountJson, figuresOf, positionJson } from "./figures.ts";
import { activityJson } from "./holdings.ts";
import { nextClose, nextOpen, phaseAt } from "./hours.ts";
import type { ApiAnswer, ApiRequest, Route } from "./http.ts";
import { isOpen, type SimulatedOrder } from "./order.ts";
import { orderJson } from "./order-json.ts";
import { expectBody } from "./order-request.ts";
import { badParameter, noAsset, noOrder, noPosition, Refused } from "./refusal.ts";
import { dayText, newYorkClock, newYorkText, readDay, readTime } from "./times.ts";

const ORDERS_MAX = 500;
const ORDERS_USUAL = 50;
const ACTIVITIES_MAX = 100;
const CALENDAR_DAYS_MAX = 366;

export function tradingRoutes(exchange: Exchange): readonly Route[] {
  const route = (method: string, path: RegExp, answer: Route["answer"]): Route => ({ method, path, answer });
  const order = (id: string, nested: boolean): ApiAnswer => ok(orderJson(orderWithId(exchange, id), nested));
  return [
    route("GET", /^\/v2\/account$/, () => ok(accountJson(exchange))),
    route("GET", /^\/v2\/account\/configurations$/, () => ok(configuration(exchange))),
    route("PATCH", /^\/v2\/account\/configurations$/, ({ body }) => {
      const { suspend_trade } = expectBody(body);
      if (typeof suspend_trade === "boolean") exchange.isSuspended = suspend_trade;
      return ok(configuration(exchange));
    }),
    route("GET", /^\/v2\/account\/portfolio\/history$/, () => ok(portfolioHistory(exchange))),
    route("GET", /^\/v2\/account\/activities(?:\/FILL)?$/, ({ query }) => ok(activities(exchange, query))),
    route("POST", /^\/v2\/orders$/, ({ body }) => ok(submitOrder(exchange, expectBody(body)))),
    route("GET", /^\/v2\/orders$/, ({ query }) => ok(listOrders(exchange, query))),
    route("DELETE", /^\/v2\/orders$/, () => ({ status: 207, body: cancelAll(exchange) })),
    route("GET", /^\/v2\/orders:by_client_order_id$/, ({ query }) => ok(byClientId(exchange, query.get("client_order_id") ?? ""))),
    route("GET", /^\/v2\/orders\/([^/]+)$/, ({ query }, [id = ""]) => order(id, isTrue(query, "nested"))),
    route("PATCH", /^\/v2\/orders\/([^/]+)$/, ({ body }, [id = ""]) => ok(replaceOrder(exchange, id, expectBody(body)))),
    route("DELETE", /^\/v2\/orders\/([^/]+)$/, (_, [id = ""]) => {
      cancelOrder(exchange, id);
      return { status: 204 };
    }),
    route("GET", /^\/v2\/positions$/, () => ok([...exchange.holdings.positions.values()].map((one) => positionJson(exchange, one)))),
    route("DELETE", /^\/v2\/positions$/, ({ query }) => ({ status: 207, body: closeAll(exchange, isTrue(query, "cancel_orders")) })),
    route("GET", /^\/v2\/positions\/(.+)$/, (_, [name = ""]) => ok(positionNamed(exchange, name))),
    route("DELETE", /^\/v2\/positions\/(.+)$/, (request, [name = ""]) => ok(closeNamed(exchange, name, request))),
    route("GET", /^\/v2\/assets$/, ({ query }) => ok(listAssets(exchange, query))),
    route("GET", /^\/v2\/assets\/(.+)$/, (_, [name = ""]) => ok(assetNamedJson(exchange, name))),
    route("GET", /^\/v2\/clock$/, () => ok(clock(exchange))),
    route("GET", /^\/v2\/calendar$/, ({ query }) => ok(calendar(query))),
  ];
}

function ok(body: unknown): ApiAnswer {
  return { status: 200, body };
}

function listOrders(exchange: Exchange, query: URLSearchParams): readonly unknown[] {
  const status = query.get("status") ?? "open";
  const limit = wholeNumber(query, "limit", ORDERS_USUAL, ORDERS_MAX);
  const symbols = query.get("symbols")?.split(",") ?? null;
  const side = query.get("side");
  const after = timeParameter(query, "after");
  const until = timeParameter(query, "until");
  const all = [...exchange.orders.values()];
  const place = (name: string): number | null => {
    const id = query.get(name);
    return id === null ? null : all.indexOf(orderWithId(exchange, id));
  };
  const afterPlace = place("after_order_id");
  const beforePlace = place("before_order_id");
  const nested = isTrue(query, "nested");
  const fitting = all.filter(
    (order, index) =>
      (status === "all" || isOpen(order) === (status === "open")) &&
      (symbols === null || symbols.some((name) => assetNamed(exchange, name) === order.ticket.asset)) &&
      (side === null || order.ticket.side === side) &&
      (after === null || order.createdAt > after) &&
      (until === null || order.createdAt < until) &&
      (afterPlace === null || index > afterPlace) &&
      (beforePlace === null || index < beforePlace) &&
      !(nested && order.parent !== null),
  );
  if (query.get("direction") !== "asc") fitting.reverse();
  return fitting.slice(0, limit).map((order) => orderJson(order, nested));
}

function cancelAll(exchange: Exchange): readonly unknown[] {
  const open = [...exchange.open].filter((order) => order.status !== "pending_cancel");
  return open.map((order) => {
    if (isOpen(order)) cancelOrder(exchange, order.id);
    return { id: order.id, status: 200 };
  });
}

function byClientId(exchange: Exchange, clientId: string): unknown {
  const order: SimulatedOrder | undefined = exchange.byClientId.get(clientId);
  if (order === undefined) throw new Refused(noOrder(clientId));
  return orderJson(order, false);
}

function positionNamed(exchange: Exchange, name: string): unknown {
  const position = exchange.holdings.positions.get(assetNamed(exchange, name)?.symbol ?? "");
  if (position === undefined) throw new Refused(noPosition());
  return positionJson(exchange, position);
}

function closeNamed(exchange: Exchange, name: string, { query }: ApiRequest): unknown {
  const symbol = assetNamed(exchange, name)?.symbol ?? "";
  const held = exchange.holdings.positions.get(symbol)?.quantity.abs();
  const quantity = readAmount(query.get("qty"));
  const percentage = readAmount(query.get("percentage"));
  const share =
    percentage === null || held === undefined
      ? null
      : held
          .times(percentage)
          .dividedBy(100)
          .toDecimalPlaces(held.isInteger() ? 0 : 9, 1);
  return closePosition(exchange, symbol, quantity ?? share);
}

function closeAll(exchange: Exchange, cancelFirst: boolean): readonly unknown[] {
  if (cancelFirst) cancelAll(exchange);
  return [...exchange.holdings.positions.keys()].map((symbol) => ({
    symbol: symbol.replace("/", ""),
    status: 200,
    body: closePosition(exchange, symbol, null),
  }));
}

function listAssets({ assets }: Exchange, query: URLSearchParams): readonly unknown[] {
  const wanted = query.get("asset_class");
  if (query.get("status") === "inactive") return [];
  return [...assets.values()].filter((asset) => wanted === null || asset.class === wanted).map(assetJson);
}

function assetNamedJson(exchange: Exchange, name: string): unknown {
  const asset = assetNamed(exchange, name);
  if (asset === null) throw new Refused(noAsset(name));
  return assetJson(asset);
}

function clock({ now }: Exchange): unknown {
  return {
    timestamp: newYorkText(now),
    is_open: phaseAt(now) === "regular",
    next_open: newYorkText(nextOpen(now)),
    next_close: newYorkText(nextClose(now)),
  };
}

function calendar(query: URLSearchParams): readonly unknown[] {
  const from = dayParameter(query, "start") ?? nyse.firstDay;
  const to = Math.min(dayParameter(query, "end") ?? from + CALENDAR_DAYS_MAX, nyse.lastDay);
  const days: unknown[] = [];
  for (let day = Math.max(from, nyse.firstDay); day <= to; day++) if (nyse.isSession(day)) days.push(calendarDay(day));
  return days;
}

function calendarDay(day: number): unknown {
  let settlement = day + 1;
  while (!nyse.isSession(settlement)) settlement++;
  return {
    date: dayText(day),
    open: newYorkClock(nyse.open(day)),
    close: newYorkClock(nyse.close(day)),
    session_open: "0400",
    session_close: "2000",
    settlement_date: dayText(settlement),
  };
}

function activities(exchange: Exchange, query: URLSearchParams): readonly unknown[] {
  const types = query.get("activity_types")?.split(",") ?? null;
  if (types !== null && !types.includes("FILL")) return [];
  const after = timeParameter(query, "after");
  const until = timeParameter(query, "until");
  const size = wholeNumber(query, "page_size", ACTIVITIES_MAX, ACTIVITIES_MAX);
  const token = query.get("page_token");
  const fitting = exchange.holdings.activities.filter(({ time }) => (after === null || time > after) && (until === null || time < until));
  if (query.get("direction") !== "asc") fitting.reverse();
  const from = token === null ? 0 : fitting.findIndex(({ id }) => id === token) + 1;
  return fitting.slice(from, from + size).map(activityJson);
}

function configuration({ settings, isSuspended }: Exchange): unknown {
  return {
    dtbp_check: "entry",
    fractional_trading: true,
    max_margin_multiplier: String(settings.multiplier),
    no_shorting: !settings.shorting,
    pdt_check: "entry",
    ptp_no_exception_entry: false,
    suspend_trade: isSuspended,
    trade_confirm_email: "all",
  };
}

/** One point: now. */
function portfolioHistory(exchange: Exchange): unknown {
  const { now, holdings } = exchange;
  const equity = figuresOf(exchange).equity.toNumber();
  const base = holdings.lastEquity.toNumber();
  return {
    timestamp: [Math.floor(now / 1_000_000)],
    equity: [equity],
    profit_loss: [equity - base],
    profit_loss_pct: [base === 0 ? 0 : (equity - base) / base],
    base_value: base,
    base_value_asof: dayText(nyse.dateOf(now)),
    timeframe: "1D",
  };
}

/** Clients write true as their language does. */
function isTrue(query: URLSearchParams, name: string): boolean {
  return /^(true|t|1)$/i.test(query.get(name) ?? "");
}

export function wholeNumber(query: URLSearchParams, name: string, usual: number, largest: number): number {
  const text = query.get(name);
  if (text === null) return usual;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > largest) throw new Refused(badParameter(`invalid ${name}: must be from 1 to ${largest}`));
  return value;
}

export function timeParameter(query: URLSearchParams, name: string) {
  const text = query.get(name);
  if (text === null || text === "") return null;
  const time = readTime(text);
  if (time === null) throw new Refused(badParameter(`invalid ${name}: ${text}`));
  return time;
}

function dayParameter(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const day = readDay(text.slice(0, 10));
  if (day === null) throw new Refused(badParameter(`invalid ${name}: ${text}`));
  return day;
}
