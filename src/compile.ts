/** The compiler, read from top to bottom: text, tree, typed program, graph. */
import type { Outcome } from "./diagnostics/diagnostic.ts";
import type { Graph } from "./graph/nodes.ts";

export interface CompileOptions {
  /** What diagnostics call the text, usually its path. */
  readonly name: string;
  /** The source of a module by its dotted path ("std.trend"), or undefined where there is none. */
  readonly readModule: (path: string) => string | undefined;
}

export type Compile = (source: string, options: CompileOptions) => Outcome<Graph>;
