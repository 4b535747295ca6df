/** The market data interface: history by pages, the latest, snapshots; of stocks and of crypto pairs. Nothing after the world's time is shown. */
import { DAY, nyse } from "../../market/calendars.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { barJson, framedBars, timeFrame } from "./bars.ts";
import type { ApiAnswer, Route } from "./http.ts";
import { badParameter, Refused } from "./refusal.ts";
import { firstBar, type MarketData, type Print, printsOf } from "./tape.ts";
import { bookJson, isPair, quoteJson, tradeJson } from "./ticks-json.ts";
import { timeParameter, wholeNumber } from "./trading-routes.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;
type Kind = "bars" | "quotes" | "trades";

const PAGE_USUAL = 1_000;
const PAGE_MAX = 10_000;

export function dataRoutes(world: World): readonly Route[] {
  const get = (path: RegExp, answer: (query: URLSearchParams, groups: readonly string[]) => unknown): Route => ({
    method: "GET",
    path,
    answer: ({ query }, groups): ApiAnswer => ({ status: 200, body: answer(query, groups) }),
  });
  const many = (query: URLSearchParams): readonly string[] => symbolsOf(query);
  return [
    get(/^\/(?:v2\/stocks|v1beta3\/crypto\/\w+)\/(bars|quotes|trades)$/, (query, [kind]) =>
      pageOf(world, kind as Kind, many(query), query),
    ),
    get(/^\/v2\/stocks\/(bars|quotes|trades)\/latest$/, (query, [kind]) => latestOf(world, kind as Kind, many(query))),
    get(/^\/v1beta3\/crypto\/\w+\/latest\/(bars|quotes|trades)$/, (query, [kind]) => latestOf(world, kind as Kind, many(query))),
    get(/^\/v1beta3\/crypto\/\w+\/latest\/orderbooks$/, (query) => ({
      orderbooks: bySymbol(world, many(query), (data) => latestBook(world, data)),
    })),
    get(/^\/v2\/stocks\/snapshots$/, (query) => bySymbol(world, many(query), (data) => snapshot(world, data))),
    get(/^\/v1beta3\/crypto\/\w+\/snapshots$/, (query) => ({ snapshots: bySymbol(world, many(query), (data) => snapshot(world, data)) })),
    get(/^\/v2\/stocks\/([^/]+)\/(bars|quotes|trades)$/, (query, [symbol = "", kind]) => singlePage(world, kind as Kind, symbol, query)),
    get(/^\/v2\/stocks\/([^/]+)\/(bars|quotes|trades)\/latest$/, (_, [symbol = "", kind]) => singleLatest(world, kind as Kind, symbol)),
    get(/^\/v2\/stocks\/([^/]+)\/snapshot$/, (_, [symbol = ""]) => ({
      symbol,
      currency: "USD",
      ...snapshot(world, dataOf(world, symbol)),
    })),
  ];
}

function symbolsOf(query: URLSearchParams): readonly string[] {
  const symbols = query.get("symbols")?.split(",").filter(Boolean) ?? [];
  if (symbols.length === 0) throw new Refused(badParameter("symbols is required"));
  return symbols;
}

function dataOf({ market }: World, symbol: string): MarketData {
  const data = market.find((one) => one.symbol === symbol);
  if (data === undefined) throw new Refused(badParameter(`invalid symbol: ${symbol}`));
  return data;
}

/** A page over the symbols in order; the token says which symbol goes on at which of its items. */
function pageOf(world: World, kind: Kind, symbols: readonly string[], query: URLSearchParams): Json {
  const limit = wholeNumber(query, "limit", PAGE_USUAL, PAGE_MAX);
  const token = readToken(query.get("page_token"));
  const pages: Record<string, readonly Json[]> = {};
  let left = limit;
  for (const symbol of symbols.toSorted()) {
    if (token !== null && symbol < token.symbol) continue;
    const items = itemsOf(world, kind, dataOf(world, symbol), query);
    const from = token?.symbol === symbol ? token.at : 0;
    if (from + left < items.length) {
      if (left > 0) pages[symbol] = items.slice(from, from + left);
      return { [kind]: pages, next_page_token: tokenText(symbol, from + left) };
    }
    if (items.length > from) pages[symbol] = items.slice(from);
    left -= items.length - from;
  }
  return { [kind]: pages, next_page_token: null };
}

