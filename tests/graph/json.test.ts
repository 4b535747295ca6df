import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graphFromJson, graphToJson } from "../../src/graph/json.ts";
import { graphSchema } from "../../src/graph/schema.ts";
import { graphBuilder } from "../support/graph-builder.ts";
import { randomGraph } from "../support/random-graph.ts";

describe("graphs as JSON", () => {
  it("come back as they were", () => {
    const property = fc.property(randomGraph(), (graph) => {
      expect(graphFromJson(graphToJson(graph))).toEqual({ graph, problems: [] });
    });
    fc.assert(property, { numRuns: 40 });
  });

  it("are refused with everything that is wrong, each with its place", () => {
    const { graph: built, input, binary } = graphBuilder();
    binary("add", input("open"), input("close"));
    const graph = built();
    expect(graphFromJson("{").problems[0]).toMatch(/^not JSON/);
    const unknown = { ...graph, calendar: "lunar", extra: 1 };
    expect(graphFromJson(JSON.stringify(unknown)).problems).toEqual([
      "the graph must NOT have additional properties (extra)",
      'calendar must be equal to one of the allowed values: ["nyse","always"]',
    ]);
    const misspelt = { ...graph, nodes: [{ ...graph.nodes[0], op: "inptu" }] };
    expect(graphFromJson(JSON.stringify(misspelt)).problems).toEqual(['nodes.0 value of tag "op" must be in oneOf']);
    const forward = { ...graph, nodes: [...graph.nodes.slice(0, 2), { ...graph.nodes[2], a: 2 }] };
    expect(graphFromJson(JSON.stringify(forward)).problems).toEqual(["node 2 (binary) reads node 2"]);
    const mistyped = { ...graph, nodes: [...graph.nodes.slice(0, 2), { ...graph.nodes[2], type: "bool" }] };
    expect(graphFromJson(JSON.stringify(mistyped)).problems).toEqual(["node 2 (binary): is a bool, not a number"]);
  });

  it("have a schema of the published form", async () => {
    expect(new Ajv2020({ discriminator: true, allowUnionTypes: true }).validateSchema(graphSchema)).toBe(true);
    await expect(`${JSON.stringify(graphSchema, null, 2)}\n`).toMatchFileSnapshot("../../docs/schema/graph-2.1.json");
  });
});
