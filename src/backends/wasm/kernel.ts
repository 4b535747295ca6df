/** The fast kernel: a graph's WebAssembly module and the host around it, which feeds it chunks and chooses between its two forms. */
import { evaluateScalar, type Value } from "../../graph/evaluate.ts";
import {
  ARM,
  type Backend,
  type GivenColumn,
  type Kernel,
  KernelHalt,
  type KernelOptions,
  type LaneBackend,
  SLOT,
  SLOT_COUNT,
} from "../../graph/kernel.ts";
import type { AccountField, NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import type { BarChunk, InputField } from "../../market/bars.ts";
import { copyGiven } from "./given.ts";
import { type Instance, instantiate } from "./instance.ts";
import { ARMS_ADDRESS, columnOf, headerOf, inputPlace } from "./layout.ts";
import { SUM_HALT } from "./loop.ts";
import { type CompiledModule, compileGraph, DEFAULT_CAPACITY } from "./module.ts";
import { isPrice } from "./plan.ts";
import { restoreSnapshot, saveSnapshot } from "./snapshot.ts";

/** What `condition` of the module says where a value was not finite. */
const WILD = 2;
const NONE_BOOL = 2;
/** What a byte of a column of bools means. */
const BOOL_VALUES = [0, 1, Number.NaN];
/** `bars_held` counts from the entry's row. */
const ACCOUNT_SLOTS = {
  cash: SLOT.cash,
  position: SLOT.position,
  entry_price: SLOT.entryPrice,
  bars_held: SLOT.entryRow,
  equity: SLOT.equity,
  day_start_equity: SLOT.dayStartEquity,
  equity_peak: SLOT.equityPeak,
} as const satisfies Record<AccountField, number>;

/** WebAssembly, compiled for the options at hand. */
export const wasm: Backend = (options) => wasmLanes(options, options.observed, options.capacity)(options);

/** WebAssembly, compiled once for all symbols of a lane. */
export const wasmLanes: LaneBackend = (work, observed, capacity) =>
  wasmOf(compileGraph(work, observed, Math.max(capacity, DEFAULT_CAPACITY)));

/** Kernels of one module for many parameter sets and symbols: the options' work, observed nodes and capacity must be those of the module. */
export function wasmOf(module: CompiledModule): Backend {
  const compiled = new WebAssembly.Module(module.bytes);
  return (options) => kernelOf(instantiate(module, compiled, options), options);
}

function kernelOf(self: Instance, options: KernelOptions): Kernel {
  const { buffer } = self.exports.memory;
  return {
    slots: new Float64Array(buffer, 0, SLOT_COUNT),
    arms: new Uint8Array(buffer, ARMS_ADDRESS, self.module.plan.conditions.length),
    load: (chunk, given = new Map()) => load(self, chunk, given, options.capacity),
    run: (row, phase, to) => walk(self, row, phase, to),
    condition: (index, row) => condition(self, index, row),
    value: (node, row) => observedValue(self, node, row),
    column: (node) => observedColumn(self, node),
    readyRow: (node) => self.ready.first[node] ?? 0,
    save: () => saveSnapshot(self),
    restore: (snapshot) => restoreSnapshot(self, snapshot),
  };
}

function load(self: Instance, chunk: BarChunk, given: ReadonlyMap<NodeId, GivenColumn>, capacity: number): void {
  const { layout, plan } = self.module;
  const room = Math.min(capacity, layout.capacity);
  if (chunk.rows > room) throw new Error(`${chunk.rows} rows, room for ${room}`);
  self.firstRow += self.rows;
  self.start += self.rows;
  self.rows = chunk.rows;
  self.chunk = chunk;
  if (self.start + chunk.rows > layout.history + layout.capacity) moveHistory(self);
  new Int32Array(self.exports.memory.buffer)[headerOf(plan).rowOffset / 4] = self.firstRow - self.start;
  for (const field of plan.inputs.keys()) copyInput(self, field);
  if (plan.marks && !plan.inputs.has("close")) copyInput(self, "close");
  copyGiven(self, given);
  self.hasRange = plan.inputs.has("low") && plan.inputs.has("high");
  evaluate(self);
}

/** The end of the columns is reached: what is still read moves to their beginning. */
function moveHistory(self: Instance): void {
  const { layout } = self.module;
  for (const { address, kind, history } of [...layout.columns.values(), ...layout.inputs.values()]) {
    const size = kind === "bool" ? 1 : 8;
    const from = address + (self.start - history) * size;
    self.bytes.copyWithin(address + (layout.history - history) * size, from, from + history * size);
  }
  self.start = layout.history;
}

function copyInput(self: Instance, field: InputField): void {
  const { chunk, rows, start } = self;
  const column = chunk?.columns[field];
  if (column === undefined) throw new Error(`no column ${field}`);
  const place = inputPlace(self.module.layout, field);
  self.doubles.set(column.length === rows ? column : column.subarray(0, rows), place.address / 8 + start);
}

/** The steady form where its conditions hold, the careful one before and where it gives up. */
function evaluate(self: Instance): void {
  const { start, rows, firstRow, ready, exports } = self;
  const end = start + rows;
  const isExact = holdsTicks(self);
  const change = isExact ? Math.min(end, Math.max(start, start + ready.steady - firstRow)) : end;
  careful(self, start, change);
  if (change === end) return;
  const { stateEnd } = self.module.layout;
  const state = self.bytes.slice(0, stateEnd);
  if (exports.steady(change, end) === 0) return;
  self.bytes.set(state);
  careful(self, change, end);
}

/** Throws `KernelHalt` where a value halts the run. */
function careful(self: Instance, from: number, to: number): void {
  if (from === to) return;
  const code = self.exports.careful(from, to);
  if (code === 0) return;
  const sum = code >= SUM_HALT;
  const row = new Int32Array(self.exports.memory.buffer)[headerOf(self.module.plan).haltRow / 4] ?? 0;
  throw new KernelHalt(sum ? "sum_out_of_range" : "not_finite", (sum ? code - SUM_HALT : code) - 1, row);
}

/** Whether the prices seen so far are small enough for the steady form. */
function holdsTicks(self: Instance): boolean {
  const { graph } = self.module.plan;
  for (const bound of self.prices) {
    const { address } = columnOf(graph, self.module.layout, bound.price);
    const first = address + self.start * 8;
    bound.largest = Math.max(bound.largest, self.exports.largest(first, first + self.rows * 8));
    if (bound.largest > bound.careful) throw new RangeError(`prices of ${bound.largest} ticks are too large for a window of this length`);
  }
  return self.prices.every((bound) => bound.largest <= bound.steady);
}

/** A condition that is not ready yet is not armed. */
function walk(self: Instance, row: number, phase: 0 | 1, to: number): number {
  const { start, firstRow, ready } = self;
  if (!self.hasRange && watchesRange(self)) {
    copyInput(self, "low");
    copyInput(self, "high");
    self.hasRange = true;
  }
  if (firstRow + row >= ready.conditions) return self.exports.run(start + row, phase, start + to) - 2 * start;
  return walkUnready(self, row, phase, to);
}

function watchesRange({ doubles }: Instance): boolean {
  return (doubles[SLOT.wakeLow] ?? 0) > Number.NEGATIVE_INFINITY || (doubles[SLOT.wakeHigh] ?? 0) < Number.POSITIVE_INFINITY;
}

/** As far as the next condition becomes ready, with those that are not disarmed. */
function walkUnready(self: Instance, row: number, phase: 0 | 1, to: number): number {
  const { start, firstRow, ready, exports, bytes } = self;
  const readyRows = self.module.plan.conditions.map((condition) => (condition === null ? 0 : (ready.first[condition.node] ?? 0)));
  const arms = bytes.slice(ARMS_ADDRESS, ARMS_ADDRESS + readyRows.length);
  const isReady = (from: number): boolean => from <= firstRow + row;
  const end = Math.min(to, ...readyRows.filter((from) => !isReady(from)).map((from) => from - firstRow));
  readyRows.forEach((from, index) => {
    if (!isReady(from)) bytes[ARMS_ADDRESS + index] = ARM.off;
  });
  const wake = exports.run(start + row, phase, start + end) - 2 * start;
  bytes.set(arms, ARMS_ADDRESS);
  return wake < 2 * end || end === to ? wake : walk(self, end, 0, to);
}

function condition(self: Instance, index: number, row: number): boolean {
  const result = self.exports.condition(index, self.start + row);
  return result === WILD ? exactCondition(self, index, row) : result === 1;
}

/** A value on the way was not finite: the definition finds the place. Throws `KernelHalt`. */
function exactCondition(self: Instance, index: number, row: number): boolean {
  const { graph, conditions, stratum } = self.module.plan;
  const known = (id: NodeId): Value | undefined => {
    if (stratum[id] === "run") return self.run[id];
    if (stratum[id] === "market") return columnValue(self, id, row);
    const node = nodeAt(graph, id);
    return node.op === "account" ? accountValue(self, node.field, row) : undefined;
  };
  const parts = conditions[index]?.account ?? [];
  return parts.every((part) => evaluateScalar(graph, part, known, self.firstRow + row) === true);
}

function accountValue({ doubles, firstRow }: Instance, field: AccountField, row: number): number | null {
  const value = doubles[ACCOUNT_SLOTS[field]] ?? Number.NaN;
  if (field === "entry_price") return Number.isNaN(value) ? null : value;
  if (field === "bars_held") return Number.isNaN(value) ? null : firstRow + row - value;
  return value;
}

function observedValue(self: Instance, id: NodeId, row: number): number | null {
  return self.firstRow + row < (self.ready.first[id] ?? 0) ? null : columnValue(self, id, row);
}

/** A view of the module's own column where that holds what the host is to see. */
function observedColumn(self: Instance, id: NodeId): Float64Array {
  const { graph } = self.module.plan;
  const { address, kind } = columnOf(graph, self.module.layout, id);
  const { start, rows, firstRow, priceScale } = self;
  const unready = Math.min(rows, Math.max(0, (self.ready.first[id] ?? 0) - firstRow));
  const stored = self.doubles.subarray(address / 8 + start, address / 8 + start + rows);
  if (kind === "number" && unready === 0 && !isPrice(graph, id)) return stored;
  const values = new Float64Array(rows).fill(Number.NaN, 0, unready);
  for (let row = unready; row < rows; row++) {
    if (kind === "bool") values[row] = BOOL_VALUES[self.bytes[address + start + row] ?? NONE_BOOL] ?? Number.NaN;
    else values[row] = (stored[row] ?? Number.NaN) / (isPrice(graph, id) ? priceScale : 1);
  }
  return values;
}

function columnValue(self: Instance, id: NodeId, row: number): number | null {
  const { graph } = self.module.plan;
  const { address, kind } = columnOf(graph, self.module.layout, id);
  const index = self.start + row;
  if (kind === "bool") {
    const value = self.bytes[address + index] ?? NONE_BOOL;
    return value === NONE_BOOL ? null : value;
  }
  const value = self.doubles[address / 8 + index] ?? Number.NaN;
  if (Number.isNaN(value)) return null;
  return isPrice(graph, id) ? value / self.priceScale : value;
}
