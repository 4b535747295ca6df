/** What a term is made from. */
import { operands } from "../../graph/traverse.ts";
import { nodeOf, stateOf, type TermId, type Terms } from "./terms.ts";

/** All terms under `root`, itself among them; those under a term that `enters` refuses only where another way leads to them. */
export function termsUnder(terms: Terms, root: TermId, enters: (term: TermId) => boolean = () => true): ReadonlySet<TermId> {
  const seen = new Set<TermId>();
  const waiting = [root];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const node = nodeOf(terms, id);
    if (node.op === "abstract" || !enters(id)) continue;
    if (node.op !== "state") waiting.push(...operands(node));
    else {
      const { fields, reset } = stateOf(terms, node.state);
      waiting.push(...fields.flatMap(({ seed, then }) => [seed, then]), ...(reset === null ? [] : [reset]));
    }
  }
  return seen;
}
