/** Files that were made to harm: a clear finding, never a throw, in time that grows with the text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certify } from "../../src/certify/certificate.ts";
import { graphOf, strategy } from "../check/support.ts";
import { expectLinear } from "../support/linear-time.ts";
import { artifactsOf, findingsIn, findingsOf } from "./support.ts";

const RULE = "rule buy { when close > sma(close, 5)  enter long { size 1share  stop at fill * 95% } }";
const { graph: GRAPH } = artifactsOf(graphOf(strategy(RULE)));
const NOT_EXAMINED = ["gate", "future", "bounds", "identity"].map((promise) => `${promise}: not examined`);

function findings(text: string): readonly string[] {
  return findingsOf(certify({ graph: text, modules: new Map(), manifest: null }));
}

describe("text that is no graph", () => {
  it.each([
    ["", "the graph is no JSON"],
    ["{", "the graph is no JSON"],
    ["null", "the graph is null, not a record"],
    ["[]", "the graph is a list, not a record"],
    ["{}", "schema is missing"],
    ["[".repeat(1_000_000), "the graph is no JSON"],
    [`${"[".repeat(500_000)}${"]".repeat(500_000)}`, "the graph is a list, not a record"],
    [GRAPH.replace("stratc-graph/2.1", "stratc-graph/9.9"), 'schema is "stratc-graph/9.9", not one of stratc-graph/2.1'],
    [GRAPH.replace('"value":5', '"value":1e999'), "nodes[2].value is null, not a number"],
    [GRAPH.replace('"max":5', '"max":-5'), "nodes[6].max is -5, not an integer of 1 or more"],
    [GRAPH.replace('"plots": []', '"plots": {"length": 1e9}'), "plots is a record, not a list"],
  ])("%#: %.20j", (text, finding) => {
    const found = findings(text);
    expect(found[0]).toContain(`form: ${finding}`);
    expect(found.slice(-4)).toEqual(NOT_EXAMINED);
  });

  it("but a name may be any text", () => {
    expect(findings(GRAPH.replace('"names": {}', '"names": {"__proto__":{"node":0,"unit":"","doc":null}}'))).toEqual([]);
  });
});

describe("a graph with anything in it", () => {
  it("is judged without a throw, wherever a value is another", () => {
    const original = JSON.parse(GRAPH);
    const places = leaves(original);
    const change = fc.record({
      place: fc.constantFrom(...places),
      value: fc.oneof(fc.integer({ min: -3, max: 40 }), fc.constantFrom(null, true, "", "delay", "state", "reduce", 1e308, 0.5, [], {})),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const graph = JSON.parse(GRAPH);
        for (const { place, value } of changes) replace(graph, place, value);
        expect(() => findingsIn(graph)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

/** Puts `value` at `place`, where there still is one. */
function replace(graph: unknown, place: readonly string[], value: unknown): void {
  let at = graph as Readonly<Record<string, unknown>> | null;
  for (const key of place.slice(0, -1)) at = typeof at === "object" && at !== null ? (at[key] as typeof at) : null;
  if (typeof at === "object" && at !== null) Object.assign(at, { [place.at(-1)!]: value });
}

/** The ways to every value that is no list or record. */
function leaves(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [way];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...way, key]));
}

describe("a large graph", () => {
  const withNodes = (nodes: readonly object[]): string => {
    const graph = JSON.parse(GRAPH);
    const close = graph.nodes.findIndex((node: { readonly op: string }) => node.op === "input");
    const count = graph.nodes.length;
    graph.nodes.push(
      ...nodes.map((node) =>
        JSON.parse(
          JSON.stringify(node)
            .replaceAll('"close"', `${close}`)
            .replace(/"#(\d+)"/g, (_, id) => `${count + Number(id)}`),
        ),
      ),
    );
    graph.rules[0].stop = graph.nodes.length - 1;
    return JSON.stringify(graph);
  };
  const common = { type: "number", optional: false };
  const chain = (size: number): string =>
    withNodes(
      Array.from({ length: size }, (_, id) => ({ op: "binary", ...common, fn: "add", a: id === 0 ? "close" : `#${id - 1}`, b: "close" })),
    );
  const circle = (size: number): string =>
    withNodes(Array.from({ length: size }, (_, id) => ({ op: "binary", ...common, fn: "add", a: `#${(id + 1) % size}`, b: "close" })));

  it("in a chain takes linear time", () => {
    expect(findings(chain(2_000))).toEqual([]);
    expectLinear(findings, chain, 2_000);
  });

  it("in a circle takes linear time", () => {
    expect(findings(circle(2_000))).toContainEqual(expect.stringContaining("future: a circle with no `previous` in it"));
    expectLinear(findings, circle, 2_000);
  });

  it("beyond the largest is refused", () => {
    expect(findings(chain(100_001))).toEqual([
      expect.stringContaining("form: nodes is a list, not a list of at most 100000"),
      ...NOT_EXAMINED,
    ]);
  });
});
