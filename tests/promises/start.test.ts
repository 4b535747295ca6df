/**
 * Promise 4: start-invariance. The same run begun some rows later: after its warm-up a value that looks back on windows is the same to the bit, one that
 * recurs is within 1e-9 of its range after its settling; and that settling (promise 3) is no longer than it must be.
 */
import { expect, it } from "vitest";
import { bounds } from "../../src/graph/bounds.ts";
import type { Backend } from "../../src/graph/kernel.ts";
import type { Graph, Node, NodeId, Rule } from "../../src/graph/nodes.ts";
import { strata } from "../../src/graph/strata.ts";
import { nodeAt, operands, reachable } from "../../src/graph/traverse.ts";
import { prng } from "../../src/values/prng.ts";
import { observable } from "../support/random-graph.ts";
import { type Columns, type Compiled, cachedWasm, columnsOf, marketOf, programs, runs, since } from "./support.ts";

const ROWS = 760;
const LATEST_START = 120;
const TOLERANCE = 1e-9;

/** How many rows after its warm-up a value has forgotten where it began, by what the compiler says of a file that reads nothing else. */
function settlingOf({ graph, parameters }: Compiled, node: NodeId): number | "unknown" | "never" {
  const isBool = nodeAt(graph, node).type === "bool";
  const always = graph.nodes.length;
  const one: Node = isBool
    ? { op: "constant", value: 1, type: "number", optional: false }
    : { op: "constant", value: true, type: "bool", optional: false };
  const size = { kind: "shares", amount: isBool ? always : node, trim: false } as const;
  const reader: Rule = { kind: "hold", name: "reader", clock: 0, when: isBool ? node : always, size, short: true, entries: null };
  const risk = graph.risk.map((line) => ({ ...line, monitor: null }));
  const reading: Graph = { ...graph, nodes: [...graph.nodes, one], rules: [reader], risk, session: { flatten: null } };
  return bounds(reading, parameters).settling;
}

interface Reads {
  /** Some recursion. */
  readonly recurs: boolean;
  /** Some recursion of which only the file says when it has settled. */
  readonly isDeclared: boolean;
  /** One recursion, made of no other: its error shrinks from its seed on as the coefficient says, and no faster. */
  readonly isAlone: boolean;
}

function readsOf(graph: Graph, node: NodeId): Reads {
  const read = reachable(graph, [node]).map((id) => nodeAt(graph, id));
  const states = read.filter((each) => each.op === "state");
  return {
    recurs: states.length > 0,
    isDeclared: states.some(({ state }) => graph.states[state]!.settlesIn !== null),
    isAlone: states.length === 1 && nodeAt(graph, node).op === "state" && !read.some(({ op }) => op === "select"),
  };
}

const LINEAR = new Set(["add", "sub", "min", "max"]);

/** Whether a value of recursions changes no faster than they do: a quotient or a choice of them may. */
function isTame(graph: Graph, id: NodeId): boolean {
  const stratum = strata(graph);
  const varies = graph.nodes.map(() => false);
  graph.nodes.forEach((node, at) => {
    varies[at] = node.op === "state" || node.op === "previous" || operands(node).some((operand) => varies[operand]);
  });
  return reachable(graph, [id]).every((at) => {
    const node = nodeAt(graph, at);
    if (!varies[at] || node.op === "state" || node.op === "previous" || node.op === "delay") return true;
    if (node.op === "window") return node.fn !== "variance" && node.fn !== "count";
    if (node.op === "unary") return node.fn === "neg" || node.fn === "abs";
    if (node.op !== "binary") return false;
    if (node.fn === "mul" || node.fn === "div")
      return !varies[node.b] ? stratum[node.b] === "run" : node.fn === "mul" && stratum[node.a] === "run";
    return LINEAR.has(node.fn);
  });
}

interface Tally {
  exact: number;
  settled: number;
  /** Left out: a settling that is declared, unknown or longer than the data. */
  others: number;
  readonly mistakes: string[];
}

interface Pair {
  readonly early: Columns;
  readonly late: Columns;
  readonly start: number;
}

type Wrap = (backend: Backend) => Backend;

