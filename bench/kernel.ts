/**
 * `npx node bench/kernel.ts [FILE] [ROUNDS]`: the kernel alone, without gate and ledger, beside one fused pass in C. Both measured in processor time of
 * their thread, in turns; medians. FILE is a CSV or Parquet file of one-minute bars or raw float64 columns (see `limit.c`); without one
 * a seeded walk of a million bars on a cent grid.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wasmOf } from "../src/backends/wasm/kernel.ts";
import { compileGraph, DEFAULT_CAPACITY } from "../src/backends/wasm/module.ts";
import { ARM, type Kernel, SLOT } from "../src/graph/kernel.ts";
import { soleLane } from "../src/graph/lanes.ts";
import type { Graph, NodeId } from "../src/graph/nodes.ts";
import type { BarChunk } from "../src/market/bars.ts";
import { buildLimit, type Workload, workload } from "./measure.ts";
import { benchSeries } from "./series.ts";

const [file, rounds = "9"] = process.argv.slice(2);
const CASH = 100_000;
const SHARES = 100;
const TICKS = 100;
const PLANNED_ROWS = 1_000_000;
const SYMBOL_COLUMNS = 6;
const PASSES = 10;

interface Pass {
  readonly seconds: number;
  readonly roundTrips: number;
  readonly profit: number;
}

/** Six columns back to back as chunks in ticks. */
function readChunks(path: string): readonly BarChunk[] {
  const bytes = readFileSync(path);
  const all = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const rows = all.length / SYMBOL_COLUMNS;
  const starts = Array.from({ length: Math.ceil(rows / DEFAULT_CAPACITY) }, (_, i) => i * DEFAULT_CAPACITY);
  return starts.map((start) => {
    const end = Math.min(rows, start + DEFAULT_CAPACITY);
    const column = (index: number): Float64Array => all.slice(index * rows + start, index * rows + end);
    const ticks = (index: number): Float64Array => column(index).map((price) => Math.round(price * TICKS));
    const columns = { open: ticks(1), high: ticks(2), low: ticks(3), close: ticks(4), volume: column(5) };
    return { rows: end - start, time: column(0).map((ms) => ms * 1_000), columns };
  });
}

/** What the file plots is kept live, as in the C program. */
function plotted({ names, plots }: Graph): readonly NodeId[] {
  return plots.flatMap((plot) =>
    Object.entries(names).flatMap(([name, { node }]) => (name === plot || name.startsWith(`${plot}.`) ? [node] : [])),
  );
}

/** What the smallest host arms while flat, while held, and while an order works: its rules and its monitors, or monitors alone. */
function armsOf({ rules, risk }: Graph): readonly [flat: Uint8Array, held: Uint8Array, working: Uint8Array] {
  const monitors = [...risk.map(({ monitor }) => (monitor === null ? ARM.off : ARM.whenTrue)), ARM.off];
  const armed = (kind: string): Uint8Array =>
    Uint8Array.from([...rules.map((rule) => (rule.kind === kind ? ARM.whenTrue : ARM.off)), ...monitors]);
  return [armed("enter"), armed("exit"), armed("")];
}

/** As `set` does, which costs more than all of them for so few. */
function write(arms: Uint8Array, values: Uint8Array): void {
  for (let i = 0; i < values.length; i++) arms[i] = values[i] ?? ARM.off;
}

