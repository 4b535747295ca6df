import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graphHash } from "../../src/graph/hash.ts";
import type { Graph, Node, NodeId } from "../../src/graph/nodes.ts";
import { operands, stateOperands } from "../../src/graph/traverse.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { mapOperands } from "../../src/lower/operands.ts";
import { mapRule } from "../../src/lower/rules.ts";
import { type GraphBuilder, graphBuilder, stateField } from "../support/graph-builder.ts";
import { randomGraph } from "../support/random-graph.ts";

describe("the graph hash", () => {
  it("does not depend on the numbering of nodes, states and loops", () => {
    const property = fc.property(randomGraph(), fc.infiniteStream(fc.nat(1000)), (graph, choices) => {
      const renumbered = renumber(graph, () => choices.next().value);
      expect(shapeProblems(renumbered)).toEqual([]);
      expect(graphHash(renumbered)).toBe(graphHash(graph));
    });
    fc.assert(property, { numRuns: 60 });
  });

  it("does not depend on names, docs, plots, simulate or what nothing reads", () => {
    const plain = crossing((build) => ({ when: build.binary("lt", build.input("open"), build.input("close")) }));
    const dressed = crossing((build) => {
      build.window("mean", build.input("volume"), build.number(9), 9);
      return { when: build.binary("lt", build.input("open"), build.input("close")) };
    });
    const renamed: Graph = {
      ...dressed,
      strategy: "other",
      clocks: dressed.clocks.map((clock) => ({ ...clock, name: "tick" })),
      names: { x: { node: 0, unit: "usd", doc: "price" } },
      plots: ["x"],
      simulate: { ...dressed.simulate, slippage: "0.1" },
    };
    expect(graphHash(renamed)).toBe(graphHash(plain));
  });

  it("sorts the operands of commutative functions and of no others", () => {
    const hashOf = (fn: "add" | "sub", swapped: boolean): string => {
      const graph = crossing((build) => {
        const operand = [build.input("open"), build.input("high")] as const;
        const [a, b] = swapped ? [operand[1], operand[0]] : operand;
        return { when: build.binary("lt", build.binary(fn, a, b), build.input("close")) };
      });
      return graphHash(graph);
    };
    expect(hashOf("add", true)).toBe(hashOf("add", false));
    expect(hashOf("sub", true)).not.toBe(hashOf("sub", false));
  });

  it("changes with what decides", () => {
    const graph = crossing((build) => ({ when: build.binary("lt", build.input("open"), build.input("close")) }));
    const changes: Graph[] = [
      { ...graph, symbols: [{ name: "OTHER", trades: true }] },
      { ...graph, calendar: "always" },
      { ...graph, collar: "0.06" },
      { ...graph, clocks: graph.clocks.map((clock) => ({ ...clock, width: 1 })) },
      { ...graph, risk: [{ measure: "drawdown", limit: { kind: "constant", value: "0.1" }, monitor: null }] },
      { ...graph, session: { flatten: graph.rules[0]!.when } },
      { ...graph, rules: [...graph.rules, ...graph.rules] },
      { ...graph, nodes: graph.nodes.map((node) => (node.op === "input" && node.field === "open" ? { ...node, field: "high" } : node)) },
    ];
    const hashes = [graph, ...changes].map(graphHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

/** A graph with one rule. */
function crossing(rule: (build: GraphBuilder) => { when: NodeId }): Graph {
  const build = graphBuilder();
  const { when } = rule(build);
  const size = { kind: "shares", amount: build.number(1), trim: false } as const;
  return build.graph({ rules: [{ kind: "hold", name: "hold", clock: 0, when, size, short: false, entries: null }] });
}

/** The same graph with nodes in another topological order and other numbers for states and loops. */
function renumber(graph: Graph, choose: () => number): Graph {
  const reads = (node: Node): readonly NodeId[] => [
    ...operands(node),
    ...(node.op === "state" ? stateOperands(graph.states[node.state]!) : []),
  ];
  const order: NodeId[] = [];
  const remaining = new Set(graph.nodes.keys());
  while (remaining.size > 0) {
    const free = [...remaining].filter((id) => reads(graph.nodes[id]!).every((operand) => !remaining.has(operand)));
    const next = free[choose() % free.length]!;
    remaining.delete(next);
    order.push(next);
  }
  const to = new Map(order.map((id, place) => [id, place]));
  const place = (id: NodeId): NodeId => to.get(id)!;
  const last = graph.states.length - 1;
  const renamed = (node: Node): Node => {
    if (node.op === "state" || node.op === "previous") return { ...node, state: last - node.state };
    return node.op === "index" || node.op === "reduce" ? { ...node, loop: node.loop + 3 } : node;
  };
  return {
    ...graph,
    nodes: order.map((id) => renamed(mapOperands(graph.nodes[id]!, place))),
    states: graph.states
      .map(({ fields, reset, settlesIn }) => ({
        fields: fields.map((field) => stateField(place(field.seed), place(field.then))),
        reset: reset === null ? null : place(reset),
        settlesIn: settlesIn === null ? null : place(settlesIn),
      }))
      .reverse(),
    requirements: graph.requirements.map(place),
    rules: graph.rules.map((rule) => mapRule(rule, place)),
    risk: graph.risk.map((line) => ({
      ...line,
      monitor: line.monitor === null ? null : { ...line.monitor, excess: place(line.monitor.excess) },
    })),
    session: {
      flatten: graph.session.flatten === null ? null : place(graph.session.flatten),
    },
    names: Object.fromEntries(Object.entries(graph.names).map(([name, named]) => [name, { ...named, node: place(named.node) }])),
  };
}