async function tryProgram(program: Compiled, wrap: Wrap, shorter: number, tally: Tally): Promise<void> {
  const { graph } = program;
  const random = prng(program.seed + 3_000_000);
  const market = marketOf(program, random.below(2 ** 30), ROWS);
  const nodes = observable(graph);
  const { warmup } = bounds(graph, program.parameters);
  const backend = wrap(cachedWasm());
  const early = await columnsOf(program, market, nodes, backend);
  const begun = async (start: number): Promise<Pair> => ({
    early,
    late: await columnsOf(program, since(market, start), nodes, backend),
    start,
  });
  const pair = await begun(1 + random.below(LATEST_START));
  if ([early, pair.late].some(({ haltedRow }) => haltedRow < ROWS)) return;
  for (const [index, node] of nodes.entries()) {
    const { recurs, isDeclared, isAlone } = readsOf(graph, node);
    const settling = settlingOf(program, node);
    const from = warmup[node]! - 1 + (typeof settling === "number" ? settling : 0) - (recurs ? shorter : 0);
    if (typeof settling !== "number" || isDeclared || from + LATEST_START >= ROWS || (recurs && !isTame(graph, node))) {
      tally.others += 1;
      continue;
    }
    const mistake = recurs ? drift(pair, index, { from, first: warmup[node]! - 1, isAlone }) : difference(pair, index, from);
    if (recurs) tally.settled += 1;
    else tally.exact += 1;
    if (mistake === null) continue;
    tally.mistakes.push(
      `seed ${program.seed}, node ${node} (${JSON.stringify(graph.nodes[node])}) begun on row ${pair.start}: ${mistake}\n${program.source}`,
    );
    return;
  }
}

function difference({ early, late, start }: Pair, index: number, from: number): string | null {
  const [a, b] = [early.values[index]!, late.values[index]!];
  for (let row = from; row + start < ROWS; row++) {
    if (!Object.is(a[row + start], b[row])) return `${b[row]} on row ${row} (${from} and later count), not ${a[row + start]}`;
  }
  return null;
}

interface Settled {
  /** From here on it has settled; its first row is `first`. */
  readonly from: number;
  readonly first: number;
  readonly isAlone: boolean;
}

/** An error beyond what may be left: of the seed's error where that is known, else of the range of the value. */
function drift({ early, late, start }: Pair, index: number, { from, first, isAlone }: Settled): string | null {
  const [a, b] = [early.values[index]!.subarray(start), late.values[index]!.subarray(0, ROWS - start)];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of [...a.subarray(first), ...b.subarray(first)]) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const noise = 1e-14 * Math.max(Math.abs(low), Math.abs(high));
  const unit = isAlone ? Math.abs(a[first]! - b[first]!) : high - low;
  for (let row = from; row < b.length; row++) {
    const error = Math.abs(a[row]! - b[row]!);
    if (error > TOLERANCE * unit + noise) return `off by ${error} on row ${row} (${from} and later count), of ${unit}`;
  }
  return null;
}

async function tryAll(count: number, wrap: Wrap = (backend) => backend, shorter = 0): Promise<Tally> {
  const tally: Tally = { exact: 0, settled: 0, others: 0, mistakes: [] };
  for (const program of programs(count).taken) await tryProgram(program, wrap, shorter, tally);
  return tally;
}

/** A kernel that keeps sums and means of windows by adding what comes and subtracting what goes, in float64. */
function running(backend: Backend): Backend {
  return (options) => {
    const { graph } = options;
    const kernel = backend(options);
    const sums = new Map<NodeId, { total: number; readonly held: number[] }>();
    return {
      ...kernel,
      column: (node) => {
        const column = kernel.column(node);
        const made = nodeAt(graph, node);
        if (made.op !== "window" || made.fn !== "mean" || !options.observed.includes(made.x)) return column;
        const length = nodeAt(graph, made.length);
        const state = sums.get(node) ?? { total: 0, held: [] };
        sums.set(node, state);
        if (length.op !== "constant" || typeof length.value !== "number") return column;
        const count = length.value;
        const source = kernel.column(made.x);
        return column.map((value, row) => {
          if (Number.isNaN(source[row]!)) return value;
          state.held.push(source[row]!);
          state.total += source[row]!;
          if (state.held.length > count) state.total -= state.held.shift()!;
          return Number.isNaN(value) ? value : state.total / count;
        });
      },
    };
  };
}

it("values do not depend on when the run began", async () => {
  const tally = await tryAll(runs(40));
  expect(tally.mistakes).toEqual([]);
  expect(tally.exact).toBeGreaterThan(runs(40) * 10);
  expect(tally.settled).toBeGreaterThan(runs(40) / 2);
  if (process.env.STRATC_COVERAGE !== undefined) console.log(JSON.stringify(tally));
}, 600_000);

it("catches a running sum that drifts", async () => {
  expect((await tryAll(40, running)).mistakes.length).toBeGreaterThan(0);
});

it("catches a settling that is a row too short", async () => {
  expect((await tryAll(40, undefined, 1)).mistakes.length).toBeGreaterThan(0);
});
