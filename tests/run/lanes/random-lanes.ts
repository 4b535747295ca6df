/**
 * Random graphs over several clocks and symbols, made from steps so that a failing case shrinks. Values of the universe are those that do not depend on
 * whose they are; every lane may read them.
 */
import fc from "fast-check";
import type { AcrossFunction, ClockId, GatherFunction, Graph, Node, NodeId, Rule, WindowFunction } from "../../../src/graph/nodes.ts";
import { graphBuilder } from "../../support/graph-builder.ts";
import { type Chooser, chooser, recent } from "../../support/random-pools.ts";
import { CLOCKS, frameOf } from "./worlds.ts";

const KINDS = ["elementwise", "delay", "window", "sample", "sample", "gather", "across", "across", "begins"] as const;

interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly picks: readonly number[];
}

export const stepsArbitrary: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), picks: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }) }),
  { minLength: 1, maxLength: 25 },
);

const WINDOWS: readonly WindowFunction[] = ["highest", "lowest", "sum", "mean"];
const GATHERS: readonly GatherFunction[] = ["first", "last", "sum", "mean", "highest", "lowest", "count"];
const TOTALS: readonly AcrossFunction[] = ["sum", "mean", "highest", "lowest", "count", "rank", "percent_rank"];

/** Numbers by clock; `universe` ones are in both. Optional ones are made certain at once: windows and groups read no others. Of the first clock they are kept, too. */
interface Pools {
  readonly optional: NodeId[];
  readonly symbol: readonly NodeId[][];
  readonly universe: readonly NodeId[][];
}

/** A graph with a hold on every clock for each of `traded` symbols, and legs on every clock, of the last values made. */
export function laneGraph(steps: readonly Step[], symbols: number, traded: number): Graph {
  const maker = makerOf(symbols, traded);
  for (const step of steps) grow(maker, step.kind, chooser(step.picks));
  const rules = CLOCKS.flatMap((_, clock) => rulesOn(maker, clock));
  return { ...graphBuilder().graph({ ...frameOf(symbols, traded), rules }), groups: maker.groups, nodes: maker.nodes };
}

type Maker = ReturnType<typeof makerOf>;

function makerOf(symbols: number, traded: number) {
  const nodes: Node[] = [];
  const ids = new Map<string, NodeId>();
  const add = (made: Node): NodeId => {
    const key = JSON.stringify(made);
    const id = ids.get(key) ?? nodes.push(made) - 1;
    ids.set(key, id);
    return id;
  };
  const number = { type: "number", optional: false } as const;
  const input = (field: "close" | "volume" | "session_bar", clock: ClockId): NodeId => add({ op: "input", field, clock, ...number });
  const pools: Pools = {
    optional: [],
    symbol: CLOCKS.map((_, clock) => [input("volume", clock), input("session_bar", clock), input("close", clock)]),
    universe: CLOCKS.map((_, clock) => [input("session_bar", clock)]),
  };
  const groups = [...frameOf(symbols, traded).groups, { name: "some", symbols: [...Array(symbols).keys()].filter((id) => id !== 1) }];
  const certain = (id: NodeId): NodeId => {
    const minus = add({ op: "constant", value: -1, ...number });
    return nodes[id]!.optional ? add({ op: "default", x: id, fallback: minus, ...number }) : id;
  };
  /** Keeps a number as it is read by rules, and in its certain form by all else. */
  const keep = (clock: ClockId, ofUniverse: boolean, id: NodeId): void => {
    if (clock === 0 && nodes[id]!.optional) pools.optional.push(id);
    pools.symbol[clock]!.push(certain(id));
    if (ofUniverse) pools.universe[clock]!.push(certain(id));
  };
  return { nodes, add, number, pools, groups, keep, symbols };
}

