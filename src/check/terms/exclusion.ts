/** What is known of two conditions together: that they never hold at once. Intervals cannot say it, the form of the terms can. */
import { isAtLeast } from "./ordering.ts";
import { factsOf, nodeOf, type TermId, type Terms } from "./terms.ts";

/** `low` below `high`, or at most it. */
interface Order {
  readonly low: TermId;
  readonly high: TermId;
  readonly strict: boolean;
}

/** What must be true for a condition to be: the parts of an `and`; `(C) ?? false` holds where C does. */
function partsOf(terms: Terms, id: TermId): readonly TermId[] {
  const node = nodeOf(terms, id);
  if (node.op === "binary" && node.fn === "and") return [...partsOf(terms, node.a), ...partsOf(terms, node.b)];
  if (node.op === "default" && factsOf(terms, node.fallback).range.high === 0) return partsOf(terms, node.x);
  return [id];
}

/** What a comparison says of the order of its sides, turned round under a `not`. */
function ordersOf(terms: Terms, id: TermId, negated = false): readonly Order[] {
  const node = nodeOf(terms, id);
  if (node.op === "unary" && node.fn === "not") return ordersOf(terms, node.x, !negated);
  if (node.op !== "binary") return [];
  const { fn, a, b } = node;
  if (fn === "lt" || fn === "le") {
    return [negated ? { low: b, high: a, strict: fn === "le" } : { low: a, high: b, strict: fn === "lt" }];
  }
  if (fn !== "eq" || negated) return [];
  return [
    { low: a, high: b, strict: false },
    { low: b, high: a, strict: false },
  ];
}

/** Whether `a` is never below `b`; `strict`: always above. */
function isAbove(terms: Terms, a: TermId, b: TermId, strict: boolean): boolean {
  const [low, high] = [factsOf(terms, a).range.low, factsOf(terms, b).range.high];
  return strict ? low > high : low >= high || isAtLeast(terms, a, b);
}

/** Whether two orders lead round in a circle: from one's high side to the other's low side, and back. */
function isCircle(terms: Terms, one: Order, other: Order): boolean {
  const closes = isAbove(terms, other.low, one.high, false) && isAbove(terms, one.low, other.high, false);
  return closes && (one.strict || other.strict || isAbove(terms, other.low, one.high, true) || isAbove(terms, one.low, other.high, true));
}

function isDenied(terms: Terms, one: TermId, other: TermId): boolean {
  const node = nodeOf(terms, one);
  return node.op === "unary" && node.fn === "not" && node.x === other;
}

/** Whether two conditions never hold on the same tick. Not to find it does not mean that they do. */
export function excludes(terms: Terms, one: TermId, other: TermId): boolean {
  const others = partsOf(terms, other);
  return partsOf(terms, one).some((a) =>
    others.some((b) => {
      if (isDenied(terms, a, b) || isDenied(terms, b, a)) return true;
      const orders = ordersOf(terms, b);
      return ordersOf(terms, a).some((order) => orders.some((against) => isCircle(terms, order, against)));
    }),
  );
}
