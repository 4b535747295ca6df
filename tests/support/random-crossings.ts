/** Nodes that read other lanes, for random graphs of two symbols and two clocks, and what a host might give for them. */
import fc from "fast-check";
import { intervals } from "../../src/graph/intervals.ts";
import { isCrossing } from "../../src/graph/kinds.ts";
import type { Graph, NodeId } from "../../src/graph/nodes.ts";
import { anyBool, anyNumber, type Chooser, chooser, type Maker, recent } from "./random-pools.ts";

const [BAR, DAY] = [0, 1];
const OTHER = 1;

/** Beside the nodes: the second symbol is only read, and only one group has it. */
export const LANE_PARTS = {
  symbols: [
    { name: "TEST", trades: true },
    { name: "OTHER", trades: false },
  ],
  groups: [
    { name: "universe", symbols: [0] },
    { name: "both", symbols: [0, 1] },
    { name: "others", symbols: [1] },
  ],
  clocks: [
    { name: "bar", width: 300_000_000, of: null, regularOnly: false, shortLast: false },
    { name: "day", width: 86_400_000_000, of: 0, regularOnly: false, shortLast: false },
  ],
} as const satisfies Partial<Graph>;

/** A value on the first clock that comes from elsewhere, or what is of the run for a symbol. */
export function crossing(maker: Maker, pick: Chooser): NodeId {
  const { build, pools } = maker;
  const any = (): NodeId => (pick.chance(3) ? anyBool(maker, pick) : anyNumber(maker, pick));
  const daily = (): NodeId =>
    pick.of([
      () => build.input(pick.of(["open", "close", "volume", "session_weekday"] as const), DAY),
      () => build.binary("lt", build.input("open", DAY), build.input("close", DAY)),
      () => build.gather(pick.of(["first", "last"] as const), any(), DAY),
      () => build.gather(pick.of(["sum", "mean", "highest", "lowest"] as const), recent(pools.numbers, pick), DAY),
      () => build.gather("count", recent(pools.bools, pick), DAY),
    ])();
  return pick.of([
    () => build.sample(any(), OTHER, BAR),
    () => build.sample(daily(), pick.of([null, OTHER]), DAY),
    () => build.sample(daily(), pick.of([null, OTHER]), DAY),
    () => build.across(pick.of(["rank", "percent_rank", "sum", "mean", "highest", "lowest"] as const), recent(pools.numbers, pick), 1),
    () => build.across("count", recent(pools.bools, pick), pick.below(3)),
    () => build.begins(DAY, BAR),
    () => build.member(pick.below(3)),
  ])();
}

/** A given column over the whole run, whatever the chunks. */
export interface GivenRun {
  readonly values: Float64Array;
  readonly readyRow: number;
}

/** What columns are made of, for nodes that are known later. */
export const randomNoise: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(0xffff), { minLength: 30, maxLength: 60 });

const NUMBERS = [0, -0, 1, 1, 2, -2.5, 0.1, 3.75, 100, 1e-9, 7e5, -1e6, 1e30];
const READY_ROWS = [0, 0, 1, 2, 7, 20, 45, Number.POSITIVE_INFINITY];

/** Columns for these nodes: values inside their intervals, none where they are optional, now and then. */
export function givenRuns(graph: Graph, nodes: readonly NodeId[], rows: number, noise: readonly number[]): ReadonlyMap<NodeId, GivenRun> {
  const range = intervals(graph);
  return new Map(
    nodes.map((id, i) => {
      const pick = chooser([...noise.slice(i % noise.length), ...noise]);
      const node = graph.nodes[id]!;
      const { type, optional } = node;
      /** Of what is evaluated elsewhere, a kernel may know that it is never −0. */
      const zero = isCrossing(node) ? -0 : 0;
      const { low, high } = range[id]!;
      const value = (): number => {
        if (optional && pick.chance(4)) return Number.NaN;
        return type === "bool" ? pick.below(2) : Math.min(high, Math.max(low, pick.of(NUMBERS))) + zero;
      };
      const drawn = pick.of(READY_ROWS);
      return [id, { values: Float64Array.from({ length: rows }, value), readyRow: drawn < rows ? drawn : Number.POSITIVE_INFINITY }];
    }),
  );
}
