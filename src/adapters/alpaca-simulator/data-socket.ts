/**
 * A stream of market data: signs in within ten seconds, subscribes, gets arrays of messages; in msgpack with its extension for instants where the
 * client asks for that by its content type, else in JSON.
 */
import { decode, EXT_TIMESTAMP, ExtensionCodec, encode, encodeTimeSpecToTimestamp } from "@msgpack/msgpack";
import type { WebSocket } from "ws";
import { barJson, framedBars, timeFrame } from "./bars.ts";
import { type Faults, happens } from "./faults.ts";
import type { Keys } from "./http.ts";
import type { MarketBar, Print, PrintedBar, Quote } from "./tape.ts";
import { type BookLevels, bookLevels, isPair, quoteJson, tradeJson } from "./ticks-json.ts";
import { nanosecondText } from "./times.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

const STOCK_CHANNELS = ["trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds", "imbalances"] as const;
const CRYPTO_CHANNELS = ["trades", "quotes", "orderbooks", "bars", "updatedBars", "dailyBars"] as const;
type Channel = (typeof STOCK_CHANNELS)[number] | "orderbooks";

const SIGN_IN_MILLISECONDS = 10_000;
const UNSENT_BYTES_MAX = 8 * 1024 * 1024;

export interface DataStream {
  readonly world: World;
  readonly keys: Keys;
  readonly faults: Faults;
  readonly isCrypto: boolean;
  readonly isMsgpack: boolean;
  /** Who is signed in on this path: at most one. */
  readonly signedIn: Set<WebSocket>;
}

interface Client extends DataStream {
  readonly socket: WebSocket;
  readonly channels: readonly Channel[];
  readonly subscribed: Map<Channel, Set<string>>;
  /** The books as they were last sent. */
  readonly books: Map<string, BookLevels>;
  /** Bars that were sent without their last trade. */
  readonly unfinished: Map<string, MarketBar>;
}

export function serveData(socket: WebSocket, stream: DataStream): void {
  const channels = stream.isCrypto ? CRYPTO_CHANNELS : STOCK_CHANNELS;
  const client: Client = {
    ...stream,
    socket,
    channels,
    subscribed: new Map(channels.map((channel) => [channel, new Set()])),
    books: new Map(),
    unfinished: new Map(),
  };
  const { prints } = stream.world.listeners;
  const onPrint = (print: Print): void => publish(client, print);
  const timer = setTimeout(() => refuse(client, 404, "auth timeout"), SIGN_IN_MILLISECONDS);
  send(client, [{ T: "success", msg: "connected" }]);
  socket.on("message", (data, isBinary) => {
    const message = readMessage(data as Buffer, isBinary);
    if (message?.action === "auth") {
      if (!signIn(client, message)) return;
      clearTimeout(timer);
      prints.add(onPrint);
    } else if (message?.action !== "subscribe" && message?.action !== "unsubscribe") send(client, [errorJson(400, "invalid syntax")]);
    else if (!stream.signedIn.has(socket)) send(client, [errorJson(401, "not authenticated")]);
    else subscribe(client, message);
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    clearTimeout(timer);
    prints.delete(onPrint);
    stream.signedIn.delete(socket);
  });
}

function readMessage(data: Buffer, isBinary: boolean): Json | null {
  try {
    const message: unknown = isBinary ? decode(data) : JSON.parse(data.toString("utf8"));
    return typeof message === "object" ? (message as Json) : null;
  } catch {
    return null;
  }
}

function errorJson(code: number, msg: string): Json {
  return { T: "error", code, msg };
}

function refuse(client: Client, code: number, message: string): void {
  send(client, [errorJson(code, message)]);
  client.socket.close();
}

function signIn(client: Client, { key, secret }: Json): boolean {
  const { keys, signedIn, socket } = client;
  if (signedIn.has(socket)) send(client, [errorJson(403, "already authenticated")]);
  else if (key !== keys.keyId || secret !== keys.secret) refuse(client, 402, "auth failed");
  else if (signedIn.size > 0) refuse(client, 406, "connection limit exceeded");
  else {
    signedIn.add(socket);
    send(client, [{ T: "success", msg: "authenticated" }]);
    return true;
  }
  return false;
}

function subscribe(client: Client, message: Json): void {
  const unknown = Object.keys(message).find((name) => name !== "action" && !client.channels.some((channel) => channel === name));
  if (unknown !== undefined) {
    send(client, [errorJson(410, "invalid subscribe action for this feed")]);
    return;
  }
  for (const channel of client.channels) {
    const symbols = message[channel];
    const set = client.subscribed.get(channel);
    if (!Array.isArray(symbols) || set === undefined) continue;
    for (const symbol of symbols.map(String)) {
      if (message.action === "subscribe") set.add(symbol);
      else set.delete(symbol);
      if (channel === "orderbooks") client.books.delete(symbol);
    }
  }
  const lists = client.channels.map((channel) => [channel, [...(client.subscribed.get(channel) ?? [])]] as const);
  const trades = [...(client.subscribed.get("trades") ?? [])];
  const follow = client.isCrypto ? {} : { corrections: trades, cancelErrors: trades };
  send(client, [{ T: "subscription", ...Object.fromEntries(lists), ...follow }]);
  for (const quote of client.world.exchange.quotes.values()) publishBook(client, quote);
}

