/** Alpaca as a feed: a stream for stocks and one for crypto pairs, and REST for what was before. */
import type { streaming } from "@alpacahq/alpaca-trade-api";
import type { Feed, FeedEvent, FeedState, FeedSubscription } from "../../market/feed.ts";
import type { OutsideFailure } from "../../market/outside.ts";
import type { AlpacaEndpoints, AlpacaKeys } from "./endpoints.ts";
import { barHistory, isPair } from "./history.ts";
import { eventOf } from "./market-data.ts";
import { marketDataStream, signIn } from "./streams.ts";

export interface AlpacaFeedOptions {
  readonly endpoints: AlpacaEndpoints;
  readonly keys: AlpacaKeys;
  /** `iex` is what every account has, `sip` all exchanges. */
  readonly stockFeed?: "iex" | "sip";
  /** Milliseconds a request may take. */
  readonly timeout?: number;
  /** Milliseconds before a lost stream is first tried again. */
  readonly reconnectDelay?: number;
  /** Bars on a page of history, at most 10,000. */
  readonly page?: number;
}

const REQUEST_TIMEOUT = 30_000;
const RECONNECT_DELAY = 1_000;
const PAGE = 10_000;
/** Of the stream's errors those that trying again does not mend: keys, and subscriptions that the account does not include. */
const AUTH_ERRORS = new Set([401, 402, 404]);
const SUBSCRIPTION_ERRORS = new Set([400, 405, 409, 410]);

export function alpacaFeed(options: AlpacaFeedOptions): Feed {
  const { endpoints, keys, stockFeed = "iex", timeout = REQUEST_TIMEOUT, reconnectDelay = RECONNECT_DELAY, page = PAGE } = options;
  let lines: readonly Line[] = [];
  return {
    isConnection: true,
    open: async (subscription, listener) => {
      const refused = refusalOf(subscription);
      if (refused !== null) return { ok: false, failure: refused };
      const hub = connectionHub(listener);
      const stocks = subscription.symbols.filter((symbol) => !isPair(symbol));
      const pairs = subscription.symbols.filter(isPair);
      const wanted = [
        { path: `/v2/${stockFeed}`, symbols: stocks },
        { path: "/v1beta3/crypto/us", symbols: pairs },
      ].filter(({ symbols }) => symbols.length > 0);
      lines = wanted.map(({ path, symbols }) =>
        openLine({ url: `${endpoints.dataStream}${path}`, keys, reconnectDelay, symbols, subscription, hub }),
      );
      hub.expect(lines.length);
      for (const line of lines) {
        const signedIn = await signIn(line.stream);
        if (!signedIn.ok) {
          for (const other of lines) other.stream.disconnect();
          return signedIn;
        }
      }
      return { ok: true, value: null };
    },
    history: barHistory({ endpoints, keys, stockFeed, timeout, page }),
    close: async () => {
      for (const { stream } of lines) stream.disconnect();
    },
  };
}

function refusalOf({ symbols, channels }: FeedSubscription): OutsideFailure | null {
  const stock = symbols.find((symbol) => !isPair(symbol));
  if (!channels.includes("book") || stock === undefined) return null;
  return {
    class: "rejected",
    code: "no_order_book",
    message: `Alpaca has order books of crypto pairs only, not of ${stock}.`,
    retryAfter: null,
  };
}

/** The state of all streams together: live when all are. */
interface Hub {
  expect(lines: number): void;
  event(event: FeedEvent): void;
  live(line: object): void;
  lost(line: object, failure: OutsideFailure | null): void;
  fail(failure: OutsideFailure): void;
}

function connectionHub(listener: (event: FeedEvent) => void | Promise<void>): Hub {
  const living = new Set<object>();
  let expected = 0;
  let state: FeedState = "connecting";
  const become = (next: FeedState, failure: OutsideFailure | null): void => {
    if (state === next || state === "closed") return;
    state = next;
    void listener({ kind: "connection", state, failure });
  };
  return {
    expect: (lines) => {
      expected = lines;
    },
    event: (event) => void (state === "closed" || listener(event)),
    live: (line) => {
      living.add(line);
      if (living.size === expected) become("live", null);
    },
    lost: (line, failure) => {
      if (living.delete(line)) become("lost", failure);
    },
    fail: (failure) => become("closed", failure),
  };
}

interface Line {
  readonly stream: streaming.MarketDataStream;
}

interface LineInput {
  readonly url: string;
  readonly keys: AlpacaKeys;
  readonly reconnectDelay: number;
  readonly symbols: readonly string[];
  readonly subscription: FeedSubscription;
  readonly hub: Hub;
}

interface Frame {
  readonly T?: unknown;
  readonly code?: unknown;
  readonly msg?: unknown;
}

function openLine({ url, keys, reconnectDelay, symbols, subscription, hub }: LineInput): Line {
  const onMessage = (message: unknown): void => {
    for (const frame of message as readonly Frame[]) take(frame);
  };
  const stream = marketDataStream({ url, keys, reconnectDelay, onMessage, onPong: () => hub.event({ kind: "alive" }) });
  const line: Line = { stream };
  const take = (frame: Frame): void => {
    if (frame.T === "error") {
      const failure = errorFailure(frame);
      if (failure.class !== "retryable") end(failure);
      return;
    }
    if (frame.T === "subscription") hub.live(line);
    const event = eventOf(frame);
    if (event.ok) hub.event(event.value);
    else end(event.failure);
  };
  const end = (failure: OutsideFailure): void => {
    hub.fail(failure);
    stream.disconnect();
  };
  stream.onDisconnect(() => hub.lost(line, null));
  subscribe(stream, [...symbols], subscription.channels);
  return line;
}

/** What is subscribed to before the stream connects it asks for whenever it has signed in. */
function subscribe(stream: streaming.MarketDataStream, symbols: string[], channels: FeedSubscription["channels"]): void {
  for (const channel of channels) {
    switch (channel) {
      case "bars":
        stream.subscribeForBars(symbols);
        stream.subscribeForUpdatedBars(symbols);
        break;
      case "trades":
        stream.subscribeForTrades(symbols);
        break;
      case "quotes":
        stream.subscribeForQuotes(symbols);
        break;
      case "book":
        stream.subscribeForOrderbooks(symbols);
    }
  }
}

function errorFailure({ code, msg }: Frame): OutsideFailure {
  const number = Number(code);
  const failureClass = AUTH_ERRORS.has(number) ? "auth" : SUBSCRIPTION_ERRORS.has(number) ? "rejected" : "retryable";
  return {
    class: failureClass,
    code: `stream_${number}`,
    message: `Alpaca's stream answered ${number}: ${String(msg)}.`,
    retryAfter: null,
  };
}
