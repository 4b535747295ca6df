/** How many ticks of its clock a term needs for its first value, with every parameter at its default: for messages. */
import { operands } from "../../graph/traverse.ts";
import { type RunProgram, runValue } from "./run-value.ts";
import { nodeOf, stateOf, type TermId } from "./terms.ts";

/** Ticks up to and including its first value (semantics 3.2), those of its own clock alone. */
export function termWarmup(program: RunProgram, term: TermId): number {
  const rows: number[] = [];
  for (let id = 0; id <= term; id += 1) rows.push(rowsOf(program, id, (operand) => rows[operand] ?? 1));
  return rows[term] ?? 1;
}

function rowsOf(program: RunProgram, id: TermId, of: (operand: TermId) => number): number {
  const node = nodeOf(program.terms, id);
  if (node.op === "abstract" || node.op === "sample" || node.op === "gather") return 1;
  if (node.op === "state") {
    const { fields } = stateOf(program.terms, node.state);
    return Math.max(1, ...fields.flatMap(({ seed, then }) => [of(seed), of(then) - 1]));
  }
  const ready = Math.max(1, ...operands(node).map(of));
  if (node.op === "delay") return ready + Number(runValue(program, node.by) ?? node.max);
  return node.op === "window" ? ready + Number(runValue(program, node.length) ?? node.max) - 1 : ready;
}
