/** Graphs as JSON text, field for field as nodes.ts declares them. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { Graph } from "./nodes.ts";
import { graphSchema } from "./schema.ts";
import { shapeProblems } from "./verify.ts";

/** The graph, or why there is none: at least one problem, each with its place. */
export type ReadGraph =
  | { readonly graph: Graph; readonly problems: readonly [] }
  | { readonly graph: undefined; readonly problems: readonly string[] };

/** The text of a graph, one node a line. */
export function graphToJson(graph: Graph): string {
  const parts = Object.entries(graph).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${key === "nodes" ? rows(graph.nodes) : JSON.stringify(value)}`,
  );
  return `{\n${parts.join(",\n")}\n}\n`;
}

function rows(nodes: Graph["nodes"]): string {
  return nodes.length === 0 ? "[]" : `[\n${nodes.map((node) => `    ${JSON.stringify(node)}`).join(",\n")}\n  ]`;
}

/** Reads a graph. Text that is no JSON, does not fit the schema or breaks a rule of nodes.ts is refused with all that is wrong with it. */
export function graphFromJson(text: string): ReadGraph {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { graph: undefined, problems: [`not JSON: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const validate = schemaValidator();
  if (!validate(value)) return { graph: undefined, problems: (validate.errors ?? []).map(describe) };
  const problems = shapeProblems(value);
  return problems.length === 0 ? { graph: value, problems: [] } : { graph: undefined, problems };
}

function schemaValidator(): ValidateFunction<Graph> {
  return new Ajv2020({ allErrors: true, discriminator: true, allowUnionTypes: true }).compile<Graph>(graphSchema);
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const place = instancePath === "" ? "the graph" : instancePath.slice(1).replaceAll("/", ".");
  const detail = "additionalProperty" in params ? ` (${String(params.additionalProperty)})` : "";
  const allowed = "allowedValues" in params ? `: ${JSON.stringify(params.allowedValues)}` : "";
  return `${place} ${message ?? "is wrong"}${detail}${allowed}`;
}
