/** Compiles a strategy file of the repository for a test; its diagnostics fail the test. */
import { readFileSync } from "node:fs";
import { modelReader, moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import { renderDiagnostic } from "../../src/diagnostics/render.ts";
import type { Graph } from "../../src/graph/nodes.ts";

export function compileFile(path: string): Graph {
  const source = readFileSync(path, "utf8");
  const { value, diagnostics } = compile(source, { name: path, readModule: moduleReader(path), readModel: modelReader(path) });
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (value === undefined || errors.length > 0)
    throw new Error(errors.map((e) => renderDiagnostic(e, source, { color: false })).join("\n"));
  return value;
}
