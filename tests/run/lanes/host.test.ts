/** The lanes of random graphs, on random data and for any capacity, against a naive evaluation of every value on every row. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { interpretedLanes } from "../../../src/backends/interpreter/kernel.ts";
import { wasmOf } from "../../../src/backends/wasm/kernel.ts";
import { compileGraph } from "../../../src/backends/wasm/module.ts";
import type { LaneBackend } from "../../../src/graph/kernel.ts";
import type { Graph, NodeId, Rule, SymbolId } from "../../../src/graph/nodes.ts";
import { createLanes } from "../../../src/run/lanes/host.ts";
import { timeline } from "../../../src/run/lanes/timeline.ts";
import type { BarColumns } from "../bars.ts";
import { type NaiveWorld, naiveWorld } from "./naive-values.ts";
import { laneGraph, stepsArbitrary } from "./random-lanes.ts";
import { rowsArbitrary, sourcesOf } from "./worlds.ts";

const SYMBOLS = 3;
const TRADED = 2;
const RUNS = Number(process.env.STRATC_RUNS ?? 100);

const compiled: LaneBackend = (work, observed, capacity) => wasmOf(compileGraph(work, observed, capacity));

/** What a rule sees on a row: whether it holds, its size. */
type Seen = readonly [time: number, holds: boolean | null, amount: number | null | undefined];

interface Watched {
  readonly rule: Rule;
  readonly index: number;
  readonly symbol: SymbolId | null;
  readonly seen: Seen[];
}

function watchedRules(graph: Graph): readonly Watched[] {
  return graph.rules.flatMap((rule, index) => {
    const symbols = rule.kind === "legs" ? [null] : [...Array(TRADED).keys()];
    return symbols.map((symbol) => ({ rule, index, symbol, seen: [] }));
  });
}

function amountOf(rule: Rule): NodeId {
  if (rule.kind === "hold") return rule.size.amount;
  if (rule.kind === "legs") return rule.legs[0]!.size.amount;
  throw new Error("a hold or legs");
}

async function hosted(graph: Graph, symbols: readonly BarColumns[], capacity: number, backend: LaneBackend) {
  const sources = sourcesOf(symbols);
  const priceDecimals = sources.map(({ info }) => info.priceDecimals);
  const lanes = createLanes({ graph, backend, parameters: [], priceDecimals, capacity });
  const watched = watchedRules(graph);
  const range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, capacity };
  for await (const stretch of timeline({ graph, sources, ...range })) {
    lanes.load(stretch);
    for (const { rule, index, symbol, seen } of watched) {
      const { bars, firstRow } = stretch.lane(rule.clock, symbol);
      const kernel = lanes.deciding(rule.clock, symbol);
      const ready = Math.max(kernel.readyRow(rule.when), kernel.readyRow(amountOf(rule)));
      for (let row = 0; row < bars.rows; row++) {
        const isReady = firstRow + row >= ready;
        seen.push([
          bars.time[row]!,
          isReady ? kernel.condition(index, row) : null,
          isReady ? kernel.value(amountOf(rule), row) : undefined,
        ]);
      }
    }
  }
  return {
    seen: watched.map(({ seen }) => seen),
    starts: [...Array(TRADED).keys()].map(lanes.start),
    legsStarts: graph.rules.flatMap((rule, index) => (rule.kind === "legs" ? [lanes.legsStart(index)] : [])),
  };
}

function expected(graph: Graph, world: NaiveWorld) {
  const watched = watchedRules(graph);
  const seen = watched.map(({ rule, symbol }) =>
    world.rows(rule.clock, symbol).map(({ time }, row): Seen => {
      const [when, amount] = [rule.when, amountOf(rule)].map((id) => world.value(id, rule.clock, symbol, row));
      return when === undefined || amount === undefined ? [time, null, undefined] : [time, when === 1, amount];
    }),
  );
  const alive = (index: number): number => seen[index]!.find(([, holds]) => holds !== null)?.[0] ?? Number.POSITIVE_INFINITY;
  const latest = (symbol: SymbolId): number => Math.max(...watched.map((one, index) => (one.symbol === symbol ? alive(index) : 0)));
  return {
    seen,
    starts: [...Array(TRADED).keys()].map(latest),
    legsStarts: watched.flatMap(({ rule }, index) => (rule.kind === "legs" ? [alive(index)] : [])),
  };
}

test.each([
  ["interpreter", interpretedLanes],
  ["wasm", compiled],
])("%s: every rule sees what the page says, at every tick and for any capacity", async (_, backend) => {
  const worlds = fc.array(rowsArbitrary, { minLength: SYMBOLS, maxLength: SYMBOLS });
  await fc.assert(
    fc.asyncProperty(stepsArbitrary, worlds, fc.constantFrom(1, 2, 5, 13, 200), async (steps, symbols, capacity) => {
      const graph = laneGraph(steps, SYMBOLS, TRADED);
      const decimals = sourcesOf(symbols).map(({ info }) => info.priceDecimals);
      expect(await hosted(graph, symbols, capacity, backend)).toEqual(expected(graph, naiveWorld(graph, symbols, decimals)));
    }),
    { numRuns: RUNS },
  );
});
