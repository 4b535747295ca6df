/** Values of a library expression over bars, by the kernel that runs strategies, and from which row they have settled. */
import { wasm } from "../../src/backends/wasm/kernel.ts";
import { moduleReader } from "../../src/cli/modules.ts";
import { compileExpression, type ExpressionGraph } from "../../src/compile.ts";
import { type Bounds, bounds } from "../../src/graph/bounds.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { Graph, NodeId } from "../../src/graph/nodes.ts";
import { nodeAt } from "../../src/graph/traverse.ts";
import type { BarChunk } from "../../src/market/bars.ts";

/** Throws where the expression does not compile. */
export function compiledExpression(expression: string): ExpressionGraph {
  const clock = { name: "bar", width: 86_400_000_000, of: null, regularOnly: false, shortLast: false };
  const options = { name: "expression", readModule: moduleReader("expression"), symbol: "TEST", calendar: "nyse", clock } as const;
  const { value, diagnostics } = compileExpression(expression, options);
  if (value === undefined || diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return value;
}

/** The node of an output of a record, of the expression itself where that is null. */
export function outputNode({ outputs }: ExpressionGraph, output: string | null): NodeId {
  const found = outputs.find(({ name }) => output === null || name === output);
  if (found === undefined) throw new Error(`no output ${output} among ${outputs.map(({ name }) => name).join(", ")}`);
  return found.node;
}

/** One value a row, a condition's as 0 or 1; null where there is none. */
export function valuesOf(graph: Graph, node: NodeId, chunk: BarChunk, priceDecimals: number): readonly (number | null)[] {
  const kernel = wasm({ ...soleLane(graph), parameters: [], priceDecimals, capacity: chunk.rows, observed: [node] });
  kernel.load(chunk);
  return Array.from({ length: chunk.rows }, (_, row) => kernel.value(node, row));
}

/** The bounds of the graph if a rule read `nodes` and nothing else. */
export function boundsOf(graph: Graph, nodes: readonly NodeId[]): Bounds {
  const rules = nodes.map((node, id) => {
    const isBool = nodeAt(graph, node).type === "bool";
    const size = { kind: "value", amount: isBool ? 0 : node, trim: false } as const;
    return { kind: "hold", name: `reader${id}`, clock: 0, when: isBool ? node : 0, size, short: true, entries: null } as const;
  });
  return bounds({ ...graph, rules }, []);
}

/** The first row after warm-up and settling, had a rule read the node. */
export function settledRow(graph: Graph, node: NodeId): number {
  const { warmup, settling } = boundsOf(graph, [node]);
  if (typeof settling === "string") throw new Error(`settling is ${settling}`);
  return warmup[node]! - 1 + settling;
}

export function firstRow(values: readonly (number | null)[]): number {
  return values.findIndex((value) => value !== null);
}