function grow(maker: Maker, kind: Step["kind"], pick: Chooser): void {
  const { add, number, pools, keep } = maker;
  const ofUniverse = pick.chance(3);
  const pool = ofUniverse ? pools.universe : pools.symbol;
  const clock = pick.below(CLOCKS.length);
  const x = recent(pool[clock]!, pick);
  switch (kind) {
    case "elementwise": {
      const fn = pick.of(["add", "sub", "min", "max"] as const);
      keep(clock, ofUniverse, add({ op: "binary", fn, a: x, b: recent(pool[clock]!, pick), ...number }));
      return;
    }
    case "delay": {
      const by = 1 + pick.below(3);
      keep(clock, ofUniverse, add({ op: "delay", x, by: add({ op: "constant", value: by, ...number }), max: by, ...number }));
      return;
    }
    case "window": {
      const max = 1 + pick.below(4);
      const length = add({ op: "constant", value: max, ...number });
      keep(clock, ofUniverse, add({ op: "window", fn: pick.of(WINDOWS), x, length, max, q: null, ...number }));
      return;
    }
    case "sample": {
      const reader = pick.below(clock + 1);
      if (pick.chance(2) && reader < clock) keep(reader, ofUniverse, add({ op: "sample", x, symbol: null, clock, ...number }));
      else {
        const own = recent(pools.symbol[clock]!, pick);
        keep(reader, true, add({ op: "sample", x: own, symbol: pick.below(maker.symbols), clock, ...number }));
      }
      return;
    }
    case "gather": {
      const slower = 1 + pick.below(CLOCKS.length - 1);
      const fn = pick.of(GATHERS);
      const optional = fn === "first" || fn === "last" ? pools.optional.at(-1) : undefined;
      const y = recent(pool[0]!, pick);
      const read = fn === "count" ? lower(maker, y, recent(pool[0]!, pick)) : (optional ?? y);
      const made = add({ op: "gather", fn, x: read, clock: slower, type: "number", optional: optional !== undefined });
      keep(slower, ofUniverse && optional === undefined, made);
      return;
    }
    case "across": {
      const fn = pick.of(TOTALS);
      const own = recent(pools.symbol[clock]!, pick);
      const read = fn === "count" ? lower(maker, own, recent(pools.symbol[clock]!, pick)) : own;
      const optional = fn !== "sum" && fn !== "count";
      const node: Node = { op: "across", fn, x: read, group: pick.below(maker.groups.length), type: "number", optional };
      keep(clock, fn !== "rank" && fn !== "percent_rank", add(node));
      return;
    }
    case "begins": {
      const faster = pick.below(CLOCKS.length - 1);
      const of = faster + 1 + pick.below(CLOCKS.length - 1 - faster);
      const begun = add({ op: "begins", of, clock: faster, type: "bool", optional: false });
      const one = add({ op: "constant", value: 1, ...number });
      keep(faster, ofUniverse, add({ op: "select", condition: begun, then: one, otherwise: recent(pool[faster]!, pick), ...number }));
      return;
    }
  }
}

function lower({ add }: Pick<Maker, "add">, a: NodeId, b: NodeId): NodeId {
  return add({ op: "binary", fn: "lt", a, b, type: "bool", optional: false });
}

function rulesOn(maker: Maker, clock: ClockId): readonly Rule[] {
  const { pools } = maker;
  const mine = pools.symbol[clock]!;
  const all = pools.universe[clock]!;
  const size = (amount: NodeId) => ({ kind: "shares" as const, amount, trim: false });
  const last = (pool: readonly NodeId[], back: number): NodeId => pool[Math.max(0, pool.length - 1 - back)]!;
  return [
    {
      kind: "hold",
      name: `hold_${clock}`,
      clock,
      when: lower(maker, last(mine, 1), last(mine, 2)),
      size: size(last(mine, 0)),
      short: true,
      entries: null,
    },
    {
      kind: "legs",
      name: `legs_${clock}`,
      clock,
      when: lower(maker, last(all, 0), last(all, 1)),
      legs: [{ symbol: 0, size: size(last(all, 0)) }],
      short: true,
      entries: null,
      within: 0,
    },
  ];
}
