/** What is known of two terms together: that one is never below the other. Intervals cannot say it, the form of the terms can. */
import { factsOf, nodeOf, type TermId, type Terms } from "./terms.ts";

/** Deep enough for a true range; every step opens one operand. */
const DEPTH_MAX = 6;

type Prices = "open" | "high" | "low" | "close";

const BELOW: Readonly<Record<Prices, readonly string[]>> = {
  high: ["open", "low", "close"],
  open: ["low"],
  close: ["low"],
  low: [],
};

function isPrice(field: string): field is Prices {
  return field in BELOW;
}

function lowOf(terms: Terms, id: TermId): number {
  return factsOf(terms, id).range.low;
}

/** Whether `a`, opened, is at least `b`. */
function fromAbove(terms: Terms, a: TermId, b: TermId, depth: number): boolean {
  const node = nodeOf(terms, a);
  const rest = (x: TermId) => isAtLeast(terms, x, b, depth - 1);
  if (node.op === "window") return node.fn === "highest" && rest(node.x);
  if (node.op !== "binary") return false;
  if (node.fn === "max") return rest(node.a) || rest(node.b);
  if (node.fn === "min") return rest(node.a) && rest(node.b);
  if (node.fn === "add") return (lowOf(terms, node.b) >= 0 && rest(node.a)) || (lowOf(terms, node.a) >= 0 && rest(node.b));
  if (node.fn === "sub") return factsOf(terms, node.b).range.high <= 0 && rest(node.a);
  if (node.fn === "mul")
    return (scales(terms, node.a, node.b, "up") && rest(node.b)) || (scales(terms, node.b, node.a, "up") && rest(node.a));
  return false;
}

/** Whether `b`, opened, is at most `a`. */
function fromBelow(terms: Terms, a: TermId, b: TermId, depth: number): boolean {
  const node = nodeOf(terms, b);
  const rest = (x: TermId) => isAtLeast(terms, a, x, depth - 1);
  if (node.op === "window") return node.fn === "lowest" && rest(node.x);
  if (node.op !== "binary") return false;
  if (node.fn === "min") return rest(node.a) || rest(node.b);
  if (node.fn === "max") return rest(node.a) && rest(node.b);
  if (node.fn === "sub") return lowOf(terms, node.b) >= 0 && rest(node.a);
  if (node.fn === "mul")
    return (scales(terms, node.a, node.b, "down") && rest(node.b)) || (scales(terms, node.b, node.a, "down") && rest(node.a));
  return false;
}

/** Whether a product with `factor` leaves the value `of`, never negative, where it is or moves it `way`. */
function scales(terms: Terms, factor: TermId, of: TermId, way: "up" | "down"): boolean {
  const range = factsOf(terms, factor).range;
  if (lowOf(terms, of) < 0) return false;
  return way === "up" ? range.low >= 1 : range.high <= 1;
}

/** Whether `a >= b` on every tick where both have a value. Not to find it does not mean that it is not so. */
export function isAtLeast(terms: Terms, a: TermId, b: TermId, depth: number = DEPTH_MAX): boolean {
  if (a === b) return true;
  if (depth === 0) return false;
  const above = nodeOf(terms, a);
  const below = nodeOf(terms, b);
  if (above.op === "input" && below.op === "input")
    return above.clock === below.clock && isPrice(above.field) && BELOW[above.field].includes(below.field);
  const isSamePlace = above.op === "sample" && below.op === "sample" && above.symbol === below.symbol && above.clock === below.clock;
  if (isSamePlace) return isAtLeast(terms, above.x, below.x, depth - 1);
  if (above.op === "delay" && below.op === "delay" && above.by === below.by) return isAtLeast(terms, above.x, below.x, depth - 1);
  return fromAbove(terms, a, b, depth) || fromBelow(terms, a, b, depth);
}
