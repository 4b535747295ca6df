/** An instance of a graph's module under one parameter set, and what the host remembers beside it. */
import { sha256 } from "@noble/hashes/sha2.js";
import { evaluateRun, type Value } from "../../graph/evaluate.ts";
import type { KernelOptions } from "../../graph/kernel.ts";
import type { NodeId } from "../../graph/nodes.ts";
import type { BarChunk } from "../../market/bars.ts";
import { powerOfTen } from "../../values/wide.ts";
import type { CompiledModule } from "./module.ts";
import { writeParameters } from "./parameters.ts";
import { type Readiness, readiness } from "./readiness.ts";
import { type PriceBound, priceBounds } from "./ticks.ts";

/** What the module exports: see `module.ts`. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  careful(from: number, to: number): number;
  steady(from: number, to: number): number;
  run(at: number, phase: number, to: number): number;
  condition(number: number, at: number): number;
  largest(address: number, end: number): number;
}

/** A module's instance with its memory seen as bytes and as numbers, and where it is in the run. */
export interface Instance {
  readonly module: CompiledModule;
  readonly exports: Exports;
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly prices: readonly PriceBound[];
  readonly run: readonly (Value | undefined)[];
  readonly priceDecimals: number;
  readonly priceScale: number;
  /** What it was made of: the module, its parameters and its data's scale. */
  readonly hash: Uint8Array;
  /** The ready row of each given column, and what follows from them. */
  readonly given: Map<NodeId, number>;
  ready: Readiness;
  /** The loaded chunk, the index of its first row in the columns and the number of that row in the run. */
  chunk: BarChunk | null;
  start: number;
  rows: number;
  firstRow: number;
  /** Whether low and high of the chunk are in their columns. */
  hasRange: boolean;
}

/** Makes one; its memory holds the parameters and otherwise zeros. */
export function instantiate(
  module: CompiledModule,
  compiled: WebAssembly.Module,
  { graph, symbol, parameters, priceDecimals }: KernelOptions,
): Instance {
  const exports = exportsOf(compiled);
  const run = evaluateRun(graph, parameters, symbol);
  const given = new Map([...module.plan.given].map((id) => [id, Number.POSITIVE_INFINITY]));
  const ready = readiness(module.plan, run, given);
  const { buffer } = exports.memory;
  writeParameters(module, buffer, { run, ready, priceDecimals });
  return {
    module,
    exports,
    bytes: new Uint8Array(buffer),
    doubles: new Float64Array(buffer),
    hash: hashOf(module, buffer),
    given,
    ready,
    prices: priceBounds(module.plan, run),
    run,
    priceDecimals,
    priceScale: powerOfTen(priceDecimals),
    chunk: null,
    start: module.layout.history,
    rows: 0,
    firstRow: 0,
    hasRange: false,
  };
}

/** As a plain object: the one that WebAssembly gives is slow to read from. */
function exportsOf(compiled: WebAssembly.Module): Exports {
  const { memory, careful, steady, run, condition, largest } = new WebAssembly.Instance(compiled).exports as unknown as Exports;
  return { memory, careful, steady, run, condition, largest };
}

function hashOf({ bytes, layout }: CompiledModule, memory: ArrayBuffer): Uint8Array {
  const { cells, end } = layout.parameters();
  const from = cells[0]?.address ?? end;
  return sha256
    .create()
    .update(bytes)
    .update(new Uint8Array(memory, from, end - from))
    .digest();
}

/** Takes in on which rows given columns are ready, and all that follows from it. */
export function setReadyRows(self: Instance, rows: ReadonlyMap<NodeId, number>): void {
  const news = [...rows].filter(([id, row]) => self.given.get(id) !== row);
  if (news.length === 0) return;
  for (const [id, row] of news) self.given.set(id, row);
  self.ready = readiness(self.module.plan, self.run, self.given);
  writeParameters(self.module, self.exports.memory.buffer, self);
}
