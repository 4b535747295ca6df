/** Whether a target can be short, for a file that holds nothing short unless it says so: the account's money and position are then never negative. */
import type { BinaryFunction } from "../../graph/nodes.ts";
import * as R from "../terms/range.ts";
import { factsOf, nodeOf, type TermId, type Terms } from "../terms/terms.ts";

const RANGES: Readonly<Partial<Record<BinaryFunction, (a: R.Range, b: R.Range) => R.Range>>> = {
  add: R.add,
  sub: R.subtract,
  mul: R.multiply,
  div: R.divide,
  min: R.minimum,
  max: R.maximum,
};

/** The range of a term if cash and position are not negative; `known` keeps what has been derived. */
function solventRange(terms: Terms, id: TermId, known: Map<TermId, R.Range>): R.Range {
  const before = known.get(id);
  if (before !== undefined) return before;
  const range = R.intersect(
    factsOf(terms, id).range,
    derivedRange(terms, id, (operand) => solventRange(terms, operand, known)),
  );
  known.set(id, range);
  return range;
}

function derivedRange(terms: Terms, id: TermId, inner: (operand: TermId) => R.Range): R.Range {
  const node = nodeOf(terms, id);
  if (node.op === "account") return R.NOT_NEGATIVE;
  if (node.op === "select") return R.hull(inner(node.then), inner(node.otherwise));
  if (node.op === "default") return R.hull(inner(node.x), inner(node.fallback));
  if (node.op === "unary" && node.fn === "neg") return R.negate(inner(node.x));
  const combine = node.op === "binary" ? RANGES[node.fn] : undefined;
  return node.op !== "binary" || combine === undefined ? R.ANY_NUMBER : combine(inner(node.a), inner(node.b));
}

/** Whether a holding of this size can be short. */
export function canBeNegative(terms: Terms, size: TermId): boolean {
  return solventRange(terms, size, new Map()).low < 0;
}
