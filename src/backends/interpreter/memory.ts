/** What the interpreter remembers from row to row and from chunk to chunk, and its form as bytes. */
import type { Value } from "../../graph/evaluate.ts";
import type { PriceField } from "../../graph/exact.ts";
import type { NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { type Accumulator, CLOSED } from "./anchored.ts";
import { type Plan, type Readiness, readiness } from "./plan.ts";
import type { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

/** Undefined: not ready. */
export type Known = Value | undefined;

const PRICES: readonly PriceField[] = ["open", "high", "low", "close"];

/** Columns hold rows `first`..`rows - 1` of the whole run. */
export interface Memory {
  rows: number;
  first: number;
  readonly values: ReadonlyMap<NodeId, Known[]>;
  readonly ticks: Readonly<Record<PriceField, number[]>>;
  /** The fields of each state on the last row; empty before it is seeded. */
  readonly states: Value[][];
  readonly windows: Map<NodeId, Accumulator>;
  /** The ready row of each given column, and what follows from them. */
  readonly given: Map<NodeId, number>;
  ready: Readiness;
}

export function emptyMemory(plan: Plan): Memory {
  const { graph, live } = plan;
  const given = new Map([...plan.given].map((id) => [id, Number.POSITIVE_INFINITY]));
  const anchored = live.filter((id) => nodeAt(graph, id).op === "anchored");
  return {
    rows: 0,
    first: 0,
    values: new Map(live.map((id) => [id, []])),
    ticks: { open: [], high: [], low: [], close: [] },
    states: graph.states.map(() => []),
    windows: new Map(anchored.map((id) => [id, CLOSED])),
    given,
    ready: readiness(plan, given),
  };
}

/** Forgets all but the last `keep` rows. */
export function forget(memory: Memory, keep: number): void {
  const gone = Math.max(0, memory.rows - keep - memory.first);
  for (const column of memory.values.values()) column.splice(0, gone);
  for (const field of PRICES) memory.ticks[field].splice(0, gone);
  memory.first += gone;
}

/** Writes the last `keep` rows and what is carried. */
export function writeMemory(memory: Memory, keep: number, out: SnapshotWriter): void {
  const rows = Math.min(keep, memory.rows - memory.first);
  out.number(memory.rows);
  out.number(memory.rows - rows);
  const last = <T>(column: readonly T[]): readonly T[] => column.slice(column.length - rows);
  for (const column of memory.values.values()) last(column).forEach(out.known);
  for (const field of PRICES) last(memory.ticks[field]).forEach(out.number);
  for (const fields of memory.states) {
    out.number(fields.length);
    fields.forEach(out.known);
  }
  for (const row of memory.given.values()) out.number(row);
  for (const window of memory.windows.values()) {
    out.known(window.open);
    out.number(window.count);
    out.integer(window.sum);
    out.number(window.highest);
    out.number(window.lowest);
  }
}

export function readMemory(memory: Memory, plan: Plan, from: SnapshotReader): void {
  memory.rows = from.number();
  memory.first = from.number();
  const rows = memory.rows - memory.first;
  for (const column of memory.values.values()) column.splice(0, column.length, ...Array.from({ length: rows }, from.known));
  for (const field of PRICES) memory.ticks[field].splice(0, memory.ticks[field].length, ...Array.from({ length: rows }, from.number));
  for (const fields of memory.states) fields.splice(0, fields.length, ...Array.from({ length: from.number() }, () => from.known() ?? null));
  for (const node of memory.given.keys()) memory.given.set(node, from.number());
  memory.ready = readiness(plan, memory.given);
  for (const node of memory.windows.keys()) {
    const [open, count, sum] = [from.known() === true, from.number(), from.integer()];
    memory.windows.set(node, { open, count, sum, highest: from.number(), lowest: from.number() });
  }
}
