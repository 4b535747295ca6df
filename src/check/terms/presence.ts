/** What is known to be there where a condition holds: a condition that reads a value which does not exist has none itself (semantics 3.1). */
import { operands } from "../../graph/traverse.ts";
import { canBeZero, isPositive } from "./range.ts";
import { factsOf, type TermId, type Terms, termOf } from "./terms.ts";

/** The terms without which `condition` would have no value. */
export function presentWhere(terms: Terms, condition: TermId): ReadonlySet<TermId> {
  const found = new Set<TermId>();
  const visit = (id: TermId): void => {
    if (found.has(id)) return;
    found.add(id);
    const { node } = termOf(terms, id);
    if (node.op === "unary" || node.op === "binary" || node.op === "power") operands(node).forEach(visit);
    else if (node.op === "select") visit(node.condition);
  };
  visit(condition);
  return found;
}

/** Whether a term has a value where all of `present` have. */
export function isThereWith(terms: Terms, id: TermId, present: ReadonlySet<TermId>): boolean {
  const { node, facts } = termOf(terms, id);
  if (!facts.optional || present.has(id)) return true;
  const areThere = (ids: readonly TermId[]): boolean => ids.every((each) => isThereWith(terms, each, present));
  switch (node.op) {
    case "select":
      return areThere(operands(node));
    case "default":
      return areThere([node.x]) || areThere([node.fallback]);
    case "power":
      return node.exponent >= 0 && areThere([node.x]);
    case "unary": {
      const { range } = factsOf(terms, node.x);
      const isWhole = node.fn === "sqrt" ? range.low >= 0 : node.fn !== "log" || isPositive(range);
      return isWhole && areThere([node.x]);
    }
    case "binary": {
      const divides = node.fn === "div" || node.fn === "mod";
      return !(divides && canBeZero(factsOf(terms, node.b).range)) && areThere([node.a, node.b]);
    }
    default:
      return false;
  }
}
