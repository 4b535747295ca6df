/** The compiler, read from top to bottom: text, tree, typed program, graph. */

import { checkExpression, checkStrategy } from "./check/check.ts";
import { hasErrors, type Outcome } from "./diagnostics/diagnostic.ts";
import type { Clock, Graph, NodeId } from "./graph/nodes.ts";
import { lower } from "./lower/lower.ts";
import { parse, parseExpression } from "./syntax/parse.ts";

export interface CompileOptions {
  /** What diagnostics call the text, usually its path. */
  readonly name: string;
  /** The source of a module by its dotted path ("std.trend"), or undefined where there is none. */
  readonly readModule: (path: string) => string | undefined;
}

export type Compile = (source: string, options: CompileOptions) => Outcome<Graph>;

/** Compiles one strategy file. There is a graph exactly where no diagnostic is an error. */
export const compile: Compile = (source, options) => {
  const parsed = parse(source, options.name);
  if (parsed.value === undefined) return { value: undefined, diagnostics: parsed.diagnostics };
  const checked = checkStrategy(parsed.value, source, options.readModule);
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics];
  if (checked.value === undefined || hasErrors(diagnostics)) return { value: undefined, diagnostics };
  return { value: lower(checked.value), diagnostics };
};

/** What an expression is evaluated on: there is no file to say it. */
export interface ExpressionOptions extends CompileOptions {
  readonly symbol: string;
  readonly calendar: Graph["calendar"];
  readonly clock: Clock;
}

/** One number or bool of an expression: its field's name (of a record) or the expression's text. */
interface ExpressionOutput {
  readonly name: string;
  readonly node: NodeId;
  readonly unit: string;
}

export interface ExpressionGraph {
  /** Without rules and limits; its outputs are its plots. */
  readonly graph: Graph;
  readonly outputs: readonly ExpressionOutput[];
}

/** Compiles one expression over the market, as `stratc eval` reads it: `macd(close, 12, 26, 9)`. */
export function compileExpression(expression: string, options: ExpressionOptions): Outcome<ExpressionGraph> {
  const parsed = parseExpression(expression, options.name);
  if (parsed.value === undefined) return { value: undefined, diagnostics: parsed.diagnostics };
  const checked = checkExpression(parsed.value, expression, options);
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics];
  if (checked.value === undefined || hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const graph = lower(checked.value);
  const outputs = Object.entries(graph.names).map(([name, { node, unit }]) => ({ name, node, unit }));
  return { value: { graph, outputs }, diagnostics };
}
