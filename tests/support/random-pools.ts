/** What random graphs are grown from: the values made so far, by what may use them, and the choices among them. */
import type { NodeId } from "../../src/graph/nodes.ts";
import { INPUT_FIELDS } from "../../src/market/bars.ts";
import { type GraphBuilder, graphBuilder } from "./graph-builder.ts";

/** A value that is not clamped may leave the numbers and halt the run; one in this many is not. */
export const WILD_SHARE = 12;
const CLAMP = 1e6;

/** Takes choices from a step's picks, round and round. */
export type Chooser = ReturnType<typeof chooser>;

export function chooser(picks: readonly number[]) {
  let next = 0;
  const below = (bound: number): number => picks[next++ % picks.length]! % bound;
  return { below, of: <T>(items: readonly T[]): T => items[below(items.length)]!, chance: (share: number): boolean => below(share) === 0 };
}

/** What the steps made so far, by what may use it. Nothing inside a reduction or a recursion is here. */
interface Pools {
  readonly numbers: NodeId[];
  readonly optionalNumbers: NodeId[];
  readonly bools: NodeId[];
  readonly optionalBools: NodeId[];
  readonly accountNumbers: NodeId[];
  readonly accountBools: NodeId[];
}

export interface Maker {
  readonly build: GraphBuilder;
  readonly pools: Pools;
}

export function start(): Maker {
  const build = graphBuilder();
  const pools: Pools = {
    numbers: [...INPUT_FIELDS.map((field) => build.input(field)), build.number(1)],
    optionalNumbers: [build.binary("div", build.input("close"), build.input("volume"))],
    bools: [build.binary("lt", build.input("open"), build.input("close")), build.bool(true)],
    optionalBools: [],
    accountNumbers: [build.account("position"), build.account("entry_price")],
    accountBools: [],
  };
  pools.optionalBools.push(build.binary("lt", pools.optionalNumbers[0]!, build.number(1)));
  pools.accountBools.push(build.binary("lt", build.account("entry_price"), build.input("close")));
  return { build, pools };
}

export function anyNumber({ pools }: Maker, pick: Chooser): NodeId {
  return pick.chance(5) ? pick.of(pools.optionalNumbers) : recent(pools.numbers, pick);
}

export function anyBool({ pools }: Maker, pick: Chooser): NodeId {
  return pick.chance(4) ? pick.of(pools.optionalBools) : recent(pools.bools, pick);
}

/** Prefers what was made last, so that graphs grow deep. */
export function recent(pool: readonly NodeId[], pick: Chooser): NodeId {
  const back = pick.chance(2) ? pick.below(Math.min(4, pool.length)) : pick.below(pool.length);
  return pool[pool.length - 1 - back]!;
}

export function keep({ build, pools }: Maker, id: NodeId): void {
  const { type, optional } = build.node(id);
  if (type === "number") (optional ? pools.optionalNumbers : pools.numbers).push(id);
  else (optional ? pools.optionalBools : pools.bools).push(id);
}

/** Keeps a number that may be large, mostly cut to ±CLAMP. */
export function keepClamped(maker: Maker, pick: Chooser, id: NodeId): void {
  keep(maker, pick.chance(WILD_SHARE) ? id : clamped(maker.build, id));
}

export function clamped(build: GraphBuilder, id: NodeId): NodeId {
  return build.binary("min", build.binary("max", id, build.number(-CLAMP)), build.number(CLAMP));
}
