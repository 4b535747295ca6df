/** The value of a term of the run. */
import { applyElementwise, type Value } from "../../graph/evaluate.ts";
import { isElementwise } from "../../graph/kinds.ts";
import type { Graph, Parameter, SymbolId } from "../../graph/nodes.ts";
import { nodeOf, type TermId, type Terms } from "./terms.ts";

export interface RunProgram {
  readonly terms: Terms;
  readonly parameters: readonly Parameter[];
  readonly header: Pick<Graph, "groups">;
}

/** The value of a term of the run for `symbol`, with every parameter at its default; null where it has none. */
export function runValue(program: RunProgram, term: TermId, symbol: SymbolId = 0): Value {
  const node = nodeOf(program.terms, term);
  if (node.op === "parameter") {
    const parameter = program.parameters[node.index];
    return parameter?.overrides.find((override) => override.symbol === symbol)?.value ?? parameter?.default ?? null;
  }
  if (node.op === "constant") return node.value;
  if (node.op === "member") return program.header.groups[node.group]?.symbols.includes(symbol) ?? false;
  if (node.op === "abstract" || !isElementwise(node)) return null;
  return applyElementwise(node, (operand) => runValue(program, operand, symbol));
}
