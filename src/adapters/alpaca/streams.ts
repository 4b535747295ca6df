/**
 * The SDK's streams, with a look at what it decodes before it maps it: its own mapping rounds instants to milliseconds and drops codes. The SDK keeps
 * the connection: pings, back-off with jitter, signing in again, subscribing again.
 */
import { streaming } from "@alpacahq/alpaca-trade-api";
import { WebSocket } from "ws";
import type { Answer, OutsideFailure } from "../../market/outside.ts";
import type { AlpacaKeys } from "./endpoints.ts";

export interface StreamOptions {
  readonly url: string;
  readonly keys: AlpacaKeys;
  /** Milliseconds before the first attempt to connect again; doubled each time, to a minute. */
  readonly reconnectDelay: number;
  /** Every decoded message. */
  readonly onMessage: (message: unknown) => void;
  /** A sign of life that is no message. */
  readonly onPong: () => void;
}

const RECONNECT_DELAY_MAX = 60_000;
const CONNECT_TIMEOUT = 10_000;

function sdkOptions({ url, keys, reconnectDelay, onPong }: StreamOptions): streaming.AlpacaWebSocketOptions {
  return {
    credentials: keys,
    url,
    maxReconnectAttempts: streaming.UNLIMITED_RECONNECT_ATTEMPTS,
    initialReconnectMs: reconnectDelay,
    maxReconnectMs: RECONNECT_DELAY_MAX,
    wsFactory: (address, codec) => {
      const headers = codec === "msgpack" ? { "Content-Type": "application/msgpack" } : {};
      const socket = new WebSocket(address, { headers });
      socket.on("pong", onPong);
      return socket;
    },
  };
}

class TradeUpdates extends streaming.TradingStream {
  readonly #onMessage: (message: unknown) => void;

  constructor(options: StreamOptions) {
    super(sdkOptions(options));
    this.#onMessage = options.onMessage;
  }

  protected override handleMessage(message: unknown): void {
    super.handleMessage(message);
    this.#onMessage(message);
  }
}

class MarketData extends streaming.MarketDataStream {
  readonly #onMessage: (message: unknown) => void;

  constructor(options: StreamOptions) {
    super(sdkOptions(options));
    this.#onMessage = options.onMessage;
  }

  protected override handleMessage(message: unknown): void {
    super.handleMessage(message);
    this.#onMessage(message);
  }
}

export function tradeUpdatesStream(options: StreamOptions): streaming.TradingStream {
  const stream = new TradeUpdates(options);
  stream.subscribeTradeUpdates();
  return stream;
}

export function marketDataStream(options: StreamOptions): streaming.MarketDataStream {
  return new MarketData(options);
}

/** Connects and signs in; the first attempt only, for what fails at once is worth saying at once. */
export async function signIn(stream: streaming.AlpacaWebSocket): Promise<Answer<null>> {
  const failed = new Promise<string>((resolve) => stream.onError(resolve));
  stream.connect();
  const outcome = await Promise.race([stream.waitForAuthenticationResult(CONNECT_TIMEOUT), failed]);
  if (typeof outcome !== "string" && outcome.authenticated) return { ok: true, value: null };
  stream.disconnect();
  return { ok: false, failure: signInFailure(outcome) };
}

function signInFailure(outcome: string | streaming.StreamAuthResult): OutsideFailure {
  if (typeof outcome !== "string" && outcome.status === streaming.STREAM_AUTH_STATUS.SERVER_REJECTED) {
    return { class: "auth", code: "unauthorized", message: `Alpaca's stream refused the keys: ${outcome.message}.`, retryAfter: null };
  }
  const reason = typeof outcome === "string" ? outcome : outcome.message;
  if (/auth/i.test(reason) && /failed|timeout/i.test(reason) && !/wait timed out/.test(reason)) {
    return { class: "auth", code: "unauthorized", message: `Alpaca's stream refused the keys: ${reason}.`, retryAfter: null };
  }
  return { class: "retryable", code: "unreachable", message: `Alpaca's stream could not be reached: ${reason}.`, retryAfter: null };
}
