/**
 * A search that learns: the tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl 2011, section 4). The better results so far and the
 * others each give a density over every parameter; what is tried next is, of some draws from the first, that which it favours most over the second.
 */

import { type Prng, prng } from "../values/prng.ts";
import { log } from "../values/transcendental.ts";
import { keyOf, randomSearch } from "./sampling.ts";
import { type Combination, type Dimension, placeOf, type SearchSpace, valueAt } from "./space.ts";

/** A combination that has been tried, and its objective; null where it has none. */
export interface Tried {
  readonly combination: Combination;
  readonly objective: number | null;
}

/** Combinations before anything is learnt from. */
export const RANDOM_FIRST = 32;
const DRAWS = 24;
const BETTER_MAX = 25;
/** Cells of a continuous dimension. */
const CELLS = 32;
/** What a result adds to the cells beside its own. */
const BESIDE = 0.5;

/** The next combinations to try, at most `count` and all new; none where no new one is found. `round` counts the calls of one search from 0. */
export function proposals(
  space: SearchSpace,
  admits: (combination: Combination) => boolean,
  tried: readonly Tried[],
  { seed, round, count }: { readonly seed: number; readonly round: number; readonly count: number },
): readonly Combination[] {
  if (tried.length === 0) return randomSearch(space, admits, count, seed);
  const random = prng(seed + 0x9e37 * (round + 1));
  const known = new Set(tried.map(({ combination }) => keyOf(combination)));
  const isNew = (combination: Combination): boolean => !known.has(keyOf(combination)) && admits(combination);
  const [better, others] = parted(tried);
  const densities = space.map((dimension, index) => ({
    better: densityOf(
      dimension,
      better.map((combination) => combination[index] ?? Number.NaN),
    ),
    others: densityOf(
      dimension,
      others.map((combination) => combination[index] ?? Number.NaN),
    ),
  }));
  const found: Combination[] = [];
  for (let proposal = 0; proposal < count; proposal++) {
    const next = favourite(space, densities, isNew, random) ?? randomSearch(space, isNew, 1, random.below(2 ** 31))[0];
    if (next === undefined) break;
    known.add(keyOf(next));
    found.push(next);
  }
  return found;
}

/** The better ones, ⌈√n ÷ 4⌉ but at most 25 of them, and the others. */
function parted(tried: readonly Tried[]): readonly [readonly Combination[], readonly Combination[]] {
  const value = ({ objective }: Tried): number => objective ?? Number.NEGATIVE_INFINITY;
  const order = tried.toSorted((a, b) => (value(a) === value(b) ? 0 : value(b) - value(a))).map(({ combination }) => combination);
  const count = Math.min(BETTER_MAX, Math.ceil(Math.sqrt(order.length) / 4));
  return [order.slice(0, count), order.slice(count)];
}

/** The probability of each cell of a dimension. */
type Density = readonly number[];

/** A result counts in its cell, half in those beside it; one more result is spread over all. */
function densityOf(dimension: Dimension, values: readonly number[]): Density {
  const cells = dimension.kind === "listed" ? dimension.values.length : CELLS;
  const weights = Array.from({ length: cells }, () => 1 / cells);
  const add = (cell: number, weight: number): void => {
    if (cell >= 0 && cell < cells) weights[cell] = (weights[cell] ?? 0) + weight;
  };
  for (const value of values) {
    const cell = Math.min(cells - 1, Math.floor(placeOf(dimension, value) * cells));
    add(cell - 1, BESIDE);
    add(cell, 1);
    add(cell + 1, BESIDE);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Of some draws from the better density the new one with the largest ratio of both; undefined where none is new. */
function favourite(
  space: SearchSpace,
  densities: readonly { readonly better: Density; readonly others: Density }[],
  isNew: (combination: Combination) => boolean,
  random: Prng,
): Combination | undefined {
  let best: { readonly combination: Combination; readonly score: number } | undefined;
  for (let draw = 0; draw < DRAWS; draw++) {
    let score = 0;
    const combination = space.map((dimension, index) => {
      const density = densities[index];
      if (density === undefined) throw new Error("a dimension without a density");
      const cell = drawn(density.better, random.uniform());
      score += log((density.better[cell] ?? 1) / (density.others[cell] ?? 1));
      return valueAt(dimension, (cell + random.uniform()) / density.better.length);
    });
    if ((best === undefined || score > best.score) && isNew(combination)) best = { combination, score };
  }
  return best?.combination;
}

function drawn(density: Density, place: number): number {
  let below = 0;
  for (let cell = 0; cell < density.length - 1; cell++) {
    below += density[cell] ?? 0;
    if (place < below) return cell;
  }
  return density.length - 1;
}
