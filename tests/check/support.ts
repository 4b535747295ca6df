/** What the checker's tests share: the library from its files, and small strategies around the lines under test. */
import { readFileSync } from "node:fs";
import { compile, compileExpression, type ExpressionGraph } from "../../src/compile.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Graph } from "../../src/graph/nodes.ts";

export function readModule(path: string): string | undefined {
  const [first, name] = path.split(".");
  if (first !== "std") return undefined;
  return readFileSync(new URL(`../../stdlib/${name}.strat`, import.meta.url), "utf8");
}

/** A strategy of `lines` with everything that a file must have. */
export function strategy(lines: string): string {
  return `strategy test\ntrade [SPY]\nclock day = 1d\nrisk { order_value <= 60_000usd  drawdown <= 20% }\n${lines}\n`;
}

/** "E0101" for each diagnostic. */
export function codes(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((diagnostic) => diagnostic.code);
}

/** The graph of a strategy that must compile. */
export function graphOf(source: string): Graph {
  const { value, diagnostics } = compile(source, { name: "test.strat", readModule });
  if (value === undefined) throw new Error(diagnostics.map((d) => `${d.code} ${d.message}`).join("\n"));
  return value;
}

export function evaluate(expression: string): { readonly value: ExpressionGraph | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const clock = { name: "bar", width: 60_000_000, of: null, regularOnly: false, shortLast: false };
  return compileExpression(expression, { name: "expression", readModule, symbol: "SPY", calendar: "nyse", clock });
}

/** The unit and whether it may be none, of an expression that must compile. */
export function typeOf(expression: string): string {
  const { value, diagnostics } = evaluate(expression);
  if (value === undefined) throw new Error(diagnostics.map((d) => `${d.code} ${d.message}`).join("\n"));
  return value.outputs.map(({ node, unit }) => `${unit}${value.graph.nodes[node]!.optional ? "?" : ""}`).join(", ");
}
