/** Events as the rows of a clock (semantics 12.3, 12.5, 12.8): the columns that kernels, venue and account read, chunk by chunk. */
import { type BarChunk, type BookField, type InputField, isBookField } from "../../market/bars.ts";
import {
  beginSnapshot,
  bestAsk,
  bestAskSize,
  bestBid,
  bestBidSize,
  createOrderBook,
  depth,
  FILE_LEVELS,
  imbalance,
  isCrossed,
  isStale,
  noteGap,
  type OrderBook,
  setLevel,
} from "../../market/order-book.ts";
import { powerOfTen } from "../../values/wide.ts";
import type { NormalEvents } from "./normal.ts";
import { BOOK_FLAG } from "./raw.ts";

/** The events, at most `capacity` a chunk; of what quotes and the book give in currency and counts those in `fields`. A chunk's arrays are reused for the next. */
export function eventChunks(events: NormalEvents, capacity: number, fields: ReadonlySet<InputField>): Iterable<BarChunk> {
  switch (events.kind) {
    case "quotes":
      return quoteChunks(events, capacity, fields);
    case "trades":
      return tradeChunks(events, capacity);
    case "book":
      return bookChunks(events, capacity, fields);
  }
}

function columnOf({ table }: NormalEvents, name: string): Float64Array {
  const column = table[name];
  if (column === undefined) throw new Error(`events without ${name}`);
  return column;
}

function* tradeChunks(events: NormalEvents, capacity: number): Generator<BarChunk> {
  const [time, price, size] = [columnOf(events, "time"), columnOf(events, "price"), columnOf(events, "size")];
  for (let from = 0; from < time.length; from += capacity) {
    const to = Math.min(time.length, from + capacity);
    const prices = price.subarray(from, to);
    const columns = { open: prices, high: prices, low: prices, close: prices, volume: size.subarray(from, to) };
    yield { rows: to - from, time: time.subarray(from, to), columns };
  }
}

/** What is made of bids and asks in ticks, `unit` ticks a unit of currency: by column, each row by row. */
type QuoteColumn = "close" | "bid" | "ask" | "mid" | "spread" | "tick_size";

function makeColumn(name: QuoteColumn, unit: number, bid: Float64Array, ask: Float64Array, into: Float64Array): void {
  const rows = bid.length;
  switch (name) {
    case "close":
      for (let row = 0; row < rows; row++) into[row] = Math.floor(((bid[row] ?? 0) + (ask[row] ?? 0)) / 2);
      return;
    case "bid":
      for (let row = 0; row < rows; row++) into[row] = (bid[row] ?? 0) / unit;
      return;
    case "ask":
      for (let row = 0; row < rows; row++) into[row] = (ask[row] ?? 0) / unit;
      return;
    case "mid":
      for (let row = 0; row < rows; row++) into[row] = ((bid[row] ?? 0) + (ask[row] ?? 0)) / (2 * unit);
      return;
    case "spread":
      for (let row = 0; row < rows; row++) into[row] = ((ask[row] ?? 0) - (bid[row] ?? 0)) / unit;
      return;
    case "tick_size":
      into.fill(1 / unit, 0, rows);
      return;
  }
}

const MADE = ["bid", "ask", "mid", "spread", "tick_size"] as const;

/** Quotes in ticks and shares, as many as `bid` has. */
interface Quotes {
  readonly time: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly bid_size: Float64Array;
  readonly ask_size: Float64Array;
}

/** Makes chunks of quotes, with those of the columns in currency that are asked for. */
function quoteChunk(capacity: number, decimals: number, fields: ReadonlySet<InputField>) {
  const unit = powerOfTen(decimals);
  const close = new Float64Array(capacity);
  const made = MADE.filter((name) => fields.has(name)).map((name) => [name, new Float64Array(capacity)] as const);
  return ({ time, bid, ask, bid_size, ask_size }: Quotes, more: Readonly<Partial<Record<BookField, Float64Array>>>): BarChunk => {
    makeColumn("close", unit, bid, ask, close);
    for (const [name, column] of made) makeColumn(name, unit, bid, ask, column);
    return {
      rows: bid.length,
      time,
      columns: { ...more, ...Object.fromEntries(made), bid_size, ask_size, open: ask, high: bid, low: ask, close },
    };
  };
}

