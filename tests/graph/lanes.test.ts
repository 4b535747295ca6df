import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { compileGraph, DEFAULT_CAPACITY } from "../../src/backends/wasm/module.ts";
import { evaluateRun } from "../../src/graph/evaluate.ts";
import { type GivenColumn, type Kernel, KernelHalt } from "../../src/graph/kernel.ts";
import { isCrossing } from "../../src/graph/kinds.ts";
import { type LanePlan, lanePlans, laneWork, soleLane } from "../../src/graph/lanes.ts";
import type { Graph, NodeId, Rule } from "../../src/graph/nodes.ts";
import { type GraphBuilder, graphBuilder } from "../support/graph-builder.ts";
import { randomBars } from "../support/random-bars.ts";
import { givenRuns, LANE_PARTS, randomNoise } from "../support/random-crossings.ts";
import { randomGraph, randomLaneGraph, randomParameters } from "../support/random-graph.ts";

const [BAR, DAY] = [0, 1];

function hold(b: GraphBuilder, when: NodeId, clock = BAR): Rule {
  return {
    kind: "hold",
    name: "hold",
    clock,
    when,
    size: { kind: "shares", amount: b.number(1), trim: false },
    short: false,
    entries: null,
  };
}

function plansOf(make: (b: GraphBuilder) => readonly Rule[], parts: Partial<Graph> = LANE_PARTS): readonly LanePlan[] {
  const b = graphBuilder();
  const rules = make(b);
  return lanePlans(b.graph({ ...parts, rules }));
}

/** What a plan is, without what only kernels need. */
function shape({ clock, kind, symbols, level, decides, observed, crossings }: LanePlan) {
  return { clock, kind, symbols, level, decides, observed, crossings };
}

describe("lanes", () => {
  it("are one, which marks, for one symbol and one clock", () => {
    const property = fc.property(randomGraph(), (graph) => {
      const [plan, ...others] = lanePlans(graph);
      expect(others).toEqual([]);
      expect(plan).toMatchObject({ clock: 0, kind: "symbol", symbols: [0], level: 0, decides: true, crossings: [] });
      expect(laneWork(graph, plan!, 0)).toEqual(soleLane(graph));
    });
    fc.assert(property, { numRuns: 100 });
  });

  it("of a slower clock come first, with what a faster one reads of them", () => {
    const b = graphBuilder();
    const trend = b.window("mean", b.input("close", DAY), b.number(20), 20);
    const sampled = b.sample(trend, null, DAY);
    const when = b.binary("lt", sampled, b.input("close"));
    const plans = lanePlans(b.graph({ ...LANE_PARTS, rules: [hold(b, when)] }));
    const crossing = { node: sampled, op: "sample", sources: [{ clock: DAY, node: trend }] };
    expect(plans.map(shape)).toEqual([
      { clock: DAY, kind: "symbol", symbols: [0], level: 0, decides: false, observed: [trend], crossings: [] },
      { clock: BAR, kind: "symbol", symbols: [0], level: 1, decides: true, observed: [], crossings: [crossing] },
    ]);
    expect(plans.map(({ conditions }) => conditions)).toEqual([
      [null, null],
      [when, null],
    ]);
  });

  it("serve the symbols that are read, and no others", () => {
    const b = graphBuilder();
    const other = b.sample(b.window("mean", b.input("close"), b.number(3), 3), 1, BAR);
    const plans = lanePlans(b.graph({ ...LANE_PARTS, rules: [hold(b, b.binary("lt", other, b.input("close")))] }));
    expect(plans.map(({ symbols, level, decides }) => ({ symbols, level, decides }))).toEqual([
      { symbols: [1], level: 0, decides: false },
      { symbols: [0], level: 1, decides: true },
    ]);
  });

  it("give to later stages what they have evaluated, but not what a state reads", () => {
    const b = graphBuilder();
    const momentum = b.binary("sub", b.input("close"), b.delay(b.input("close"), b.number(9), 9));
    const rank = b.across("rank", momentum, 1);
    const when = b.binary("and", b.binary("le", rank, b.number(1)), b.binary("lt", b.number(0), momentum));
    const [source, deciding] = lanePlans(b.graph({ ...LANE_PARTS, rules: [hold(b, when)] }));
    expect(source).toMatchObject({ symbols: [0, 1], level: 0, decides: false, observed: [momentum] });
    expect(deciding!.crossings.map(({ node, op }) => [node, op])).toEqual([
      [momentum, "stage"],
      [rank, "across"],
    ]);
    const state = b.addState({ fields: [{ seed: momentum, then: momentum }], reset: null, settlesIn: null });
    const smoothed = b.binary("and", when, b.binary("lt", b.number(0), b.field(state, 0)));
    const last = lanePlans(b.graph({ ...LANE_PARTS, rules: [hold(b, smoothed)] })).at(-1);
    expect(last!.given).toEqual([rank]);
  });

  it("of the universe have the rules with legs, those of a symbol the others", () => {
    const plans = plansOf((b) => {
      const spread = b.binary("sub", b.sample(b.input("close"), 0, BAR), b.sample(b.input("close"), 1, BAR));
      const size = { kind: "shares", amount: spread, trim: false } as const;
      const legs: Rule = {
        ...{ kind: "legs", name: "pair", clock: BAR, when: b.binary("lt", b.number(1), spread), short: true, entries: null, within: 5 },
        legs: [{ symbol: 0, size }],
      };
      return [legs, hold(b, b.binary("lt", b.number(0), b.sample(b.input("open", DAY), null, DAY)))];
    });
    const deciding = plans.filter((plan) => plan.decides);
    expect(deciding.map(({ kind, conditions }) => [kind, conditions.map((id) => id !== null)])).toEqual([
      ["symbol", [false, true, false]],
      ["universe", [true, false, false]],
    ]);
    expect(plans.filter(({ decides }) => !decides).map(({ clock, symbols }) => [clock, symbols])).toEqual([
      [BAR, [0, 1]],
      [DAY, [0]],
    ]);
  });

  it("decide on the first clock even where all rules are on another", () => {
    const plans = plansOf((b) => [hold(b, b.binary("lt", b.input("open", DAY), b.gather("last", b.input("close"), DAY)), DAY)]);
    expect(plans.filter(({ decides }) => decides).map(({ clock, conditions }) => [clock, conditions.length])).toEqual([
      [BAR, 2],
      [DAY, 2],
    ]);
  });

  it("are whole: each reads only what plans before it observe, and a kernel can be made of each", () => {
    const property = fc.property(randomLaneGraph(), (graph) => {
      const plans = lanePlans(graph);
      plans.forEach((plan, i) => {
        compileGraph(laneWork(graph, plan, plan.symbols[0] ?? null), plan.observed, DEFAULT_CAPACITY);
        for (const source of plan.crossings.flatMap(({ sources }) => sources)) {
          const before = plans.slice(0, i).filter(({ clock, level }) => clock === source.clock && level < plan.level);
          expect(before.some(({ observed }) => observed.includes(source.node))).toBe(true);
        }
      });
      expect(plans.filter(({ decides }) => decides).map(({ clock, symbols }) => [clock, symbols])).toEqual([[BAR, [0]]]);
    });
    fc.assert(property, { numRuns: 100 });
  });
});

