/** Messages of Alpaca's market data streams as events of a feed. The SDK maps the short names and keeps nanoseconds; what it maps is checked. */
import { streaming } from "@alpacahq/alpaca-trade-api";
import { MINUTE } from "../../market/calendars.ts";
import type { FeedBar, FeedEvent } from "../../market/feed.ts";
import type { Answer } from "../../market/outside.ts";
import { instant } from "../../values/quantity.ts";
import { checked, instantOf, objectOf, PRICE, type Shape, SIZE, shape, TEXT, TIME } from "./border.ts";

interface WireBar {
  readonly symbol: string;
  readonly timestampRaw: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface WireTrade {
  readonly symbol: string;
  readonly timestampRaw: string;
  readonly price: number;
  readonly size: number;
  readonly takerSide?: string;
}

interface WireQuote {
  readonly symbol: string;
  readonly timestampRaw: string;
  readonly bidPrice: number;
  readonly bidSize: number;
  readonly askPrice: number;
  readonly askSize: number;
}

interface WireLevel {
  readonly price: number;
  readonly size: number;
}

interface WireBook {
  readonly symbol: string;
  readonly timestampRaw: string;
  readonly bids: readonly WireLevel[];
  readonly asks: readonly WireLevel[];
  readonly reset: boolean;
}

const stamped = { symbol: TEXT, timestampRaw: TIME } as const;
const LEVELS = { type: "array", items: objectOf({ price: PRICE, size: SIZE }) } as const;
/** A side of a quote that is empty has the price 0. */
const QUOTED = { type: "number", minimum: 0, maximum: 1e12 } as const;

const BAR = shape<WireBar>("a bar", objectOf({ ...stamped, open: PRICE, high: PRICE, low: PRICE, close: PRICE, volume: SIZE }));
const TRADE = shape<WireTrade>("a trade", objectOf({ ...stamped, price: PRICE, size: SIZE }));
const QUOTE = shape<WireQuote>("a quote", objectOf({ ...stamped, bidPrice: QUOTED, bidSize: SIZE, askPrice: QUOTED, askSize: SIZE }));
const BOOK = shape<WireBook>("an order book", objectOf({ ...stamped, bids: LEVELS, asks: LEVELS, reset: { type: "boolean" } }));

/** A frame that carries no data of ours is a sign of life. */
export function eventOf(frame: { readonly T?: unknown }): Answer<FeedEvent> {
  switch (frame.T) {
    case "b":
      return read(BAR, streaming.mapBar(frame as never), (bar) => ({ kind: "bar", bar: minuteBar(bar) }));
    case "u":
      return read(BAR, streaming.mapBar(frame as never), (bar) => ({ kind: "bar_update", bar: minuteBar(bar) }));
    case "t":
      return read(TRADE, streaming.mapTrade(frame as never), ({ symbol, timestampRaw, price, size, takerSide }) => {
        const side = takerSide === "B" ? "buy" : takerSide === "S" ? "sell" : null;
        return { kind: "trade", symbol, time: instantOf(timestampRaw), price, size, side };
      });
    case "q":
      return read(QUOTE, streaming.mapQuote(frame as never), ({ symbol, timestampRaw, bidPrice, bidSize, askPrice, askSize }) => {
        return { kind: "quote", symbol, time: instantOf(timestampRaw), bid: bidPrice, bidSize, ask: askPrice, askSize };
      });
    case "o":
      return read(BOOK, streaming.mapOrderbook(frame as never), ({ symbol, timestampRaw, bids, asks, reset }) => {
        const pairs = (levels: readonly WireLevel[]) => levels.map(({ price, size }) => [price, size] as const);
        return { kind: "book", symbol, time: instantOf(timestampRaw), isSnapshot: reset, bids: pairs(bids), asks: pairs(asks) };
      });
    default:
      return { ok: true, value: { kind: "alive" } };
  }
}

function read<T>(form: Shape<T>, value: unknown, event: (value: T) => FeedEvent): Answer<FeedEvent> {
  const answer = checked(form, value);
  return answer.ok ? { ok: true, value: event(answer.value) } : answer;
}

function minuteBar({ symbol, timestampRaw, open, high, low, close, volume }: WireBar): FeedBar {
  const start = instantOf(timestampRaw);
  return { symbol, start, end: instant(start + MINUTE), open, high, low, close, volume };
}
