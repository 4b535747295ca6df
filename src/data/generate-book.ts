/**
 * A generated order book of a market that does not exist, update by update: orders come, are taken back and trade at random levels; a price level that is used
 * up moves the market by a tick, so that a thin side gives way. One seed gives the same updates everywhere.
 */
import { type Prng, prng } from "../values/prng.ts";
import { centsText } from "./generate.ts";
import { utcText } from "./instants.ts";

const LEVELS = 12;
const MEAN_SIZE = 40;
/** Microseconds between two updates, in the mean. */
const MEAN_PAUSE = 120_000;
/** What an update is: a trade at the best price, or else an order that comes or goes; and how often one comes inside a wide spread. */
const TRADES = 0.3;
const COMES = 0.52;
const NARROWS = 0.35;

/** Sizes by price, in ticks of a cent; the best level is `best`, worse ones lie `step` apart. */
interface Side {
  readonly name: "bid" | "ask";
  readonly step: 1 | -1;
  readonly sizes: Map<number, number>;
  best: number;
}

export interface BookOptions {
  readonly seed: number;
  readonly updates: number;
  /** UTC microseconds. */
  readonly start: number;
  /** In cents. */
  readonly firstPrice: number;
}

/** The updates as text: `time,side,price,size,snapshot`, the first a snapshot. */
export function* bookCsv({ seed, updates, start, firstPrice }: BookOptions): Generator<string> {
  const random = prng(seed);
  const bids: Side = { name: "bid", step: -1, sizes: new Map(), best: firstPrice - 1 };
  const asks: Side = { name: "ask", step: 1, sizes: new Map(), best: firstPrice + 1 };
  yield "time,side,price,size,snapshot\n";
  let time = start;
  for (const side of [bids, asks]) {
    for (let level = 0; level < LEVELS; level++) yield line(time, side, set(side, priceAt(side, level), newSize(random)), 1);
  }
  for (let update = 1; update < updates; update++) {
    time += 1 + Math.floor(2 * MEAN_PAUSE * random.uniform());
    const [side, other] = random.uniform() < 0.5 ? [bids, asks] : [asks, bids];
    for (const price of changed(random, side, other)) yield line(time, side, price, 0);
  }
}

function line(time: number, side: Side, price: number, snapshot: 0 | 1): string {
  return `${utcText(time)},${side.name},${centsText(price)},${side.sizes.get(price) ?? 0},${snapshot}\n`;
}

function priceAt({ best, step }: Side, level: number): number {
  return best + step * level;
}

function newSize(random: Prng): number {
  return 1 + Math.floor(2 * MEAN_SIZE * random.uniform());
}

/** Sets the size of a level, and gives its price. */
function set(side: Side, price: number, size: number): number {
  if (size > 0) side.sizes.set(price, size);
  else side.sizes.delete(price);
  return price;
}

/** One update of a side: the prices whose sizes it has changed. */
function changed(random: Prng, side: Side, other: Side): readonly number[] {
  const isWide = Math.abs(other.best - side.best) > 2;
  if (isWide && random.uniform() < NARROWS) {
    side.best -= side.step;
    return [set(side, side.best, newSize(random))];
  }
  const trades = random.uniform() < TRADES;
  const price = trades ? side.best : priceAt(side, random.below(LEVELS));
  const size = side.sizes.get(price) ?? 0;
  if (!trades && (size === 0 || random.uniform() < COMES)) return [set(side, price, size + newSize(random))];
  set(side, price, Math.max(0, size - newSize(random)));
  if (price !== side.best || side.sizes.has(price)) return [price];
  return [price, ...recede(random, side)];
}

/** The best level is gone: the next one is the best, made where there is none. */
function recede(random: Prng, side: Side): readonly number[] {
  side.best += side.step;
  return side.sizes.has(side.best) ? [] : [set(side, side.best, newSize(random))];
}