const cases = fc.record({
  graph: randomLaneGraph(),
  parameters: randomParameters,
  bars: randomBars({ min: 1, max: 80 }),
  noise: randomNoise,
});

describe("stages", () => {
  it("have the values of a lane that is evaluated at once", () => {
    const property = fc.property(cases, ({ graph, parameters, bars, noise }) => {
      fc.pre(evaluates(() => evaluateRun(graph, parameters, 0)));
      const plans = lanePlans(graph).filter(({ clock, symbols }) => clock === BAR && symbols.includes(0));
      const deciding = plans.find(({ decides }) => decides)!;
      const crossing = graph.nodes.flatMap((node, id) => (isCrossing(node) ? [id] : []));
      const columns: ReadonlyMap<NodeId, GivenColumn> = givenRuns(graph, crossing, bars.rows, noise);
      const options = { parameters, priceDecimals: 2, capacity: bars.rows };
      const atOnce = interpreter({ ...laneWork(graph, deciding, 0), ...options, given: crossing, observed: deciding.observed });
      fc.pre(evaluates(() => atOnce.load(bars, columns)));
      const staged = new Map(columns);
      let kernel: Kernel | undefined;
      for (const plan of plans) {
        kernel = interpreter({ ...laneWork(graph, plan, 0), ...options, observed: plan.observed });
        const { load } = kernel;
        // A stage may halt where only another lane reads what it evaluates.
        if (!evaluates(() => load(bars, staged))) return;
        for (const id of plan.observed) if (!columns.has(id)) staged.set(id, { values: kernel.column(id), readyRow: kernel.readyRow(id) });
        if (plan === deciding) break;
      }
      for (const id of deciding.observed) {
        expect(kernel!.readyRow(id)).toBe(atOnce.readyRow(id));
        expect(kernel!.column(id)).toEqual(atOnce.column(id));
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});

function evaluates(evaluate: () => unknown): boolean {
  try {
    evaluate();
    return true;
  } catch (error) {
    if (error instanceof KernelHalt) return false;
    throw error;
  }
}
