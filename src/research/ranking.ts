/** Which trials are good, and which stand on firm ground: a plateau is worth more than a peak (semantics 16.4). */

import type { Objective } from "../graph/study.ts";
import { type Combination, placeOf, type SearchSpace } from "./space.ts";
import { objectiveOf, type Trial } from "./trial.ts";

/** A trial with its objective. */
export interface Ranked {
  readonly trial: Trial;
  readonly value: number;
}

/** The trials that have an objective, the best first; equal ones in the order of the search. */
export function ranked(trials: readonly Trial[], objective: Objective): readonly Ranked[] {
  return trials
    .flatMap((trial) => {
      const value = objectiveOf(trial, objective);
      return value === null ? [] : [{ trial, value }];
    })
    .sort((a, b) => b.value - a.value || a.trial.number - b.trial.number);
}

/** A trial beside those that are like it. */
export interface Plateau extends Ranked {
  /** Mean objective of the trial and its neighbours. */
  readonly mean: number;
  /** The lowest among them. */
  readonly lowest: number;
  readonly neighbours: number;
}

/** The trials whose surroundings are looked at: the best of all. */
const CENTRES_MAX = 200;
/** A continuous parameter's range is worth so many steps. */
const CONTINUOUS_STEPS = 10;

/**
 * Of the best trials that whose own objective and those of its nearest trials have the highest mean; null where there are none. There are two neighbours for
 * each parameter that is searched; how far they are is counted in steps, the sum over all parameters, and of those equally far the earlier one is taken.
 */
export function plateauOf(space: SearchSpace, all: readonly Ranked[]): Plateau | null {
  const wanted = 2 * space.filter((dimension) => dimension.kind === "continuous" || dimension.values.length > 1).length;
  const positions = all.map(({ trial }) => positionOf(space, trial.combination));
  let best: Plateau | null = null;
  for (const [index, centre] of all.slice(0, CENTRES_MAX).entries()) {
    const near = nearest(positions, index, wanted).map((place) => all[place]?.value ?? Number.NaN);
    const values = [centre.value, ...near];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (best === null || mean > best.mean) best = { ...centre, mean, lowest: Math.min(...values), neighbours: near.length };
  }
  return best;
}

/** Where a combination lies, in steps. */
function positionOf(space: SearchSpace, combination: Combination): readonly number[] {
  return space.map((dimension, index) => {
    const steps = dimension.kind === "continuous" ? CONTINUOUS_STEPS : dimension.values.length;
    return placeOf(dimension, combination[index] ?? Number.NaN) * steps;
  });
}

/** The places of the `count` nearest to that at `centre`, itself left out. */
function nearest(positions: readonly (readonly number[])[], centre: number, count: number): readonly number[] {
  const from = positions[centre] ?? [];
  const found: { readonly place: number; readonly distance: number }[] = [];
  for (const [place, position] of positions.entries()) {
    if (place === centre) continue;
    let distance = 0;
    for (let index = 0; index < position.length; index++) distance += Math.abs((position[index] ?? 0) - (from[index] ?? 0));
    const last = found.at(-1);
    if (found.length === count && last !== undefined && distance >= last.distance) continue;
    const at = found.findIndex((other) => distance < other.distance);
    found.splice(at < 0 ? found.length : at, 0, { place, distance });
    if (found.length > count) found.pop();
  }
  return found.map(({ place }) => place);
}
