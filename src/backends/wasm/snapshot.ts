/** A kernel between two chunks as bytes: a hash of what it was made of, where it is, slots and state, and the history of each column. */
import type { NodeId } from "../../graph/nodes.ts";
import { type Instance, setReadyRows } from "./instance.ts";
import type { ColumnPlace } from "./layout.ts";

const HASH_BYTES = 32;

/** The history that the next chunk will read. */
function histories(self: Instance, end: number): readonly Uint8Array[] {
  const { columns, inputs } = self.module.layout;
  return [...columns.values(), ...inputs.values()].map(({ address, kind, history }: ColumnPlace) => {
    const size = kind === "bool" ? 1 : 8;
    return self.bytes.subarray(address + (end - history) * size, address + end * size);
  });
}

function parts(self: Instance, counters: Float64Array, end: number): readonly Uint8Array[] {
  const state = self.bytes.subarray(0, self.module.layout.stateEnd);
  return [new Uint8Array(counters.buffer), state, ...histories(self, end)];
}

export function saveSnapshot(self: Instance): Uint8Array {
  const counters = new Float64Array([self.firstRow + self.rows, ...self.given.values(), ...self.prices.map((price) => price.largest)]);
  const all = [self.hash, ...parts(self, counters, self.start + self.rows)];
  const snapshot = new Uint8Array(all.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of all) {
    snapshot.set(part, at);
    at += part.length;
  }
  return snapshot;
}

/** Throws where the snapshot is of another graph, parameter set, scale or version. */
export function restoreSnapshot(self: Instance, snapshot: Uint8Array): void {
  if (!self.hash.every((byte, i) => snapshot[i] === byte)) throw new Error("the snapshot is of another graph, parameter set or version");
  const counters = new Float64Array(1 + self.given.size + self.prices.length);
  const { history } = self.module.layout;
  let at = HASH_BYTES;
  for (const part of parts(self, counters, history)) {
    part.set(snapshot.subarray(at, at + part.length));
    at += part.length;
  }
  const [rows = 0, ...others] = counters;
  const largest = others.slice(self.given.size);
  setReadyRows(self, new Map([...self.given.keys()].map((id, i): [NodeId, number] => [id, others[i] ?? 0])));
  Object.assign(self, { chunk: null, start: history, rows: 0, firstRow: rows });
  self.prices.forEach((price, i) => {
    price.largest = largest[i] ?? 0;
  });
}
