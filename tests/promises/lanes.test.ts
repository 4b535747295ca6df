/**
 * Promises 1 and 7 for several clocks and symbols: whatever comes after a cut, no value on any lane and no record changes before it; and values do not depend on the
 * backend or on how time is cut into stretches.
 */
import { expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { wasmOf } from "../../src/backends/wasm/kernel.ts";
import { compileGraph } from "../../src/backends/wasm/module.ts";
import { compile } from "../../src/compile.ts";
import { clocksOf } from "../../src/graph/clocks.ts";
import type { Backend, GivenColumn, LaneBackend } from "../../src/graph/kernel.ts";
import type { Graph, Node, NodeId, Rule } from "../../src/graph/nodes.ts";
import { strata } from "../../src/graph/strata.ts";
import { backtest } from "../../src/run/backtest.ts";
import { failureOf } from "../../src/run/failure.ts";
import { createLanes } from "../../src/run/lanes/host.ts";
import { timeline } from "../../src/run/lanes/timeline.ts";
import { prng } from "../../src/values/prng.ts";
import { readModule } from "../check/support.ts";
import { barSource } from "../run/bars.ts";
import { type RandomLaneProgram, randomLaneProgram } from "../support/random-lane-program.ts";
import { type Market, marketOf, runs } from "./support.ts";

const WIDTH = 1_800_000_000;
const FRAME = { calendar: "nyse", width: WIDTH } as const;
const ROWS = 80;

interface Compiled extends RandomLaneProgram {
  /** As the file says, and with a rule for each of its values. */
  readonly file: Graph;
  readonly graph: Graph;
}

/** A file's named values, each read by a rule on its clock: so all of them are evaluated and can be seen. */
function reading(graph: Graph): Graph {
  const clocks = clocksOf(graph);
  const stratum = strata(graph);
  const yes: Node = { op: "constant", value: true, type: "bool", optional: false };
  const zero: Node = { op: "constant", value: 0, type: "number", optional: false };
  const [always, none] = [graph.nodes.length, graph.nodes.length + 1];
  const rules = Object.entries(graph.names).flatMap(([name, { node }]): Rule[] => {
    if (stratum[node] !== "market") return [];
    const isBool = graph.nodes[node]!.type === "bool";
    const size = { kind: "shares", amount: isBool ? none : node, trim: false } as const;
    return [{ kind: "hold", name, clock: clocks[node] ?? 0, when: always, size, short: true, entries: isBool ? node : null }];
  });
  const risk = graph.risk.map((line) => ({ ...line, monitor: null }));
  return { ...graph, nodes: [...graph.nodes, yes, zero], rules, risk };
}

function programs(count: number): readonly Compiled[] {
  const taken: Compiled[] = [];
  for (let seed = 1; taken.length < count; seed++) {
    const program = randomLaneProgram(seed);
    const { value } = compile(program.source, { name: `lanes ${seed}`, readModule });
    if (value !== undefined) taken.push({ ...program, file: value, graph: reading(value) });
    if (seed > 5 * count + 20) throw new Error(`most are refused, ${taken.length} of ${seed} taken`);
  }
  return taken;
}

/** Every value of every lane by time, as text: "symbol clock node" to its values. Null where one left the numbers. */
type Seen = ReadonlyMap<string, ReadonlyMap<number, number>>;

async function see(program: Compiled, markets: readonly Market[], backend: LaneBackend, capacity: number): Promise<Seen | null> {
  const { graph, parameters } = program;
  const seen = new Map<string, Map<number, number>>();
  const sources = markets.map((market) => barSource(market, { width: WIDTH }));
  const lanes = createLanes({ graph, backend: watching(backend, seen), parameters, priceDecimals: sources.map(() => 2), capacity });
  const range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, capacity };
  try {
    for await (const stretch of timeline({ graph, sources, ...range })) lanes.load(stretch);
  } catch (error) {
    if (failureOf(error, graph)?.kind === "kernel_halt") return null;
    throw error;
  }
  return seen;
}

function watching(backend: LaneBackend, seen: Map<string, Map<number, number>>): LaneBackend {
  return (work, observed, capacity) => (options) => {
    const kernel = backend(work, observed, capacity)(options);
    const clocks = clocksOf(options.graph);
    return {
      ...kernel,
      load: (chunk, given) => {
        kernel.load(chunk, given);
        for (const node of observed) {
          const key = `${options.symbol} ${clocks[node]} ${node}`;
          const column = kernel.column(node);
          const values = seen.get(key) ?? new Map<number, number>();
          seen.set(key, values);
          for (let row = 0; row < chunk.rows; row++) values.set(chunk.time[row]!, column[row]!);
        }
      },
    };
  };
}

/** The records of a run up to a time, as text. Null where a value left the numbers. */
async function recordsUntil(
  program: Compiled,
  markets: readonly Market[],
  backend: LaneBackend,
  until: number,
): Promise<readonly string[] | null> {
  const { file: graph, parameters } = program;
  const sources = markets.map((market) => barSource(market, { width: WIDTH }));
  const result = await backtest({ graph, parameters, backend, sources, cash: "100000" });
  if (!result.ok) return null;
  return result.outcome.records.flatMap((record) =>
    record.event === "end" || Date.parse(record.time) * 1000 > until ? [] : [JSON.stringify(record)],
  );
}

