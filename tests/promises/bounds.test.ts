/**
 * Promise 3: memory and work are bounded and known at compile time. What is measured never passes the bound, and the bound is not much larger: bytes that
 * the WebAssembly kernel keeps from chunk to chunk and those it ever writes, rows before the first value, nodes evaluated on a row. (Settling: start.test.ts.)
 */
import { expect, it } from "vitest";
import { wasmOf } from "../../src/backends/wasm/kernel.ts";
import { headerOf } from "../../src/backends/wasm/layout.ts";
import { type CompiledModule, compileGraph } from "../../src/backends/wasm/module.ts";
import { bounds } from "../../src/graph/bounds.ts";
import { evaluateRun } from "../../src/graph/evaluate.ts";
import { type Backend, SLOT_COUNT } from "../../src/graph/kernel.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { Graph, NodeId } from "../../src/graph/nodes.ts";
import { strata } from "../../src/graph/strata.ts";
import { conditions, nodeAt, orderExpressions, reachable } from "../../src/graph/traverse.ts";
import { observedNodes } from "../../src/run/expressions.ts";
import { type Compiled, cachedWasm, columnsOf, marketOf, namedNodes, programs, runs, show } from "./support.ts";

/** Values of a program whose first row is not as the language says, by this test's own count, or not what the compiler derives less `shorter`. */
async function warmupMistakes(
  program: Compiled,
  shorter: number,
): Promise<{ readonly values: number; readonly mistakes: readonly string[] }> {
  const nodes = namedNodes(program);
  const ids = [...nodes.values()];
  const { warmup } = bounds(program.graph, program.parameters);
  const { values } = await columnsOf(program, marketOf(program, program.seed, 150), ids, cachedWasm());
  let count = 0;
  const mistakes = program.values.flatMap(({ text, warmup: expected, maybe }) => {
    const node = nodes.get(text);
    if (node === undefined || nodeAt(program.graph, node).optional !== maybe) return [];
    count += 1;
    const derived = warmup[node]! - shorter;
    const first = 1 + values[ids.indexOf(node)]!.findIndex((value) => !Number.isNaN(value));
    const measured = maybe ? expected : first;
    if (derived === expected && measured === expected && (first === 0 || first >= expected)) return [];
    return [
      `seed ${program.seed}: ${text} has its first value on row ${first}, should on ${expected}, derived ${derived}\n${program.source}`,
    ];
  });
  return { values: count, mistakes };
}

async function allWarmups(count: number, shorter: number): Promise<{ values: number; mistakes: readonly string[] }> {
  const all = { values: 0, mistakes: [] as string[] };
  for (const program of programs(count).taken) {
    const { values, mistakes } = await warmupMistakes(program, shorter);
    all.values += values;
    all.mistakes.push(...mistakes);
  }
  return all;
}

interface Memory {
  readonly derived: number;
  /** What is kept between chunks: slots, state and histories. */
  readonly kept: number;
  /** Bytes of that which differed from a new kernel's after some chunk of some run. */
  readonly written: number;
}

const MARKETS = 4;

async function memoryOf(program: Compiled): Promise<Memory> {
  let module: CompiledModule | null = null;
  let made: Backend | null = null;
  let written = new Uint8Array(0);
  const backend: Backend = (options) => {
    module ??= compileGraph(options, options.observed, 4096);
    made ??= wasmOf(module);
    const kernel = made(options);
    const fresh = kernel.save();
    if (written.length === 0) written = new Uint8Array(fresh.length);
    const load: typeof kernel.load = (chunk, given) => {
      kernel.load(chunk, given);
      kernel.save().forEach((byte, at) => {
        if (byte !== fresh[at]) written[at] = 1;
      });
    };
    return { ...kernel, load };
  };
  for (let market = 0; market < MARKETS; market++) await show(program, marketOf(program, program.seed * MARKETS + market, 90), backend, 7);
  const { layout, plan } = module!;
  const histories = [...layout.columns.values(), ...layout.inputs.values()].reduce(
    (sum, { history, kind }) => sum + history * (kind === "bool" ? 1 : 8),
    0,
  );
  const header = headerOf(plan).end;
  const slots = 8 * SLOT_COUNT;
  const begin = written.length - histories - layout.stateEnd + header;
  return {
    derived: bounds(program.graph, program.parameters).stateBytes,
    kept: slots + layout.stateEnd - header + histories,
    written: slots + written.subarray(begin).reduce((sum, byte) => sum + byte, 0),
  };
}

/** Values combined on a row: of the nodes that the kernel evaluates by its plan, and of those of the account. */
function workOf({ graph, parameters }: Compiled): number {
  const run = evaluateRun(graph, parameters);
  const { live } = compileGraph(soleLane(graph), observedNodes(graph, run), 1).plan;
  const stratum = strata(graph);
  const ofAccount = reachable(graph, [...conditions(graph).filter((id) => id !== null), ...orderExpressions(graph)]).filter(
    (id) => stratum[id] === "account",
  );
  return [...live, ...ofAccount].reduce((total, id) => total + valuesCombined(graph, run, stratum, id), 0);
}

function valuesCombined(graph: Graph, run: ReturnType<typeof evaluateRun>, stratum: ReturnType<typeof strata>, id: NodeId): number {
  const node = nodeAt(graph, id);
  if (node.op === "window") return ["sum", "mean", "count"].includes(node.fn) ? 2 : Number(run[node.length]);
  if (node.op !== "reduce") return 1;
  const body = reachable(graph, [node.body]).filter((part) => stratum[part] === "loop");
  return (Number(run[node.to]) - Number(run[node.from]) + 1) * (body.length + 1);
}

it("the first value is on the row that the language says", async () => {
  const { values, mistakes } = await allWarmups(runs(80), 0);
  expect(mistakes).toEqual([]);
  expect(values).toBeGreaterThan(runs(80) * 4);
}, 600_000);

it("catches a warm-up that is a row too short", async () => {
  expect((await allWarmups(5, 1)).mistakes.length).toBeGreaterThan(0);
});

it("kernels keep no more than the bytes derived, and most of them", async () => {
  const all: Memory[] = [];
  for (const program of programs(runs(60)).taken) {
    const memory = await memoryOf(program);
    expect(memory.kept, program.source).toBeLessThanOrEqual(memory.derived);
    expect(memory.written, program.source).toBeLessThanOrEqual(memory.kept);
    all.push(memory);
  }
  const sum = (of: (memory: Memory) => number): number => all.reduce((total, memory) => total + of(memory), 0);
  expect(sum(({ kept }) => kept)).toBeGreaterThan(0.7 * sum(({ derived }) => derived));
  expect(sum(({ written }) => written)).toBeGreaterThan(0.6 * sum(({ kept }) => kept));
  expect(
    all.some(({ kept, derived }) => kept > derived - 1),
    "catches a bound less one",
  ).toBe(true);
}, 600_000);

it("rows take no more work than derived, and most of it", () => {
  const all = programs(runs(60)).taken.map((program) => ({
    program,
    measured: workOf(program),
    derived: bounds(program.graph, program.parameters).operationsPerRow,
  }));
  for (const { program, measured, derived } of all) expect(measured, program.source).toBeLessThanOrEqual(derived);
  const sum = (of: (work: (typeof all)[number]) => number): number => all.reduce((total, work) => total + of(work), 0);
  expect(sum(({ measured }) => measured)).toBeGreaterThan(0.9 * sum(({ derived }) => derived));
  expect(
    all.some(({ measured, derived }) => measured > derived - 1),
    "catches a bound less one",
  ).toBe(true);
});
