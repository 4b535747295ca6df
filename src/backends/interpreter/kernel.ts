/**
 * The plain kernel: every row from the definitions, obviously right rather than fast. It is the oracle for the other backend; what it does is
 * what `graph/kernel.ts` says, in the same order.
 */
import { evaluateScalar, type Value } from "../../graph/evaluate.ts";
import {
  ARM,
  type Backend,
  checkReadyRow,
  type GivenColumn,
  type Kernel,
  KernelHalt,
  type LaneBackend,
  SLOT,
  SLOT_COUNT,
} from "../../graph/kernel.ts";
import type { AccountField, NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import type { BarChunk } from "../../market/bars.ts";
import { powerOfTen } from "../../values/wide.ts";
import { emptyMemory, forget, type Memory, readMemory, writeMemory } from "./memory.ts";
import { type Plan, plan, readiness } from "./plan.ts";
import { evaluateRow, readValue } from "./rows.ts";
import { snapshotReader, snapshotWriter } from "./snapshot.ts";

/** A kernel and what it works on. `start` is the number, in the whole run, of the loaded chunk's first row. */
interface Interpreter {
  readonly plan: Plan;
  readonly memory: Memory;
  readonly slots: Float64Array;
  readonly arms: Uint8Array;
  chunk: BarChunk | null;
  start: number;
}

export const interpreter: Backend = (options) => {
  const planned = plan(options);
  const self: Interpreter = {
    plan: planned,
    memory: emptyMemory(planned),
    slots: new Float64Array(SLOT_COUNT),
    arms: new Uint8Array(planned.conditions.length),
    chunk: null,
    start: 0,
  };
  return {
    slots: self.slots,
    arms: self.arms,
    load: (chunk, given = new Map()) => load(self, chunk, given),
    run: (row, phase, to) => walk(self, row, phase, to),
    condition: (index, row) => condition(self, index, row),
    value: (node, row) => observedValue(self, node, row),
    column: (node) => Float64Array.from({ length: self.chunk?.rows ?? 0 }, (_, row) => observedValue(self, node, row) ?? Number.NaN),
    readyRow: (node) => self.memory.ready.first[node] ?? 0,
    save: () => save(self),
    restore: (snapshot) => restore(self, snapshot),
  } satisfies Kernel;
};

/** The same for all symbols of a lane: there is nothing to prepare. */
export const interpretedLanes: LaneBackend = () => interpreter;

function load(self: Interpreter, chunk: BarChunk, given: ReadonlyMap<NodeId, GivenColumn>): void {
  const { memory, plan: planned } = self;
  if (chunk.rows > planned.capacity) throw new Error(`${chunk.rows} rows, room for ${planned.capacity}`);
  forget(memory, planned.keep);
  self.chunk = chunk;
  self.start = memory.rows;
  takeReadyRows(self, given);
  for (let index = 0; index < chunk.rows; index++) evaluateRow(planned, memory, { chunk, given }, index);
}

function takeReadyRows({ plan: planned, memory, start }: Interpreter, given: ReadonlyMap<NodeId, GivenColumn>): void {
  for (const id of planned.given) {
    const column = given.get(id);
    if (column === undefined) throw new Error(`node ${id} is not given`);
    checkReadyRow(id, column.readyRow, memory.given.get(id), start);
    memory.given.set(id, column.readyRow);
  }
  if (planned.given.size > 0) memory.ready = readiness(planned, memory.given);
}

function walk(self: Interpreter, row: number, phase: 0 | 1, to: number): number {
  for (let r = row; r < to; r++) {
    if ((r > row || phase === 0) && isTriggered(self, r)) return 2 * r;
    if (self.plan.marks) mark(self, r);
    if (self.arms.some((_, index) => wakes(self, index, r))) return 2 * r + 1;
  }
  return 2 * to;
}

function ticks({ chunk }: Interpreter, field: "high" | "low" | "close", row: number): number {
  const value = chunk?.columns[field][row];
  if (value === undefined) throw new Error(`row ${row} is not loaded`);
  return value;
}

function slot({ slots }: Interpreter, index: number): number {
  return slots[index] ?? Number.NaN;
}

function isTriggered(self: Interpreter, row: number): boolean {
  const [low, high] = [slot(self, SLOT.wakeLow), slot(self, SLOT.wakeHigh)];
  if (low > Number.NEGATIVE_INFINITY && ticks(self, "low", row) <= low) return true;
  if (high < Number.POSITIVE_INFINITY && ticks(self, "high", row) >= high) return true;
  return self.start + row >= slot(self, SLOT.wakeRow);
}

function mark(self: Interpreter, row: number): void {
  const { slots } = self;
  const close = ticks(self, "close", row) / powerOfTen(self.plan.priceDecimals);
  const equity = slot(self, SLOT.cash) + slot(self, SLOT.position) * close;
  const peak = Math.max(slot(self, SLOT.equityPeak), equity);
  slots[SLOT.equity] = equity;
  slots[SLOT.equityPeak] = peak;
  slots[SLOT.maxDrawdown] = Math.max(slot(self, SLOT.maxDrawdown), 1 - equity / peak);
}

function wakes(self: Interpreter, index: number, row: number): boolean {
  const arm = self.arms[index];
  const node = self.plan.conditions[index] ?? null;
  if (arm === ARM.off || node === null || !isReady(self, node, row)) return false;
  try {
    return condition(self, index, row) === (arm === ARM.whenTrue);
  } catch (halt) {
    if (halt instanceof KernelHalt) return true;
    throw halt;
  }
}

function isReady({ memory, start }: Interpreter, node: NodeId, row: number): boolean {
  return start + row >= (memory.ready.first[node] ?? 0);
}

function condition(self: Interpreter, index: number, row: number): boolean {
  const { plan: planned, memory, start } = self;
  const node = planned.conditions[index] ?? null;
  if (node === null) return false;
  const known = (id: NodeId): Value | undefined => {
    if (planned.stratum[id] !== "account") return readValue(planned, memory, id, start + row);
    const inner = nodeAt(planned.graph, id);
    return inner.op === "account" ? accountValue(self, inner.field, start + row) : undefined;
  };
  return evaluateScalar(planned.graph, node, known, start + row) === true;
}

/** What an account node reads: a slot, in which NaN is none. */
function accountValue(self: Interpreter, field: AccountField, row: number): Value {
  switch (field) {
    case "cash":
      return slot(self, SLOT.cash);
    case "position":
      return slot(self, SLOT.position);
    case "entry_price":
      return slotOrNone(self, SLOT.entryPrice);
    case "bars_held": {
      const entry = slotOrNone(self, SLOT.entryRow);
      return entry === null ? null : row - entry;
    }
    case "equity":
      return slot(self, SLOT.equity);
    case "day_start_equity":
      return slot(self, SLOT.dayStartEquity);
    case "equity_peak":
      return slot(self, SLOT.equityPeak);
  }
}

function slotOrNone(self: Interpreter, index: number): number | null {
  const value = slot(self, index);
  return Number.isNaN(value) ? null : value;
}

function observedValue(self: Interpreter, node: NodeId, row: number): number | null {
  const value = readValue(self.plan, self.memory, node, self.start + row) ?? null;
  return typeof value === "boolean" ? Number(value) : value;
}

function save({ plan: planned, memory, slots, arms }: Interpreter): Uint8Array {
  const out = snapshotWriter();
  writeMemory(memory, planned.keep, out);
  slots.forEach(out.number);
  arms.forEach(out.number);
  return out.bytes();
}

function restore({ plan: planned, memory, slots, arms }: Interpreter, snapshot: Uint8Array): void {
  const from = snapshotReader(snapshot);
  readMemory(memory, planned, from);
  slots.set(Array.from(slots, from.number));
  arms.set(Array.from(arms, from.number));
}
