/** Weighted means: `prev + k * (x - prev)` and its spellings, k in 0..1, lie between the past and x. */
import type { Node } from "../../graph/nodes.ts";
import type { Range } from "./range.ts";
import { type AbstractNode, factsOf, nodeOf, type TermId, type Terms, termOf } from "./terms.ts";

type Binary = Extract<Node, { op: "binary" }>;

function asBinary(node: Node | AbstractNode, fn: Binary["fn"]): Binary | undefined {
  return node.op === "binary" && node.fn === fn ? node : undefined;
}

function isPrevious(terms: Terms, id: TermId, field: number): boolean {
  const node = nodeOf(terms, id);
  return node.op === "previous" && node.field === field;
}

/** x, where `id` is x − prev. */
function towards(terms: Terms, id: TermId, field: number): TermId | undefined {
  const difference = asBinary(nodeOf(terms, id), "sub");
  if (difference === undefined || !isPrevious(terms, difference.b, field) || termOf(terms, difference.a).recursive) return undefined;
  return difference.a;
}

function isWeight(range: Range): boolean {
  return range.low >= 0 && range.high <= 1;
}

/** x, where `id` is a part of x − prev: × a weight, or ÷ 1 or more. */
function partTowards(terms: Terms, id: TermId, field: number): TermId | undefined {
  const quotient = asBinary(nodeOf(terms, id), "div");
  if (quotient !== undefined) return factsOf(terms, quotient.b).range.low >= 1 ? towards(terms, quotient.a, field) : undefined;
  const product = asBinary(nodeOf(terms, id), "mul");
  if (product === undefined) return undefined;
  if (isWeight(factsOf(terms, product.a).range)) return towards(terms, product.b, field);
  return isWeight(factsOf(terms, product.b).range) ? towards(terms, product.a, field) : undefined;
}

/** The range of x where `then` is a weighted mean of field `field`'s past and x; undefined for any other form. */
export function blendRange(terms: Terms, then: TermId, field: number): Range | undefined {
  const sum = asBinary(nodeOf(terms, then), "add");
  if (sum === undefined) return undefined;
  const part = isPrevious(terms, sum.a, field) ? sum.b : isPrevious(terms, sum.b, field) ? sum.a : undefined;
  const x = part === undefined ? undefined : partTowards(terms, part, field);
  return x === undefined ? undefined : factsOf(terms, x).range;
}
