/** An instance of a graph's module under one parameter set, and what the host remembers beside it. */
import { evaluateRun, type Value } from "../../graph/evaluate.ts";
import type { KernelOptions } from "../../graph/kernel.ts";
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
  readonly ready: Readiness;
  readonly prices: readonly PriceBound[];
  readonly run: readonly (Value | undefined)[];
  readonly priceScale: number;
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
  const exports = new WebAssembly.Instance(compiled).exports as unknown as Exports;
  const run = evaluateRun(graph, parameters, symbol);
  const ready = readiness(module.plan, run);
  const { buffer } = exports.memory;
  writeParameters(module, buffer, { run, ready, priceDecimals });
  return {
    module,
    exports,
    bytes: new Uint8Array(buffer),
    doubles: new Float64Array(buffer),
    ready,
    prices: priceBounds(module.plan, run),
    run,
    priceScale: powerOfTen(priceDecimals),
    chunk: null,
    start: module.layout.history,
    rows: 0,
    firstRow: 0,
    hasRange: false,
  };
}
