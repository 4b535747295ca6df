import { globSync } from "node:fs";
import { expect, it } from "vitest";
import { graphFromJson, graphToJson } from "../../src/graph/json.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { compileFile } from "../support/compile-file.ts";

const files = globSync(["strategies/*.strat", "tests/judge/strategies/*.strat"]);

it.each(files)("the graph of %s keeps the rules of nodes.ts and fits the schema", (file) => {
  const graph = compileFile(file);
  expect(shapeProblems(graph)).toEqual([]);
  expect(graphFromJson(graphToJson(graph))).toEqual({ graph, problems: [] });
});
