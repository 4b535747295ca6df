/** What comes into a lane from outside, also once more where the lane begins anew (semantics 13.3). */
import type { Crossing } from "../../graph/lanes.ts";
import type { NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { append, columnHistory } from "./column-history.ts";
import { type ColumnGiver, columnGiver, type Reader, type Sources } from "./crossings.ts";

/** A column that comes from outside. */
export interface Given {
  readonly node: NodeId;
  giver: ColumnGiver;
  /** Who gives it on the last rows once more, and who on those that follow. */
  readonly anew: () => { readonly past: ColumnGiver; readonly next: ColumnGiver };
}

/** A crossing into a lane. */
export function givenColumn(sources: Sources, reader: Reader, crossing: Crossing, mayRestart: boolean): Given {
  const make = (): ColumnGiver => columnGiver(sources, reader, crossing);
  const { node } = crossing;
  if (mayRestart && readsOthers(sources, reader, crossing)) return { node, ...remembered(make()) };
  const anew = () => {
    const giver = make();
    return { past: giver, next: giver };
  };
  return { node, giver: make(), anew };
}

/** Whether a column is made of other symbols' lanes, which go on. */
function readsOthers({ graph }: Sources, { symbol }: Reader, { node: id, op }: Crossing): boolean {
  const node = nodeAt(graph, id);
  return op === "across" || (op === "sample" && node.op === "sample" && node.symbol !== null && node.symbol !== symbol);
}

/** What others give stays what it was. */
function remembered(inner: ColumnGiver): Pick<Given, "giver" | "anew"> {
  const state = Object.assign(inner.state, { history: columnHistory(), lastReadyRow: Number.POSITIVE_INFINITY });
  const giver: ColumnGiver = {
    state,
    give: (stretch, reader) => {
      const column = inner.give(stretch, reader);
      if ("question" in column) throw new Error("other symbols are not asked");
      append(state.history, column.values, reader.bars.rows);
      state.lastReadyRow = column.readyRow;
      return column;
    },
  };
  const past: ColumnGiver = {
    state: {},
    give: (_, { firstRow, bars }) => ({
      values: state.history.values.subarray(firstRow, firstRow + bars.rows),
      readyRow: state.lastReadyRow,
    }),
  };
  return { giver, anew: () => ({ past, next: giver }) };
}
