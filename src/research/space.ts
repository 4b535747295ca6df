/** The space of a search: which values each parameter may take, and the combinations of them that the file admits (semantics 16.1). */
import { evaluateRun } from "../graph/evaluate.ts";
import type { Graph, Parameter } from "../graph/nodes.ts";
import { bigPowerOfTen, formatDecimal, parseDecimal } from "../values/decimal.ts";

/** One value for each parameter of the graph, in its order. */
export type Combination = readonly number[];

/** What one parameter may be: listed values, or anything between two bounds. */
export type Dimension =
  | { readonly kind: "listed"; readonly values: readonly number[] }
  | { readonly kind: "continuous"; readonly min: number; readonly max: number };

/** One dimension for each parameter of the graph, in its order. */
export type SearchSpace = readonly Dimension[];

/** More values than a parameter is stepped through. */
const VALUES_MAX = 1_000_000;

/** What a parameter may be where nobody says otherwise: its range by steps (of 1 for a whole number), or its default where it has no range. */
export function declaredDimension({ kind, default: initial, min, max, step }: Parameter): Dimension {
  if (min === max) return { kind: "listed", values: [initial] };
  if (step === null && kind === "number") return { kind: "continuous", min, max };
  return { kind: "listed", values: steps(min, max, step ?? 1) };
}

/** min, min + step … as far as max: exact decimals, each then the nearest float64, so that it is what its text says. */
function steps(min: number, max: number, step: number): readonly number[] {
  const [first, last, width] = [min, max, step].map(exactly);
  if (first === undefined || last === undefined || width === undefined) throw new Error("a range without bounds");
  const decimals = Math.max(first.decimals, last.decimals, width.decimals);
  const units = ({ coefficient, decimals: own }: typeof first): bigint => coefficient * bigPowerOfTen(decimals - own);
  const values: number[] = [];
  for (let at = units(first); at <= units(last) && values.length < VALUES_MAX; at += units(width)) {
    values.push(Number(formatDecimal(at, decimals)));
  }
  return values;
}

/** The shortest decimal that reads back as `value`. */
function exactly(value: number): { readonly coefficient: bigint; readonly decimals: number } {
  const [digits = "", exponent = "0"] = String(value).split("e");
  const decimal = parseDecimal(digits);
  if (decimal === null) throw new Error(`${value} is no number`);
  const decimals = decimal.decimals - Number(exponent);
  return decimals >= 0
    ? { coefficient: decimal.coefficient, decimals }
    : { coefficient: decimal.coefficient * bigPowerOfTen(-decimals), decimals: 0 };
}

/** How many combinations the space has before the file's requirements; infinite where a dimension is continuous. */
export function spaceSize(space: SearchSpace): number {
  return space.reduce((size, dimension) => size * (dimension.kind === "listed" ? dimension.values.length : Number.POSITIVE_INFINITY), 1);
}

/** Whether a combination satisfies every `require` of the file, for every symbol that is traded. */
export function admission(graph: Graph): (combination: Combination) => boolean {
  if (graph.requirements.length === 0) return () => true;
  const traded = [...graph.symbols.keys()].filter((symbol) => graph.symbols[symbol]?.trades);
  return (combination) =>
    traded.every((symbol) => {
      const run = evaluateRun(graph, combination, symbol);
      return graph.requirements.every((node) => run[node] === true);
    });
}

/** All combinations of listed values, admitted or not: the first parameter changes last. Throws on a continuous dimension. */
export function* grid(space: SearchSpace): Generator<Combination> {
  const lists = space.map((dimension) => {
    if (dimension.kind === "continuous") throw new Error("a grid over a continuous dimension");
    return dimension.values;
  });
  const places = lists.map(() => 0);
  for (;;) {
    yield lists.map((values, index) => values[places[index] ?? 0] ?? Number.NaN);
    let index = lists.length - 1;
    while (index >= 0 && (places[index] ?? 0) + 1 >= (lists[index]?.length ?? 0)) places[index--] = 0;
    if (index < 0) return;
    places[index] = (places[index] ?? 0) + 1;
  }
}

/** The value of a dimension at `place`, 0 ≤ place < 1 from its first value to its last. */
export function valueAt(dimension: Dimension, place: number): number {
  if (dimension.kind === "continuous") return dimension.min + (dimension.max - dimension.min) * place;
  return dimension.values[Math.floor(place * dimension.values.length)] ?? Number.NaN;
}

/** The inverse: the middle of the stretch of places that give `value`. */
export function placeOf(dimension: Dimension, value: number): number {
  if (dimension.kind === "continuous")
    return dimension.max === dimension.min ? 0 : (value - dimension.min) / (dimension.max - dimension.min);
  return (dimension.values.indexOf(value) + 0.5) / dimension.values.length;
}
