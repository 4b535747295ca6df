/** What else might have been: returns drawn again in blocks, trades in another order. */
import { prng } from "../../values/prng.ts";
import { shuffled } from "../sampling.ts";
import { momentsOf } from "./sharpe.ts";

export interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

const DRAWS = 2_000;

/** Block bootstrap of a series of returns (circular: Politis and Romano 1992), blocks of ⌈∛n⌉: 2.5, 50 and 97.5 % of its Sharpe ratio per period and of its growth. */
export function bootstrap(
  returns: readonly number[],
  seed: number,
): { readonly block: number; readonly sharpe: Spread; readonly growth: Spread } {
  const { block, draws } = circularDraws(returns, seed);
  const sharpes: number[] = [];
  const growths: number[] = [];
  for (const drawn of draws) {
    sharpes.push(momentsOf(drawn).sharpe);
    growths.push(growthOf(drawn));
  }
  return { block, sharpe: spreadOf(sharpes), growth: spreadOf(growths) };
}

/** A series drawn again 2,000 times, in circular blocks of ⌈∛n⌉. */
export function circularDraws(
  values: readonly number[],
  seed: number,
): { readonly block: number; readonly draws: Iterable<readonly number[]> } {
  const block = blockLength(values.length);
  return { block, draws: drawsOf(values, block, seed) };
}

function* drawsOf(values: readonly number[], block: number, seed: number): Generator<readonly number[]> {
  const random = prng(seed);
  const count = values.length;
  for (let draw = 0; draw < DRAWS; draw++) {
    const drawn: number[] = [];
    while (drawn.length < count) {
      const start = random.below(count);
      for (let step = 0; step < block && drawn.length < count; step++) drawn.push(values[(start + step) % count] ?? 0);
    }
    yield drawn;
  }
}

/** The smallest whole number whose cube is at least `count`. */
function blockLength(count: number): number {
  let length = 1;
  while (length * length * length < count) length += 1;
  return length;
}

/** Compound return, as a fraction. */
export function growthOf(returns: readonly number[]): number {
  return returns.reduce((product, value) => product * (1 + value), 1) - 1;
}

/** The largest fall of start + Σ profits below its highest so far, as a share of that. */
export function largestDrawdown(start: number, profits: Iterable<number>): number {
  let [equity, peak, largest] = [start, start, 0];
  for (const profit of profits) {
    equity += profit;
    peak = Math.max(peak, equity);
    largest = Math.max(largest, 1 - equity / peak);
  }
  return largest;
}

/** The largest drawdown of the same trades in other orders: 2.5, 50 and 97.5 %. */
export function reordered(start: number, profits: readonly number[], seed: number): Spread {
  const random = prng(seed);
  const drawdowns = Array.from({ length: DRAWS }, () => {
    const order = shuffled(profits.length, random);
    return largestDrawdown(
      start,
      Array.from(order, (place) => profits[place] ?? 0),
    );
  });
  return spreadOf(drawdowns);
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1) + 0.5)] ?? Number.NaN;
  return { low: at(0.025), middle: at(0.5), high: at(0.975) };
}
