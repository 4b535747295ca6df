/** What the promises are tested on: random programs with their graphs, random markets that can be given another future, and what a run of them shows. */
import { wasmOf } from "../../src/backends/wasm/kernel.ts";
import { compileGraph } from "../../src/backends/wasm/module.ts";
import { compile } from "../../src/compile.ts";
import { type Backend, KernelHalt, SLOT } from "../../src/graph/kernel.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { Graph, NodeId } from "../../src/graph/nodes.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { type Calendar, calendarNamed, DAY } from "../../src/market/calendars.ts";
import { backtest } from "../../src/run/backtest.ts";
import { soleTimeline } from "../../src/run/lanes/sole-timeline.ts";
import type { RunRecord } from "../../src/run/outcome.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { prng } from "../../src/values/prng.ts";
import { readModule } from "../check/support.ts";
import { type BarColumns, barSource } from "../run/bars.ts";
import { type RandomProgram, randomProgram } from "../support/random-program.ts";

/** How many programs a property is tried on; STRATC_RUNS says another number. */
export function runs(usual: number): number {
  return Number(process.env.STRATC_RUNS ?? usual);
}

export interface Compiled extends RandomProgram {
  readonly graph: Graph;
}

const compiled: Compiled[] = [];
let written = 0;

/** The first `count` random programs that the compiler takes; also how many were written for them. */
export function programs(count: number): { readonly taken: readonly Compiled[]; readonly written: number } {
  while (compiled.length < count) {
    const program = randomProgram(++written);
    const { value, diagnostics } = compile(program.source, { name: `random ${written}`, readModule });
    if (value !== undefined) compiled.push({ ...program, graph: value });
    else if (written > 20 && compiled.length * 3 < written)
      throw new Error(`most are refused: ${diagnostics[0]?.message}\n${program.source}`);
  }
  return { taken: compiled.slice(0, count), written };
}

/** Bars that may come, one after the other. */
export type Market = Required<BarColumns>;
type Frame = Pick<RandomProgram, "calendar" | "width">;

const FIRST_DAY = dayNumber(2019, 1, 2);

/** The next end of a bar of the frame after an instant. */
function nextEnd({ width }: Frame, calendar: Calendar, after: number): number {
  for (let day = calendar.dateOf(after - 1); ; day++) {
    if (!calendar.isSession(day)) continue;
    const [open, close] = [calendar.open(day), calendar.close(day)];
    if (after >= close) continue;
    if (width >= DAY) return close;
    const bars = Math.max(0, Math.floor((after - open) / width)) + 1;
    if (after < open || open + bars * width <= close) return open + (after < open ? 1 : bars) * width;
  }
}

/** The first rows of a market, all that came until some time. */
interface Past {
  readonly market: Market;
  readonly kept: number;
  readonly until?: number;
}

