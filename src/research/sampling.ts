/** Searches that choose all their combinations before the first result: the grid, random draws, a Latin hypercube (semantics 16.2). */
import { type Prng, prng } from "../values/prng.ts";
import { type Combination, grid, type SearchSpace, spaceSize, valueAt } from "./space.ts";

type Admits = (combination: Combination) => boolean;

/** Draws in a row that give nothing new before a space counts as used up. */
const DRAWS_IN_VAIN_MAX = 1_000;

/** Every combination of a grid that the file admits. */
export function gridSearch(space: SearchSpace, admits: Admits): readonly Combination[] {
  return [...grid(space)].filter(admits);
}

/** At most `count` different combinations that the file admits, each drawn by itself; fewer where there are no more. */
export function randomSearch(space: SearchSpace, admits: Admits, count: number, seed: number): readonly Combination[] {
  const { uniform } = prng(seed);
  const known = new Set<string>();
  const found: Combination[] = [];
  const limit = Math.min(count, spaceSize(space));
  for (let vain = 0; found.length < limit && vain < DRAWS_IN_VAIN_MAX; vain++) {
    const drawn = space.map((dimension) => valueAt(dimension, uniform()));
    const key = keyOf(drawn);
    if (known.has(key) || !admits(drawn)) continue;
    known.add(key);
    found.push(drawn);
    vain = -1;
  }
  return found;
}

/**
 * A Latin hypercube (McKay, Beckman and Conover 1979): each parameter's range is cut into `count` strata, and each stratum is used once. Combinations that the
 * file does not admit and those that are there already are left out, so that there may be fewer.
 */
export function latinHypercube(space: SearchSpace, admits: Admits, count: number, seed: number): readonly Combination[] {
  const random = prng(seed);
  const strata = space.map(() => shuffled(count, random));
  const drawn = Array.from({ length: count }, (_, point) =>
    space.map((dimension, index) => valueAt(dimension, ((strata[index]?.[point] ?? 0) + random.uniform()) / count)),
  );
  const different = new Map(drawn.map((combination) => [keyOf(combination), combination]));
  return [...different.values()].filter(admits);
}

/** What tells combinations apart. */
export function keyOf(combination: Combination): string {
  return combination.join(" ");
}

/** 0 to `count - 1` in random order (Fisher and Yates, Durstenfeld's form). */
export function shuffled(count: number, random: Prng): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
