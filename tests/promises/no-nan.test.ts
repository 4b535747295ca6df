/**
 * Promise 2: there is no NaN and no warm-up code. Before its warm-up a value is not there, from then on it is a finite number; only one that may be
 * none is sometimes not there. Nothing is decided before all that rules read is ready.
 */
import { expect, it } from "vitest";
import { bounds } from "../../src/graph/bounds.ts";
import type { Backend, Kernel } from "../../src/graph/kernel.ts";
import { prng } from "../../src/values/prng.ts";
import { type Compiled, cachedWasm, columnsOf, marketOf, namedNodes, programs, runs, show } from "./support.ts";

const MARKETS = 4;
const ROWS = 130;

interface Tally {
  values: number;
  absent: number;
  decisions: number;
  halts: number;
  readonly mistakes: string[];
}

type Wrap = (backend: Backend) => Backend;

async function tryProgram(program: Compiled, wrap: Wrap, bounded: Compiled, tally: Tally): Promise<void> {
  const random = prng(program.seed + 9_000_000);
  const { warmup, runStart } = bounds(bounded.graph, bounded.parameters);
  const [deciding, evaluating] = [cachedWasm(), wrap(cachedWasm())];
  const named = [...namedNodes(program)];
  const mistake = (text: string): void => {
    tally.mistakes.push(`seed ${program.seed}: ${text}\n${program.source}`);
  };
  for (let count = 0; count < MARKETS; count++) {
    const market = marketOf(program, random.below(2 ** 30), ROWS);
    const capacity = [1, 16, 4096][random.below(3)]!;
    const { values, haltedRow } = await columnsOf(
      program,
      market,
      named.map(([, node]) => node),
      evaluating,
      capacity,
    );
    const end = Math.min(ROWS, haltedRow < ROWS ? Math.floor(haltedRow / capacity) * capacity : ROWS);
    if (haltedRow < ROWS) tally.halts += 1;
    for (const [index, [name, node]] of named.entries()) {
      const column = values[index]!;
      for (let row = 0; row < end; row++) {
        const value = column[row]!;
        tally.values += 1;
        if (Number.isNaN(value)) tally.absent += 1;
        if (
          Number.isNaN(value)
            ? row >= warmup[node]! - 1 && !program.graph.nodes[node]!.optional
            : row < warmup[node]! - 1 || !Number.isFinite(value)
        )
          return mistake(`${name} is ${value} on row ${row}, its warm-up is ${warmup[node]}`);
      }
    }
    const { records } = await show(program, market, deciding, capacity);
    tally.decisions += records.length;
    const early = records.find(({ row }) => row < runStart);
    if (early !== undefined) return mistake(`${early.text} before row ${runStart}`);
    const odd = records.find(({ text }) => /NaN|Infinity|null,"fee"|undefined/.test(text));
    if (odd !== undefined) return mistake(odd.text);
  }
}

async function tryAll(
  count: number,
  wrap: Wrap = (backend) => backend,
  bounded: (program: Compiled) => Compiled = (program) => program,
): Promise<Tally> {
  const tally: Tally = { values: 0, absent: 0, decisions: 0, halts: 0, mistakes: [] };
  for (const program of programs(count).taken) await tryProgram(program, wrap, bounded(program), tally);
  return tally;
}

/** A kernel whose columns are changed on their way out. */
function spoiling(spoil: (column: Float64Array) => void): Wrap {
  return (backend) => (options) => {
    const kernel: Kernel = backend(options);
    return {
      ...kernel,
      column: (node) => {
        const column = kernel.column(node).slice();
        spoil(column);
        return column;
      },
    };
  };
}

it("values are absent before their warm-up and finite numbers after it", async () => {
  const tally = await tryAll(runs(40));
  expect(tally.mistakes).toEqual([]);
  expect(tally.decisions).toBeGreaterThan(runs(40) * 10);
  expect(tally.absent).toBeGreaterThan(tally.values / 50);
  expect(tally.halts).toBeLessThan(runs(40) / 5);
  if (process.env.STRATC_COVERAGE !== undefined) console.log(JSON.stringify(tally));
}, 600_000);

it.each([
  [
    "a division by zero that gives infinity",
    (column: Float64Array) => column.set(column.map((value, row) => (Number.isNaN(value) && row > 60 ? Number.POSITIVE_INFINITY : value))),
  ],
  ["a value that is lost", (column: Float64Array) => column.fill(Number.NaN, 100, 101)],
  ["a value a row too early", (column: Float64Array) => column.copyWithin(0, 1)],
])("catches %s", async (_, spoil) => {
  expect((await tryAll(20, spoiling(spoil))).mistakes.length).toBeGreaterThan(0);
});

it("catches decisions that begin a row too early", async () => {
  const later = (program: Compiled): Compiled => {
    const { runStart } = bounds(program.graph, program.parameters);
    return { ...program, graph: { ...program.graph, simulate: { ...program.graph.simulate, startAfter: runStart + 1 } } };
  };
  expect((await tryAll(40, (backend) => backend, later)).mistakes.length).toBeGreaterThan(0);
});