/** What is past, and up to `rows` in all that are made up from `seed`: prices in cents, with ties, still days and gaps. */
export function marketOf(frame: Frame, seed: number, rows: number, past?: Past): Market {
  const random = prng(seed);
  const calendar = calendarNamed(frame.calendar);
  const kept = past?.kept ?? 0;
  const column = (field: keyof Market): Float64Array => {
    const values = new Float64Array(rows);
    if (past !== undefined) values.set(past.market[field].subarray(0, kept));
    return values;
  };
  const market: Market = {
    time: column("time"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
  let last = kept > 0 ? market.close[kept - 1]! : 2000 + random.below(9000);
  let time = past?.until ?? (kept > 0 ? market.time[kept - 1]! : FIRST_DAY * DAY);
  const step = (): number => Math.round(last * 0.012 * random.normal());
  for (let row = kept; row < rows; row++) {
    time = nextEnd(frame, calendar, time);
    if (random.below(15) === 0) time = nextEnd(frame, calendar, time);
    const open = Math.max(100, random.below(3) === 0 ? last : last + step());
    const close = Math.max(100, random.below(6) === 0 ? open : open + step());
    market.time[row] = time;
    market.open[row] = open;
    market.close[row] = close;
    market.high[row] = Math.max(open, close) + random.below(40);
    market.low[row] = Math.max(50, Math.min(open, close) - random.below(40));
    market.volume[row] = random.below(9) === 0 ? 0 : random.below(1000);
    last = close;
  }
  return market;
}

/** The rows from `from` on. */
export function since(market: Market, from: number): Market {
  return Object.fromEntries(Object.entries(market).map(([field, values]) => [field, values.slice(from)])) as unknown as Market;
}

function sourceOf({ width }: Frame, market: Market): BarSource {
  return barSource(market, { width });
}

/** WebAssembly, compiled once for all runs of one graph. */
export function cachedWasm(): Backend {
  let made: Backend | null = null;
  return (options) => {
    made ??= wasmOf(compileGraph(options, options.observed, 4096));
    return made(options);
  };
}

/** What a run shows, up to where a value left the numbers (`haltedRow`; infinite where none did: else there are no records). */
export interface Shown {
  readonly records: readonly { readonly row: number; readonly text: string }[];
  /** The equity slot after the last row of each chunk. */
  readonly equity: readonly { readonly row: number; readonly text: string }[];
  readonly haltedRow: number;
  /** What does not depend on chunks: firings, marks of sessions, drawdown, exposure, and the end. */
  readonly rest: string;
  readonly startRow: number;
}

export async function show(program: Compiled, market: Market, backend: Backend, capacity = 4096): Promise<Shown> {
  const { graph, parameters } = program;
  const equity: { row: number; text: string }[] = [];
  const result = await backtest({
    graph,
    parameters,
    backend: () => watched(backend, equity),
    sources: [sourceOf(program, market)],
    cash: "100000",
    capacity,
  });
  if (!result.ok) {
    if (result.failure.kind !== "kernel_halt") throw new Error(`${result.failure.message}\n${program.source}`);
    return { records: [], equity: [], haltedRow: result.failure.row, rest: result.failure.message, startRow: 0 };
  }
  const { records, startRow, firings, sessionEquity, maxDrawdown, exposedInstants, roundTrips } = result.outcome;
  const lines = records.flatMap((record) => (record.event === "end" ? [] : [{ row: knownOn(record), text: JSON.stringify(record) }]));
  const rest = JSON.stringify({ firings, sessionEquity, maxDrawdown, exposedInstants, roundTrips, end: records.at(-1) });
  return { records: lines, equity, haltedRow: Number.POSITIVE_INFINITY, rest, startRow: startRow ?? Number.NaN };
}

/** The row on which a record is made: what borrowing costs is known when the next session begins. */
function knownOn(record: Exclude<RunRecord, { event: "end" }>): number {
  return record.event === "borrow" ? record.row + 1 : record.row;
}

/** Notes the equity at the end of each walk over a chunk. */
function watched(backend: Backend, equity: { row: number; text: string }[]): Backend {
  return (options) => {
    const kernel = backend(options);
    let [rows, walked] = [0, -1];
    return {
      ...kernel,
      load: (chunk, given) => {
        kernel.load(chunk, given);
        rows += chunk.rows;
      },
      run: (row, phase, to) => {
        const wake = kernel.run(row, phase, to);
        if (wake === 2 * to && walked < rows) {
          walked = rows;
          equity.push({ row: rows - 1, text: String(kernel.slots[SLOT.equity]) });
        }
        return wake;
      },
    };
  };
}

/** Columns of some nodes over a run: NaN for none. */
export interface Columns {
  readonly nodes: readonly NodeId[];
  readonly values: readonly Float64Array[];
  readonly haltedRow: number;
}

/** The nodes that the file has names for, but for those that it can know without a market. */
export function namedNodes({ graph }: Compiled): ReadonlyMap<string, NodeId> {
  const market = Object.entries(graph.names).filter(
    ([, { node }]) => !["constant", "parameter", "account"].includes(graph.nodes[node]!.op),
  );
  return new Map(market.map(([name, { node }]) => [name, node]));
}

export async function columnsOf(
  program: Compiled,
  market: Market,
  nodes: readonly NodeId[],
  backend: Backend,
  capacity = 4096,
): Promise<Columns> {
  const { graph, parameters } = program;
  const kernel = backend({ ...soleLane(graph), parameters, priceDecimals: 2, capacity, observed: nodes });
  const values = nodes.map(() => new Float64Array(market.time.length).fill(Number.NaN));
  const selection = { graph, source: sourceOf(program, market), from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, capacity };
  for await (const stretch of soleTimeline(selection)) {
    const { bars, firstRow } = stretch.lane(0, 0);
    try {
      kernel.load(bars);
    } catch (error) {
      if (error instanceof KernelHalt) return { nodes, values, haltedRow: error.row };
      throw error;
    }
    for (const [index, node] of nodes.entries()) values[index]!.set(kernel.column(node).subarray(0, bars.rows), firstRow);
  }
  return { nodes, values, haltedRow: Number.POSITIVE_INFINITY };
}