function singlePage(world: World, kind: Kind, symbol: string, query: URLSearchParams): Json {
  const page = pageOf(world, kind, [symbol], query);
  const items = (page[kind] as Readonly<Record<string, readonly Json[]>>)[symbol];
  return { ...page, [kind]: items ?? [], symbol };
}

function tokenText(symbol: string, at: number): string {
  return Buffer.from(`${symbol}|${at}`).toString("base64");
}

function readToken(text: string | null): { readonly symbol: string; readonly at: number } | null {
  if (text === null || text === "") return null;
  const [, symbol, at] = /^(.+)\|(\d+)$/.exec(Buffer.from(text, "base64").toString()) ?? [];
  if (symbol === undefined || at === undefined) throw new Refused(badParameter("invalid page_token"));
  return { symbol, at: Number(at) };
}

/** Everything of a kind in the span that is asked for: without one, of the day. */
function itemsOf(world: World, kind: Kind, data: MarketData, query: URLSearchParams): readonly Json[] {
  const { now } = world.exchange;
  const isCrypto = isPair(data.symbol);
  const from = timeParameter(query, "start") ?? dayOf(now, isCrypto);
  const to = instant(Math.min(timeParameter(query, "end") ?? now, now));
  const items =
    kind === "bars"
      ? framedBars(data, timeFrame(query.get("timeframe") ?? "", isCrypto), from, to, now).map(barJson)
      : printsBetween(world, data, from, to).flatMap((print) => printJson(kind, print));
  return query.get("sort") === "desc" ? items.toReversed() : items;
}

function dayOf(now: Instant, isCrypto: boolean): Instant {
  return instant(isCrypto ? Math.floor(now / DAY) * DAY : nyse.midnight(nyse.dateOf(now)));
}

function printsBetween({ halfSpread }: World, data: MarketData, from: Instant, to: Instant): readonly Print[] {
  const prints: Print[] = [];
  for (let index = firstBar(data.bars, from); (data.bars[index]?.start ?? Number.POSITIVE_INFINITY) <= to; index++) {
    prints.push(...printsOf(data, index, halfSpread).filter(({ time }) => time >= from && time <= to));
  }
  return prints;
}

function printJson(kind: Kind, print: Print): readonly Json[] {
  if (kind === "quotes" && print.kind === "quote") return [quoteJson(print)];
  return kind === "trades" && print.kind === "trade" ? [tradeJson(print)] : [];
}

function bySymbol(world: World, symbols: readonly string[], show: (data: MarketData) => Json | null): Json {
  const shown = symbols.map((symbol) => [symbol, show(dataOf(world, symbol))] as const);
  return Object.fromEntries(shown.filter(([, one]) => one !== null));
}

function latestOf(world: World, kind: Kind, symbols: readonly string[]): Json {
  return { [kind]: bySymbol(world, symbols, (data) => latest(world, kind, data)) };
}

function singleLatest(world: World, kind: Kind, symbol: string): Json {
  const found = latest(world, kind, dataOf(world, symbol));
  if (found === null) throw new Refused({ status: 404, body: { message: `no ${kind.slice(0, -1)} found for ${symbol}` } });
  return { symbol, currency: "USD", [kind.slice(0, -1)]: found };
}

function latest({ exchange }: World, kind: Kind, data: MarketData): Json | null {
  switch (kind) {
    case "bars": {
      const bar = data.bars[firstBar(data.bars, exchange.now) - 1];
      return bar === undefined ? null : barJson(bar);
    }
    case "quotes": {
      const quote = exchange.quotes.get(data.symbol);
      return quote === undefined ? null : quoteJson(quote);
    }
    case "trades": {
      const trade = exchange.trades.get(data.symbol);
      return trade === undefined ? null : tradeJson(trade);
    }
  }
}

function latestBook({ exchange }: World, { symbol }: MarketData): Json | null {
  const quote = exchange.quotes.get(symbol);
  return quote === undefined ? null : bookJson(quote);
}

function snapshot(world: World, data: MarketData): Json {
  const { now } = world.exchange;
  const isCrypto = isPair(data.symbol);
  const day = timeFrame("1Day", isCrypto);
  const week = instant(now - 7 * DAY);
  const days = framedBars(data, day, week, now, now);
  const [current, previous] = [days.at(-1), days.at(-2)];
  const entries = {
    latestTrade: latest(world, "trades", data),
    latestQuote: latest(world, "quotes", data),
    minuteBar: latest(world, "bars", data),
    dailyBar: current === undefined ? null : barJson(current),
    prevDailyBar: previous === undefined ? null : barJson(previous),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, one]) => one !== null));
}