function* quoteChunks(events: NormalEvents, capacity: number, fields: ReadonlySet<InputField>): Generator<BarChunk> {
  const chunk = quoteChunk(capacity, events.priceDecimals, fields);
  const [time, bid, ask] = [columnOf(events, "time"), columnOf(events, "bid"), columnOf(events, "ask")];
  const [bidSize, askSize] = [columnOf(events, "bid_size"), columnOf(events, "ask_size")];
  for (let from = 0; from < time.length; from += capacity) {
    const cut = (column: Float64Array): Float64Array => column.subarray(from, from + capacity);
    yield chunk({ time: cut(time), bid: cut(bid), ask: cut(ask), bid_size: cut(bidSize), ask_size: cut(askSize) }, {});
  }
}

function* bookChunks(events: NormalEvents, capacity: number, fields: ReadonlySet<InputField>): Generator<BarChunk> {
  const chunk = quoteChunk(capacity, events.priceDecimals, fields);
  const column = (): Float64Array => new Float64Array(capacity);
  const best = { time: column(), bid: column(), ask: column(), bid_size: column(), ask_size: column() };
  const own = [...fields].filter(isBookField).map((field) => ({ field, column: column(), read: fieldReader(field) }));
  const more = Object.fromEntries(own.map(({ field, column: values }) => [field, values]));
  const book = createOrderBook(FILE_LEVELS);
  const { time } = events.table;
  let rows = 0;
  const cut = (values: Float64Array): Float64Array => values.subarray(0, rows);
  const flush = (): BarChunk =>
    chunk(
      { time: cut(best.time), bid: cut(best.bid), ask: cut(best.ask), bid_size: cut(best.bid_size), ask_size: cut(best.ask_size) },
      more,
    );
  for (let at = 0; at < time.length; ) {
    at = applyUpdate(events, book, at);
    if (isStale(book) || isCrossed(book)) continue;
    best.time[rows] = time[at - 1] ?? 0;
    best.bid[rows] = bestBid(book);
    best.ask[rows] = bestAsk(book);
    best.bid_size[rows] = bestBidSize(book);
    best.ask_size[rows] = bestAskSize(book);
    for (const { column: values, read } of own) values[rows] = read(book);
    rows += 1;
    if (rows < capacity) continue;
    yield flush();
    rows = 0;
  }
  if (rows > 0) yield flush();
}

function fieldReader(field: BookField): (book: OrderBook) => number {
  const [, kind, argument] = /^book_([a-z]+)_(.+)$/.exec(field) ?? [];
  const value = Number(argument);
  return kind === "imbalance" ? (book) => imbalance(book, value) : (book) => depth(book, value);
}

/** Applies the update whose first row is `from`; gives the first row after it. */
export function applyUpdate(events: NormalEvents, book: OrderBook, from: number): number {
  const { time, price, size, flags } = events.table;
  if (price === undefined || size === undefined || flags === undefined) throw new Error("a book without its changes");
  const end = time[from];
  const first = flags[from] ?? 0;
  if ((first & BOOK_FLAG.gap) !== 0) noteGap(book);
  if ((first & BOOK_FLAG.snapshot) !== 0) beginSnapshot(book);
  let at = from;
  for (; at < time.length && time[at] === end; at++) {
    setLevel(book, ((flags[at] ?? 0) & BOOK_FLAG.ask) !== 0 ? "ask" : "bid", price[at] ?? 0, size[at] ?? 0);
  }
  return at;
}
