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

/** The events, at most `capacity` a chunk; of the book's own fields those in `fields`. A chunk's arrays are reused for the next. */
export function eventChunks(events: NormalEvents, capacity: number, fields: ReadonlySet<InputField>): Iterable<BarChunk> {
  switch (events.kind) {
    case "quotes":
      return quoteChunks(events, capacity);
    case "trades":
      return tradeChunks(events, capacity);
    case "book":
      return bookChunks(events, capacity, [...fields].filter(isBookField));
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

/** Room for the columns of quotes, to be written row by row. */
function quoteColumns(capacity: number, decimals: number) {
  const column = (): Float64Array => new Float64Array(capacity);
  const unit = powerOfTen(decimals);
  const columns = {
    ...{ time: column(), high: column(), low: column(), close: column() },
    ...{ bid: column(), ask: column(), mid: column(), spread: column(), bid_size: column(), ask_size: column() },
    tick_size: column().fill(1 / unit),
  };
  const write = (row: number, end: number, bid: number, ask: number): void => {
    columns.time[row] = end;
    columns.high[row] = bid;
    columns.low[row] = ask;
    columns.close[row] = Math.floor((bid + ask) / 2);
    columns.bid[row] = bid / unit;
    columns.ask[row] = ask / unit;
    columns.mid[row] = (bid + ask) / (2 * unit);
    columns.spread[row] = (ask - bid) / unit;
  };
  const chunk = (rows: number, more: Readonly<Partial<Record<BookField, Float64Array>>>): BarChunk => {
    const { time, ...others } = columns;
    return { rows, time, columns: { ...more, ...others, open: others.low } };
  };
  return { columns, write, chunk };
}

function* quoteChunks(events: NormalEvents, capacity: number): Generator<BarChunk> {
  const { columns, write, chunk } = quoteColumns(capacity, events.priceDecimals);
  const [time, bid, ask] = [columnOf(events, "time"), columnOf(events, "bid"), columnOf(events, "ask")];
  const [bidSize, askSize] = [columnOf(events, "bid_size"), columnOf(events, "ask_size")];
  for (let from = 0; from < time.length; from += capacity) {
    const to = Math.min(time.length, from + capacity);
    for (let row = from; row < to; row++) write(row - from, time[row] ?? 0, bid[row] ?? 0, ask[row] ?? 0);
    columns.bid_size.set(bidSize.subarray(from, to));
    columns.ask_size.set(askSize.subarray(from, to));
    yield chunk(to - from, {});
  }
}

function* bookChunks(events: NormalEvents, capacity: number, fields: readonly BookField[]): Generator<BarChunk> {
  const { columns, write, chunk } = quoteColumns(capacity, events.priceDecimals);
  const own: Partial<Record<BookField, Float64Array>> = {};
  const readers = fields.map((field) => {
    const column = new Float64Array(capacity);
    own[field] = column;
    const read = fieldReader(field);
    return (row: number): void => {
      column[row] = read(book);
    };
  });
  const book = createOrderBook(FILE_LEVELS);
  const { time } = events.table;
  let rows = 0;
  for (let at = 0; at < time.length; ) {
    at = applyUpdate(events, book, at);
    if (isStale(book) || isCrossed(book)) continue;
    write(rows, time[at - 1] ?? 0, bestBid(book), bestAsk(book));
    columns.bid_size[rows] = bestBidSize(book);
    columns.ask_size[rows] = bestAskSize(book);
    for (const read of readers) read(rows);
    rows += 1;
    if (rows < capacity) continue;
    yield chunk(rows, own);
    rows = 0;
  }
  if (rows > 0) yield chunk(rows, own);
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