/** Loads and walks all rows. With `trades` a host as small as it can be fills at the next open; without, nothing is armed. */
function pass(kernel: Kernel, graph: Graph, chunks: readonly BarChunk[], trades: boolean): Omit<Pass, "seconds"> {
  const { slots, arms } = kernel;
  slots.set([
    CASH,
    0,
    Number.NaN,
    Number.NaN,
    CASH,
    CASH,
    0,
    CASH,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    trades ? graph.simulate.startAfter : Number.POSITIVE_INFINITY,
  ]);
  let [first, last, roundTrips] = [0, 0, 0];
  const [flat, held, working] = armsOf(graph);
  let [isOrdered, isHeld] = [false, false];
  for (const chunk of chunks) {
    kernel.load(chunk);
    const end = 2 * chunk.rows;
    for (let at = kernel.run(0, 0, chunk.rows); at < end; ) {
      const row = at >> 1;
      if (at % 2 === 1) {
        isOrdered = true;
        write(arms, working);
        slots[SLOT.wakeRow] = first + row + 1;
        at = kernel.run(row + 1, 0, chunk.rows);
        continue;
      }
      if (isOrdered) {
        const price = (chunk.columns.open[row] ?? 0) / TICKS;
        slots[SLOT.cash] = (slots[SLOT.cash] ?? 0) + (isHeld ? SHARES : -SHARES) * price;
        slots[SLOT.position] = isHeld ? 0 : SHARES;
        slots[SLOT.entryPrice] = isHeld ? Number.NaN : price;
        slots[SLOT.entryRow] = isHeld ? Number.NaN : first + row;
        if (isHeld) roundTrips += 1;
        isHeld = !isHeld;
        isOrdered = false;
      }
      write(arms, isHeld ? held : flat);
      slots[SLOT.wakeRow] = Number.POSITIVE_INFINITY;
      at = kernel.run(row, 1, chunk.rows);
    }
    first += chunk.rows;
    last = chunk.columns.close[chunk.rows - 1] ?? 0;
  }
  const profit = (slots[SLOT.cash] ?? 0) + ((slots[SLOT.position] ?? 0) * last) / TICKS - CASH;
  return { roundTrips, profit };
}

/** The time of one pass; the clock is coarse, so several make one measurement. */
function timed(make: () => Kernel, graph: Graph, chunks: readonly BarChunk[], trades: boolean): Pass {
  const kernels = Array.from({ length: PASSES }, make);
  const begun = process.threadCpuUsage();
  let answer = { roundTrips: 0, profit: 0 };
  for (const kernel of kernels) answer = pass(kernel, graph, chunks, trades);
  const { user, system } = process.threadCpuUsage(begun);
  return { seconds: (user + system) / 1e6 / PASSES, ...answer };
}

function limitPass(program: string, raw: string, rows: number, { name }: Workload): Pass {
  const said = JSON.parse(execFileSync(program, [raw, String(rows), name], { encoding: "utf8" }));
  return { seconds: said.seconds, roundTrips: said.round_trips, profit: said.net_profit };
}

function median(passes: readonly Pass[]): Pass {
  const middle = passes.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(passes.length / 2)];
  if (middle === undefined) throw new Error("no passes");
  return middle;
}

function measure(one: Workload, chunks: readonly BarChunk[], raw: string, program: string | null): string {
  const { graph } = one;
  const observed = plotted(graph);
  const backend = wasmOf(compileGraph(soleLane(graph), observed, DEFAULT_CAPACITY));
  const options = { ...soleLane(graph), parameters: [], priceDecimals: 2, capacity: DEFAULT_CAPACITY, observed };
  const rows = chunks.reduce((total, chunk) => total + chunk.rows, 0);
  const taken: Record<"idle" | "trading" | "c", Pass[]> = { idle: [], trading: [], c: [] };
  const make = (): Kernel => backend(options);
  timed(make, graph, chunks, true);
  for (let round = 0; round < Number(rounds); round++) {
    taken.idle.push(timed(make, graph, chunks, false));
    taken.trading.push(timed(make, graph, chunks, true));
    if (program !== null) taken.c.push(limitPass(program, raw, rows, one));
  }
  const c = program === null ? null : median(taken.c);
  const line = (label: string, of: Pass): string => {
    const share = c === null ? "" : `  ${(c.seconds / of.seconds).toFixed(2)} of C`;
    return `  ${label.padEnd(16)} ${(rows / of.seconds / 1e6).toFixed(1).padStart(6)} M bars/s${share}  ${of.roundTrips} round trips, ${of.profit.toFixed(2)}`;
  };
  const lines = [line("nothing armed", median(taken.idle)), line("trading", median(taken.trading)), ...(c === null ? [] : [line("C", c)])];
  return `${one.name}\n${lines.join("\n")}`;
}

const folder = mkdtempSync(join(tmpdir(), "stratc-kernel-"));
try {
  const raw = file?.endsWith(".f64") ? file : (await benchSeries(file, PLANNED_ROWS, folder)).raw;
  const chunks = readChunks(raw);
  const program = buildLimit(folder);
  for (const name of ["s1", "s2"]) console.log(measure(workload(name), chunks, raw, program));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
