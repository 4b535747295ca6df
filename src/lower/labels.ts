/**
 * Labels as a graph can say them: a label that reads n ticks ahead is known n ticks later, and there it reads the past alone. What says later what it
 * says of later values (arithmetic, windows, reductions) is made anew over what it reads; all else is delayed whole.
 */
import { horizons, ticksAhead } from "../check/terms/future.ts";
import { delay } from "../check/terms/operations.ts";
import { constant, factsOf, intern, type TermId, type Terms, termOf } from "../check/terms/terms.ts";
import { mapOperands } from "./operands.ts";

/** For each label the term that says, `later` ticks after, what the label was. `later` is no less than the horizon of any. */
export function knownLater(terms: Terms, labels: readonly TermId[], later: number): readonly TermId[] {
  const ahead = horizons(terms, Math.max(0, ...labels));
  const shift = (id: TermId, ticks: number): TermId => {
    const { node, stratum, indexed } = termOf(terms, id);
    if (ticks === 0 || stratum === "run") return id;
    if (ahead[id] === 0 && !indexed) return delay(terms, id, constant(terms, ticks).term, ticks).term;
    if (node.op === "abstract") throw new Error("an abstract parameter is no part of a program");
    const back = ticksAhead(terms, node);
    if (node.op === "delay" && back > 0) return shift(node.x, ticks - back);
    return intern(
      terms,
      mapOperands(node, (operand) => shift(operand, ticks)),
      factsOf(terms, id),
    );
  };
  return labels.map((label) => shift(label, later));
}
