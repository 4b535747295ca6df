/**
 * The order book of one symbol from snapshots and deltas (semantics 12.8), in a fixed room: the best levels of each side, and how far they are known. Prices are
 * ticks. Levels lie worst first, so that the changes that are usual, near the best, move little; nothing is allocated by an update.
 */

/** Levels that must be known for the book to be read; those that are kept of a side of a live one, and of one that cannot be asked for a snapshot. */
const MAX_LEVELS = 50;
export const LIVE_LEVELS = 4 * MAX_LEVELS;
export const FILE_LEVELS = 4_096;

export type BookSide = "bid" | "ask";

/** One side. A level's key grows as it gets better: its price, of asks below 0. */
interface Levels {
  readonly sign: 1 | -1;
  /** Most levels kept. */
  readonly most: number;
  readonly keys: Float64Array;
  readonly sizes: Float64Array;
  count: number;
  /** Key of the worst level kept when one was dropped last: nothing is known beyond it. −Infinity while none was. */
  horizon: number;
}

export interface OrderBook {
  readonly bids: Levels;
  readonly asks: Levels;
  /** Whether levels may be missing: before the first snapshot, and since an update was. */
  hasGap: boolean;
}

function levels(sign: 1 | -1, most: number): Levels {
  const room = most + 1;
  return { sign, most, keys: new Float64Array(room), sizes: new Float64Array(room), count: 0, horizon: Number.NEGATIVE_INFINITY };
}

/** A book of which nothing is known, and of whose sides `most` levels are kept. */
export function createOrderBook(most: number): OrderBook {
  return { bids: levels(1, most), asks: levels(-1, most), hasGap: true };
}

function clear(side: Levels): void {
  side.count = 0;
  side.horizon = Number.NEGATIVE_INFINITY;
}

/** Begins a snapshot: the levels set next are the whole book. */
export function beginSnapshot(book: OrderBook): void {
  clear(book.bids);
  clear(book.asks);
  book.hasGap = false;
}

/** An update was missed. The book is stale until the next snapshot. */
export function noteGap(book: OrderBook): void {
  book.hasGap = true;
}

/** Sets the level at `price` ticks to `size`; 0 takes it away. */
export function setLevel(book: OrderBook, of: BookSide, price: number, size: number): void {
  const side = of === "bid" ? book.bids : book.asks;
  const key = side.sign * price;
  if (key < side.horizon) return;
  const at = placeOf(side, key);
  const { keys, sizes, count } = side;
  const isKnown = at < count && keys[at] === key;
  if (size > 0) {
    if (isKnown) sizes[at] = size;
    else insert(side, at, key, size);
  } else if (isKnown) {
    keys.copyWithin(at, at + 1, count);
    sizes.copyWithin(at, at + 1, count);
    side.count = count - 1;
  }
}

/** The first level whose key is `key` or more: looked for among the best, then by halves. */
function placeOf({ keys, count }: Levels, key: number): number {
  let at = count;
  const near = Math.max(0, count - 8);
  while (at > near && (keys[at - 1] ?? 0) >= key) at--;
  if (at > near || near === 0) return at;
  let low = 0;
  while (low < at) {
    const middle = (low + at) >>> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else at = middle;
  }
  return low;
}

/** Puts a level at `at`; of a full side the worst goes. */
function insert(side: Levels, at: number, key: number, size: number): void {
  const { keys, sizes, count } = side;
  keys.copyWithin(at + 1, at, count);
  sizes.copyWithin(at + 1, at, count);
  keys[at] = key;
  sizes[at] = size;
  if (count < side.most) {
    side.count = count + 1;
    return;
  }
  keys.copyWithin(0, 1, count + 1);
  sizes.copyWithin(0, 1, count + 1);
  side.horizon = keys[0] ?? key;
}

/** Whether the book is not known well enough to be read. */
export function isStale({ hasGap, bids, asks }: OrderBook): boolean {
  return hasGap || isThin(bids) || isThin(asks);
}

function isThin({ count, horizon }: Levels): boolean {
  return count === 0 || (horizon > Number.NEGATIVE_INFINITY && count < MAX_LEVELS);
}

/** Whether the best bid is not below the best ask. */
export function isCrossed(book: OrderBook): boolean {
  return bestBid(book) >= bestAsk(book);
}

/** Best price of a side in ticks, and its size; NaN for an empty one. */
export function bestBid({ bids }: OrderBook): number {
  return bids.count === 0 ? Number.NaN : (bids.keys[bids.count - 1] ?? Number.NaN);
}

export function bestAsk({ asks }: OrderBook): number {
  return asks.count === 0 ? Number.NaN : -(asks.keys[asks.count - 1] ?? Number.NaN);
}

export function bestBidSize({ bids }: OrderBook): number {
  return bids.count === 0 ? Number.NaN : (bids.sizes[bids.count - 1] ?? Number.NaN);
}

export function bestAskSize({ asks }: OrderBook): number {
  return asks.count === 0 ? Number.NaN : (asks.sizes[asks.count - 1] ?? Number.NaN);
}

/** The `n`-th best level of a side, from 0; null where there are fewer. */
export function levelAt(book: OrderBook, of: BookSide, n: number): { readonly price: number; readonly size: number } | null {
  const { keys, sizes, count, sign } = of === "bid" ? book.bids : book.asks;
  const at = count - 1 - n;
  return at < 0 ? null : { price: sign * (keys[at] ?? Number.NaN), size: sizes[at] ?? Number.NaN };
}

/** (bids − asks) ÷ (bids + asks), of the sizes of the best `n` levels of each side, −1 to 1. The book is not stale. */
export function imbalance({ bids, asks }: OrderBook, n: number): number {
  const [bid, ask] = [sizeOfBest(bids, n), sizeOfBest(asks, n)];
  return (bid - ask) / (bid + ask);
}

function sizeOfBest({ sizes, count }: Levels, n: number): number {
  let sum = 0;
  for (let at = count - 1; at >= 0 && at >= count - n; at--) sum += sizes[at] ?? 0;
  return sum;
}

/** The sizes of all levels within `ratio` of the mid, both sides together. The book is not stale. */
export function depth(book: OrderBook, ratio: number): number {
  const mid = (bestBid(book) + bestAsk(book)) / 2;
  return sizeFrom(book.bids, mid * (1 - ratio)) + sizeFrom(book.asks, -mid * (1 + ratio));
}

function sizeFrom({ keys, sizes, count }: Levels, least: number): number {
  let sum = 0;
  for (let at = count - 1; at >= 0 && (keys[at] ?? Number.NaN) >= least; at--) sum += sizes[at] ?? 0;
  return sum;
}