function publish(client: Client, print: Print): void {
  if (isPair(print.symbol) !== client.isCrypto) return;
  const messages = messagesOf(client, print);
  if (messages.length === 0) return;
  if (happens(client.faults, "stream_disconnect", "data")) {
    client.socket.terminate();
    return;
  }
  if (happens(client.faults, "stream_drop", "data")) return;
  if (client.socket.bufferedAmount > UNSENT_BYTES_MAX) {
    refuse(client, 407, "slow client");
    return;
  }
  send(client, messages);
  if (happens(client.faults, "stream_duplicate", "data")) send(client, messages);
}

function wants({ subscribed }: Client, channel: Channel, symbol: string): boolean {
  const symbols = subscribed.get(channel);
  return symbols !== undefined && (symbols.has(symbol) || symbols.has("*"));
}

function messagesOf(client: Client, print: Print): readonly Json[] {
  const { symbol } = print;
  const of = (T: string, body: Json): Json => ({ T, S: symbol, ...body });
  switch (print.kind) {
    case "trade":
      return wants(client, "trades", symbol) ? [of("t", tradeJson(print))] : [];
    case "quote": {
      publishBook(client, print);
      return [...(wants(client, "quotes", symbol) ? [of("q", quoteJson(print))] : []), ...corrected(client, symbol)];
    }
    case "bar":
      return barMessages(client, print);
  }
}

/** The bar, perhaps without its last trade; and the day's so far. */
function barMessages(client: Client, { symbol, bar }: PrintedBar): readonly Json[] {
  const messages: Json[] = [];
  if (wants(client, "bars", symbol)) {
    const isLate = happens(client.faults, "late_trade", symbol);
    if (isLate) client.unfinished.set(symbol, bar);
    messages.push({ T: "b", S: symbol, ...barJson(isLate ? { ...bar, volume: Math.floor(bar.volume * 0.75) } : bar) });
  }
  if (wants(client, "dailyBars", symbol)) {
    const { market, exchange } = client.world;
    const data = market.find((one) => one.symbol === symbol);
    const day = timeFrame("1Day", client.isCrypto);
    const [today] = data === undefined ? [] : framedBars(data, day, day(bar.start), bar.end, exchange.now);
    if (today !== undefined) messages.push({ T: "d", S: symbol, ...barJson(today) });
  }
  return messages;
}

function corrected(client: Client, symbol: string): readonly Json[] {
  const bar = client.unfinished.get(symbol);
  if (bar === undefined || !wants(client, "updatedBars", symbol)) return [];
  client.unfinished.delete(symbol);
  return [{ T: "u", S: symbol, ...barJson(bar) }];
}

/** The whole book once, then its changes: the levels of the new quote, and those that are gone with a size of 0. */
function publishBook(client: Client, quote: Quote): void {
  const { symbol } = quote;
  if (!isPair(symbol) || !wants(client, "orderbooks", symbol)) return;
  const before = client.books.get(symbol);
  const levels = bookLevels(quote);
  client.books.set(symbol, levels);
  const head = { T: "o", S: symbol, t: nanosecondText(quote.time, 0) };
  if (before === undefined) send(client, [{ ...head, ...levels, r: true }]);
  else send(client, [{ ...head, b: [...gone(before.b, levels.b), ...levels.b], a: [...gone(before.a, levels.a), ...levels.a] }]);
}

function gone(before: BookLevels["b"], now: BookLevels["b"]): BookLevels["b"] {
  return before.filter(({ p }) => !now.some((level) => level.p === p)).map(({ p }) => ({ p, s: 0 }));
}

class Stamp {
  readonly sec: number;
  readonly nsec: number;

  constructor(sec: number, nsec: number) {
    this.sec = sec;
    this.nsec = nsec;
  }
}

const codec = new ExtensionCodec();
codec.register({
  type: EXT_TIMESTAMP,
  encode: (value) => (value instanceof Stamp ? encodeTimeSpecToTimestamp(value) : null),
  decode: () => null,
});

function send({ socket, isMsgpack }: Client, messages: readonly Json[]): void {
  if (socket.readyState !== socket.OPEN) return;
  if (!isMsgpack) socket.send(JSON.stringify(messages));
  else socket.send(encode(messages.map(stamped), { extensionCodec: codec }));
}

/** With its instant in the form of the extension. */
function stamped(message: Json): Json {
  const { t } = message;
  if (typeof t !== "string") return message;
  const [, seconds = "", fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(t) ?? [];
  return { ...message, t: new Stamp(Date.parse(`${seconds}Z`) / 1_000, Number(fraction.padEnd(9, "0"))) };
}
