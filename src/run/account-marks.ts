/**
 * The account at every instant where no kernel marks it (semantics 11.6): cash and all positions at the last closes, in float64, the peak and the largest
 * drawdown so far; and whether a monitor's limit is exceeded.
 */
import type { Engine } from "../engine/state.ts";
import { applyElementwise, evaluateScalar, finite, type Value } from "../graph/evaluate.ts";
import { SLOT, SLOT_COUNT } from "../graph/kernel.ts";
import { isElementwise } from "../graph/kinds.ts";
import type { Graph, NodeId } from "../graph/nodes.ts";
import { nodeAt } from "../graph/traverse.ts";
import type { Desk } from "./desks.ts";
import { accountValue, type RunValues } from "./expressions.ts";
import { marketLines, openSlots } from "./triggers.ts";

export interface AccountMarks {
  /** What of the account all symbols share, as kernels have it (graph/kernel.ts). */
  readonly slots: Float64Array;
  /** Marks instants `from`..`to - 1` of the stretch, and gives the first at which a monitor may fire, marked already; `to` where there is none. */
  through(from: number, to: number): number;
  /** Whether the limit of monitor `line` is exceeded as the account is marked. */
  exceeds(line: number): boolean;
}

/** `run` has the values of the run, of no symbol. */
export function accountMarks(engine: Engine, desks: readonly Desk[], run: RunValues): AccountMarks {
  const { graph, money, ledger, halts } = engine;
  const slots = new Float64Array(SLOT_COUNT);
  openSlots(slots, engine);
  const ofMarket = new Set(marketLines(graph));
  const monitors = graph.risk.map(({ monitor }, line) =>
    monitor === null || ofMarket.has(line) ? null : conditionOn(graph, run, slots, monitor.excess),
  );
  const exceeds = (line: number): boolean => monitors[line]?.() === true;
  const mayFire = (): boolean => monitors.some((_, line) => halts[line] === null && exceeds(line));
  const held: Held = { count: 0, shares: [], ticksPerUnit: [], lastRow: [], closes: [], before: [] };
  return {
    slots,
    through: (from, to) => {
      const cash = money.toNumber(ledger.cash);
      slots[SLOT.cash] = cash;
      slots[SLOT.dayStartEquity] = engine.dayStartMarked;
      collectHeld(desks, held);
      for (let at = from; at < to; at++) {
        record(slots, equityAt(held, cash, at));
        if (mayFire()) return at;
        if (held.count === 0) return to;
      }
      return to;
    },
    exceeds,
  };
}

/** Positions that are not 0, in universe order: what they are worth follows from the rows of the stretch, and before its first from the last before. */
interface Held {
  count: number;
  readonly shares: number[];
  readonly ticksPerUnit: number[];
  readonly lastRow: Int32Array[];
  readonly closes: Float64Array[];
  readonly before: number[];
}

function collectHeld(desks: readonly Desk[], held: Held): void {
  held.count = 0;
  for (const { book, first, last } of desks) {
    const { position, money } = book;
    if (position.quantity === 0) continue;
    const at = held.count++;
    held.shares[at] = position.quantity / money.scale.lotsPerShare;
    held.ticksPerUnit[at] = money.scale.ticksPerUnit;
    held.lastRow[at] = first.rows.lastRow;
    held.closes[at] = first.rows.bars.columns.close;
    held.before[at] = last?.close ?? Number.NaN;
  }
}

function equityAt({ count, shares, ticksPerUnit, lastRow, closes, before }: Held, cash: number, at: number): number {
  let equity = cash;
  for (let index = 0; index < count; index++) {
    const row = lastRow[index]?.[at] ?? -1;
    const close = (row < 0 ? before[index] : closes[index]?.[row]) ?? Number.NaN;
    equity += (shares[index] ?? Number.NaN) * (close / (ticksPerUnit[index] ?? Number.NaN));
  }
  return equity;
}

function record(slots: Float64Array, equity: number): void {
  const peak = Math.max(slots[SLOT.equityPeak] ?? Number.NaN, equity);
  slots[SLOT.equity] = equity;
  slots[SLOT.equityPeak] = peak;
  slots[SLOT.maxDrawdown] = Math.max(slots[SLOT.maxDrawdown] ?? Number.NaN, 1 - equity / peak);
}

/** A condition of the account as the slots have it. It throws `KernelHalt` where a value on the way is not finite. */
function conditionOn(graph: Graph, run: RunValues, slots: Float64Array, root: NodeId): () => boolean {
  const read = (id: NodeId): Value => {
    const known = run[id];
    if (known !== undefined) return known;
    const node = nodeAt(graph, id);
    if (node.op === "account") return accountValue(slots, node.field, Number.NaN);
    return isElementwise(node) ? finite(applyElementwise(node, read), id, 0) : evaluateScalar(graph, id, read);
  };
  return () => read(root) === true;
}
