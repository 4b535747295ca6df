/** Columns that the host brings with a chunk: their place in the module's memory, and what is known of when they are ready. */
import { checkReadyRow, type GivenColumn } from "../../graph/kernel.ts";
import type { NodeId } from "../../graph/nodes.ts";
import { type Instance, setReadyRows } from "./instance.ts";
import { columnOf } from "./layout.ts";

const NONE_BOOL = 2;

/** Copies the columns of the chunk; 0 before a column is ready. Throws where one is missing, or says of an earlier chunk that it was ready. */
export function copyGiven(self: Instance, columns: ReadonlyMap<NodeId, GivenColumn>): void {
  const { graph, given } = self.module.plan;
  const rows = new Map<NodeId, number>();
  for (const id of given) {
    const column = columns.get(id);
    if (column === undefined) throw new Error(`node ${id} is not given`);
    checkReadyRow(id, column.readyRow, self.given.get(id), self.firstRow);
    rows.set(id, column.readyRow);
    const unready = Math.min(self.rows, Math.max(0, column.readyRow - self.firstRow));
    const { address, kind } = columnOf(graph, self.module.layout, id);
    if (kind === "bool") copyBools(self.bytes, address + self.start, column.values, unready, self.rows);
    else {
      const at = address / 8 + self.start;
      self.doubles.set(column.values.subarray(0, self.rows), at);
      self.doubles.fill(0, at, at + unready);
    }
  }
  setReadyRows(self, rows);
}

function copyBools(bytes: Uint8Array, at: number, values: Float64Array, unready: number, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const value = row < unready ? 0 : (values[row] ?? Number.NaN);
    bytes[at + row] = Number.isNaN(value) ? NONE_BOOL : value;
  }
}