/** The first value up to a time that is another, or is not there. */
function changed(base: Seen, other: Seen, until: number): string | null {
  for (const [key, values] of base) {
    const found = other.get(key);
    for (const [time, value] of values)
      if (time <= until && !Object.is(value, found?.get(time))) return `${key} at ${time}: ${value} became ${found?.get(time)}`;
  }
  return null;
}

/** Compiles each lane once for all runs of one program. */
function cachedLanes(): LaneBackend {
  const made = new Map<string, Backend>();
  return (work, observed, capacity) => {
    const key = JSON.stringify([work.symbol, work.conditions, work.given, observed, capacity]);
    const known = made.get(key) ?? wasmOf(compileGraph(work, observed, capacity));
    made.set(key, known);
    return known;
  };
}

function marketsOf(
  program: Compiled,
  seed: number,
  past?: { readonly markets: readonly Market[]; readonly until: number },
): readonly Market[] {
  const random = prng(seed);
  return Array.from({ length: program.symbols }, (_, symbol) => {
    const market = past?.markets[symbol];
    const kept = market === undefined ? 0 : market.time.filter((time) => time <= past!.until).length;
    const rows = past === undefined ? ROWS - random.below(20) : kept + 1 + random.below(40);
    return marketOf(FRAME, random.below(2 ** 30), rows, market === undefined ? undefined : { market, kept, until: past!.until });
  });
}

interface Tally {
  values: number;
  records: number;
  halts: number;
  readonly changes: string[];
}

type Wrap = (backend: LaneBackend) => LaneBackend;

async function tryCuts(count: number, cuts: number, wrap: Wrap = (backend) => backend): Promise<Tally> {
  const tally: Tally = { values: 0, records: 0, halts: 0, changes: [] };
  for (const program of programs(count)) {
    const random = prng(program.seed + 2_000_000);
    const backend = wrap(cachedLanes());
    const markets = marketsOf(program, random.below(2 ** 30));
    const capacity = [11, 4096][random.below(2)]!;
    const base = await see(program, markets, backend, capacity);
    if (base === null) tally.halts += 1;
    for (let cut = 0; base !== null && cut < cuts; cut++) {
      const until = markets[0]!.time[random.below(ROWS - 20)]!;
      const others = marketsOf(program, random.below(2 ** 30), { markets, until });
      const other = await see(program, others, backend, capacity);
      const [before, after] = [await recordsUntil(program, markets, backend, until), await recordsUntil(program, others, backend, until)];
      if (other === null || before === null || after === null) tally.halts += 1;
      tally.records += before?.length ?? 0;
      const decided =
        before === null || after === null ? undefined : [...before, ...after].find((_, index) => before[index] !== after[index]);
      const change = (other === null ? null : changed(base, other, until)) ?? decided ?? null;
      if (change !== null) tally.changes.push(`seed ${program.seed}, cut at ${until}: ${change}\n${program.source}`);
      if (change !== null) break;
    }
    for (const values of base?.values() ?? []) tally.values += values.size;
  }
  return tally;
}

/** Columns that cross from lane to lane are read a row ahead: a sample that is not strict. */
const eager: Wrap = (backend) => (work, observed, capacity) => (options) => {
  const kernel = backend(work, observed, capacity)(options);
  const ahead = ({ values, readyRow }: GivenColumn, rows: number): GivenColumn => ({
    values: values.slice(0, rows).copyWithin(0, 1),
    readyRow,
  });
  return {
    ...kernel,
    load: (chunk, given = new Map()) =>
      kernel.load(chunk, new Map([...given].map(([node, column]): [NodeId, GivenColumn] => [node, ahead(column, chunk.rows)]))),
  };
};

it("no future changes a value of any lane before it", async () => {
  const { values, records, halts, changes } = await tryCuts(runs(20), runs(8));
  expect(changes).toEqual([]);
  expect(values).toBeGreaterThan(runs(20) * 500);
  expect(records).toBeGreaterThan(runs(20) * runs(8));
  expect(halts).toBeLessThan(runs(20) * runs(8) * 0.1);
}, 3_600_000);

it("catches crossings that are read a row ahead", async () => {
  expect((await tryCuts(20, 4, eager)).changes.length).toBeGreaterThan(0);
});

it("lanes show the same for any backend and any stretches", async () => {
  const differences: string[] = [];
  for (const program of programs(runs(20))) {
    const markets = marketsOf(program, program.seed);
    const base = await see(program, markets, cachedLanes(), 4096);
    for (const [backend, capacity] of [
      [() => interpreter, 4096],
      [cachedLanes(), 1],
      [() => interpreter, 17],
    ] as const) {
      const other = await see(program, markets, backend, capacity);
      const change = base === null || other === null ? (base === other ? null : "halts") : changed(base, other, Number.POSITIVE_INFINITY);
      if (change !== null) differences.push(`seed ${program.seed}, ${capacity} rows: ${change}\n${program.source}`);
    }
  }
  expect(differences).toEqual([]);
}, 600_000);
