/**
 * The kernel's memory, in this order; all of it little endian, cells of 8 bytes:
 *
 * - slots (`SLOT` in graph/kernel.ts, float64), then one arm byte for each condition;
 * - `header`: int32 row offset (row of the run − index in the columns), int32 row of a halt;
 * - state: recursions, sums, sorted windows, carried values;
 * - columns: `[H history | C chunk]`, numbers as float64 (prices as ticks), bools as bytes (2 for none), one byte for every eight conditions;
 * - native models: see `models.ts`;
 * - parameters, which the host writes: see `Parameter`.
 *
 * None of it depends on the values of the strategy's parameters, so one module serves every parameter set. A snapshot is the first
 * three regions and the history of each column.
 */
import { SLOT_COUNT } from "../../graph/kernel.ts";
import type { Graph, ModelId, NodeId, StateId } from "../../graph/nodes.ts";
import { modelAt, nodeAt } from "../../graph/traverse.ts";
import type { InputField } from "../../market/bars.ts";
import { type ModelRegion, modelRegion } from "./models.ts";
import type { Plan } from "./plan.ts";

/** What the host writes into a parameter cell. */
export type Parameter =
  /** A value of the run: a number as float64 (NaN for none), a bool as int32 (2 for none). */
  | { readonly kind: "value"; readonly node: NodeId }
  /** The sum of these values of the run times `size`, int32: a distance in a column. */
  | { readonly kind: "distance"; readonly nodes: readonly NodeId[]; readonly size: 1 | 8 }
  /** length^power × 10^(decimals × power), float64; without a length that factor is 1. */
  | { readonly kind: "divisor"; readonly length: NodeId | null; readonly power: 1 | 2 }
  /** The first row on which a node has a value, int32. */
  | { readonly kind: "ready"; readonly node: NodeId }
  /** The row on which a state is seeded, int32. */
  | { readonly kind: "seed"; readonly state: StateId }
  /** The row on which the last state is seeded, int32. */
  | { readonly kind: "seeded" };

export interface ColumnPlace {
  /** Of the value at index 0. */
  readonly address: number;
  readonly kind: "number" | "bool";
  /** Earlier values that are read. */
  readonly history: number;
}

export interface Layout {
  /** Index of the first row after an empty history. */
  readonly history: number;
  /** Rows after it. */
  readonly capacity: number;
  readonly stateEnd: number;
  readonly columns: ReadonlyMap<NodeId, ColumnPlace>;
  /** What the graph reads, and the low, high and close that the scan reads. */
  readonly inputs: ReadonlyMap<InputField, ColumnPlace>;
  /** Where each native model is that the kernel evaluates. */
  readonly models: ReadonlyMap<ModelId, ModelRegion>;
  /** Byte columns with bit c of byte b for condition 8b + c. */
  readonly masks: readonly number[];
  /** Address of the cell for a parameter; equal parameters share one. */
  parameter(parameter: Parameter): number;
  /** All parameters asked for so far, and the first byte after them. */
  parameters(): { readonly cells: readonly { readonly address: number; readonly parameter: Parameter }[]; readonly end: number };
}

export interface StateAllocator {
  /** The address of `cells` cells of 8 bytes that last from row to row and start as zero; equal names share them. */
  state(name: string, cells: number): number;
  /** Ends the state and lays out columns of `capacity` rows and, from then on, parameters. */
  finish(capacity: number): Layout;
}

const CELL_BYTES = 8;
const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
/** A vector load at the last row may read this far. */
const PADDING_BYTES = 16;

export const ARMS_ADDRESS = SLOT_COUNT * CELL_BYTES;

/** Where an input's values are; throws where it has no column. */
export function inputPlace(layout: Layout, field: InputField): ColumnPlace {
  const place = layout.inputs.get(field);
  if (place === undefined) throw new Error(`${field} has no column`);
  return place;
}

/** Where a node's values are; throws where it has no column. */
export function columnOf(graph: Graph, layout: Layout, id: NodeId): ColumnPlace {
  const node = nodeAt(graph, id);
  if (node.op === "input") return inputPlace(layout, node.field);
  const place = layout.columns.get(id);
  if (place === undefined) throw new Error(`node ${id} has no column`);
  return place;
}

/** Addresses of the header's fields. */
export function headerOf({ conditions }: Pick<Plan, "conditions">): {
  readonly rowOffset: number;
  readonly haltRow: number;
  readonly end: number;
} {
  const start = roundUp(ARMS_ADDRESS + conditions.length, CELL_BYTES);
  return { rowOffset: start, haltRow: start + 4, end: start + CELL_BYTES };
}

/** Begins the layout of a plan: first its state. */
export function allocator(plan: Plan): StateAllocator {
  let end = headerOf(plan).end;
  const named = new Map<string, number>();
  return {
    state(name, cells) {
      const known = named.get(name);
      if (known !== undefined) return known;
      const address = end;
      named.set(name, address);
      end += cells * CELL_BYTES;
      return address;
    },
    finish: (capacity) => layColumns(plan, end, capacity),
  };
}

function layColumns(plan: Plan, stateEnd: number, capacity: number): Layout {
  const { graph } = plan;
  const history = roundUp(Math.max(0, ...plan.columns.values(), ...plan.inputs.values()), PADDING_BYTES);
  let end = roundUp(stateEnd, PADDING_BYTES);
  const place = (bytesPerRow: number): number => {
    const address = end;
    end = roundUp(end + (history + capacity) * bytesPerRow + PADDING_BYTES, PADDING_BYTES);
    return address;
  };
  const columns = new Map<NodeId, ColumnPlace>();
  for (const [node, rows] of plan.columns) {
    const kind = nodeAt(graph, node).type;
    columns.set(node, { address: place(kind === "bool" ? 1 : CELL_BYTES), kind, history: rows });
  }
  const fields = new Map<InputField, number>([["low", 0], ["high", 0], ["close", 0], ...plan.inputs]);
  const inputs = new Map<InputField, ColumnPlace>();
  for (const [field, rows] of fields) inputs.set(field, { address: place(CELL_BYTES), kind: "number", history: rows });
  const masks = Array.from({ length: Math.ceil(plan.conditions.length / 8) }, () => place(1));
  const models = new Map<ModelId, ModelRegion>();
  for (const id of plan.models) {
    const region = modelRegion(modelAt(graph, id), end);
    models.set(id, region);
    end = roundUp(end + region.data.length, PADDING_BYTES);
  }
  return { history, capacity, stateEnd, columns, inputs, models, masks, ...parameterCells(end) };
}

function parameterCells(start: number): Pick<Layout, "parameter" | "parameters"> {
  const cells = new Map<string, { readonly address: number; readonly parameter: Parameter }>();
  return {
    parameter(parameter) {
      const key = JSON.stringify(parameter);
      const known = cells.get(key);
      if (known !== undefined) return known.address;
      const address = start + cells.size * CELL_BYTES;
      cells.set(key, { address, parameter });
      return address;
    },
    parameters: () => ({ cells: [...cells.values()], end: start + cells.size * CELL_BYTES }),
  };
}
