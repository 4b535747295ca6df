/** The functions that put the ticks of the first clock inside one of a slower clock together (semantics 10.5). */
import type { ClockId, GatherFunction } from "../../graph/nodes.ts";
import type { Expression } from "../../syntax/ast.ts";

const GATHERS: ReadonlyMap<string, GatherFunction> = new Map([
  ["first", "first"],
  ["last", "last"],
  ["sum", "sum"],
  ["mean", "mean"],
  ["max", "highest"],
  ["min", "lowest"],
  ["count", "count"],
]);

/** What a call gathers by on `clock`: `last(E)`, with one argument, on all but the first; undefined of other calls. */
export function gatherOf(call: Extract<Expression, { kind: "call" }>, clock: ClockId): GatherFunction | undefined {
  const [argument] = call.arguments;
  if (clock === 0 || call.callee.kind !== "name" || call.arguments.length !== 1 || argument?.name !== undefined) return undefined;
  return GATHERS.get(call.callee.name.text);
}
