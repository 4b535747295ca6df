/**
 * How long a recursion remembers: the weights with which its step carries its own past on. Weights below 1 fade, a weight of 1 never does,
 * and of a step that is no weighted sum of its past nothing can be said.
 */
import { absolute, add, divide, hull, multiply, negate, point, type Range, subtract } from "./range.ts";
import { factsOf, nodeOf, type TermId, type Terms, termOf } from "./terms.ts";

/** "fading": forgets by itself; "whole": some weight may be 1; "unknown": not affine, a weight may be above 1, or the fields feed each other in a circle. */
export type Memory = "fading" | "whole" | "unknown";

/** The weight of each field's past, by field. */
type Weights = ReadonlyMap<number, Range>;

const ZERO = point(0);

function combine(a: Weights, b: Weights, join: (a: Range, b: Range) => Range): Weights {
  const fields = new Set([...a.keys(), ...b.keys()]);
  return new Map([...fields].map((field) => [field, join(a.get(field) ?? ZERO, b.get(field) ?? ZERO)]));
}

function scale(weights: Weights, by: (weight: Range) => Range): Weights {
  return new Map([...weights].map(([field, weight]) => [field, by(weight)]));
}

/** The terms of one step, with the weights that are known already: a value may be read many times. */
interface Walk {
  readonly terms: Terms;
  readonly known: Map<TermId, Weights | undefined>;
}

/** The weights with which `id` reads the past, or undefined where it is not a weighted sum of it. */
function weightsOf(walk: Walk, id: TermId): Weights | undefined {
  if (!walk.known.has(id)) walk.known.set(id, weigh(walk, id));
  return walk.known.get(id);
}

function weigh(walk: Walk, id: TermId): Weights | undefined {
  const { terms } = walk;
  if (!termOf(terms, id).recursive) return new Map();
  const node = nodeOf(terms, id);
  if (node.op === "previous") return node.type === "number" ? new Map([[node.field, point(1)]]) : undefined;
  if (node.op === "unary") return node.fn === "neg" ? negated(weightsOf(walk, node.x)) : undefined;
  if (node.op === "select") {
    if (termOf(terms, node.condition).recursive) return undefined;
    return joined(weightsOf(walk, node.then), weightsOf(walk, node.otherwise), hull);
  }
  if (node.op !== "binary") return undefined;
  const { fn, a, b } = node;
  if (fn === "add") return joined(weightsOf(walk, a), weightsOf(walk, b), add);
  if (fn === "sub") return joined(weightsOf(walk, a), weightsOf(walk, b), subtract);
  if (fn === "mul" && !termOf(terms, a).recursive) return scaled(walk, b, (weight) => multiply(weight, factsOf(terms, a).range));
  if (fn === "mul" && !termOf(terms, b).recursive) return scaled(walk, a, (weight) => multiply(weight, factsOf(terms, b).range));
  if (fn === "div" && !termOf(terms, b).recursive) return scaled(walk, a, (weight) => divide(weight, factsOf(terms, b).range));
  return undefined;
}

function negated(weights: Weights | undefined): Weights | undefined {
  return weights && scale(weights, negate);
}

function joined(a: Weights | undefined, b: Weights | undefined, join: (a: Range, b: Range) => Range): Weights | undefined {
  return a === undefined || b === undefined ? undefined : combine(a, b, join);
}

function scaled(walk: Walk, id: TermId, by: (weight: Range) => Range): Weights | undefined {
  const weights = weightsOf(walk, id);
  return weights && scale(weights, by);
}

/** Whether some field feeds itself by way of another: whether taking away, again and again, what nothing else feeds on leaves something. */
function hasCircle(all: readonly Weights[]): boolean {
  const readers = all.map(() => 0);
  const sources = all.map((weights, field) => [...weights.keys()].filter((source) => source !== field));
  for (const source of sources.flat()) readers[source] = (readers[source] ?? 0) + 1;
  const free = [...readers.keys()].filter((field) => readers[field] === 0);
  for (const field of free) {
    for (const source of sources[field] ?? []) {
      const rest = (readers[source] ?? 0) - 1;
      readers[source] = rest;
      if (rest === 0) free.push(source);
    }
  }
  return free.length < all.length;
}

/** The memory of a recursion whose fields become `thens`. */
export function memoryOf(terms: Terms, thens: readonly TermId[]): Memory {
  const all: Weights[] = [];
  const walk: Walk = { terms, known: new Map() };
  for (const then of thens) {
    const weights = weightsOf(walk, then);
    if (weights === undefined) return "unknown";
    all.push(weights);
  }
  if (hasCircle(all)) return "unknown";
  const largest = Math.max(...all.map((weights, field) => absolute(weights.get(field) ?? ZERO).high));
  return largest < 1 ? "fading" : largest === 1 ? "whole" : "unknown";
}
