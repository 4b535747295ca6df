/** The simulated market and broker in simulated time. Nothing in it waits: who owns it says how far time goes. */
import { MINUTE, nyse } from "../../market/calendars.ts";
import { prng } from "../../values/prng.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { type Amount, amount } from "./amounts.ts";
import { assetOf } from "./assets.ts";
import type { BrokerSettings, Exchange, OrderFault, TradeUpdate } from "./exchange.ts";
import { figuresOf } from "./figures.ts";
import { newHoldings } from "./holdings.ts";
import { type Boundary, nextBoundary } from "./hours.ts";
import { hoursEnd, quoteArrives, sessionCloses, sessionOpens, tradeArrives } from "./routing.ts";
import { firstBar, type MarketData, type Print, printsOf, tape } from "./tape.ts";

export interface WorldOptions extends BrokerSettings {
  readonly market: readonly MarketData[];
  /** Where time begins: what was printed before is history. */
  readonly start: Instant;
  readonly cash: string;
  readonly seed: number;
  /** Between the price and either side of the quote, in the currency. */
  readonly halfSpread: string;
  readonly befalls: (fault: OrderFault) => boolean;
}

/** What the world tells: of the market and of the account's orders. */
export interface WorldListeners {
  readonly prints: Set<(print: Print) => void>;
  readonly updates: Set<(update: TradeUpdate) => void>;
}

export interface World {
  readonly exchange: Exchange;
  readonly market: readonly MarketData[];
  readonly halfSpread: Amount;
  readonly listeners: WorldListeners;
  readonly reader: Iterator<Print>;
  /** The print that comes next. */
  next: Print | null;
}

export function newWorld(options: WorldOptions): World {
  const { market, start, seed } = options;
  const random = prng(seed);
  const ids = prng(seed ^ 0x5bd1e995);
  const listeners: WorldListeners = { prints: new Set(), updates: new Set() };
  const halfSpread = amount(options.halfSpread);
  const exchange: Exchange = {
    now: start,
    isSuspended: false,
    settings: options,
    random,
    newId: () => randomUuid(ids.below),
    assets: new Map(market.map(({ symbol }) => [symbol, assetOf(symbol)])),
    quotes: new Map(),
    trades: new Map(),
    holdings: newHoldings(seed, options.cash, start),
    orders: new Map(),
    byClientId: new Map(),
    open: new Set(),
    awaitingOpen: new Set(),
    befalls: options.befalls,
    publish: (update) => {
      for (const listener of listeners.updates) listener(update);
    },
  };
  for (const print of latestPrints(market, start, halfSpread)) take(exchange, print);
  const reader = tape(market, start, halfSpread);
  return { exchange, market, halfSpread, listeners, reader, next: reader.next().value ?? null };
}

/** The last prints at or before `time`: of each symbol from the last bar that had begun. */
function latestPrints(market: readonly MarketData[], time: Instant, halfSpread: Amount): readonly Print[] {
  return market.flatMap((data) => {
    const index = firstBar(data.bars, time);
    const begun = (data.bars[index]?.start ?? Number.POSITIVE_INFINITY) <= time ? index : index - 1;
    return printsOf(data, begun, halfSpread).filter((print) => print.time <= time);
  });
}

/** Lets time pass until `to`: everything printed up to then, and the sessions that open and close. */
export function advance(world: World, to: Instant): void {
  const { exchange } = world;
  let boundary = nextBoundary(exchange.now);
  for (;;) {
    const print = world.next;
    if (print !== null && print.time <= to && print.time < boundary.time) {
      exchange.now = instant(Math.max(exchange.now, print.time));
      world.next = world.reader.next().value ?? null;
      take(exchange, print);
      for (const listener of world.listeners.prints) listener(print);
    } else if (boundary.time <= to) {
      exchange.now = boundary.time;
      cross(exchange, boundary);
      boundary = nextBoundary(exchange.now);
    } else {
      exchange.now = instant(Math.max(exchange.now, to));
      return;
    }
  }
}

function take(exchange: Exchange, print: Print): void {
  switch (print.kind) {
    case "quote":
      quoteArrives(exchange, print);
      return;
    case "trade":
      tradeArrives(exchange, print);
      return;
    case "bar":
      return;
  }
}

function cross(exchange: Exchange, { kind }: Boundary): void {
  switch (kind) {
    case "open":
      sessionOpens(exchange);
      return;
    case "close":
      sessionCloses(exchange);
      exchange.holdings.lastEquity = figuresOf(exchange).equity;
      return;
    case "end":
      hoursEnd(exchange);
      return;
  }
}

/** When the tape's next bar is complete, or null where it has ended. */
export function nextBarEnd({ market, exchange }: World): Instant | null {
  let best: Instant | null = null;
  for (const { bars } of market) {
    const end = bars[firstBar(bars, exchange.now)]?.end;
    if (end !== undefined && (best === null || end < best)) best = end;
  }
  return best;
}

export function isOver(world: World): boolean {
  return world.next === null;
}

function randomUuid(below: (limit: number) => number): string {
  const hex = Array.from({ length: 32 }, () => below(16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A minute before the session begins by which half of the bars lie behind. */
export function middleOf(market: readonly MarketData[]): Instant {
  const bars = market[0]?.bars ?? [];
  const middle = bars[Math.floor(bars.length / 2)];
  const session = middle === undefined ? undefined : bars.find(({ start }) => nyse.dateOf(start) === nyse.dateOf(middle.start));
  return instant((session?.start ?? MINUTE) - MINUTE);
}
