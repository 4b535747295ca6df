/** A strategy of a live run between two inputs as plain data, and one that goes on from it, bit for bit. */
import type { Circumstances } from "../../engine/risk/circumstances.ts";
import { restoreEngine, type SavedEngine, saveEngine } from "../../engine/saved.ts";
import type { Venue } from "../../venue/venue.ts";
import type { Desk } from "../desks.ts";
import type { SavedPlacement } from "../lanes/placement.ts";
import { restoreShares, type SavedShares, saveShares } from "../lanes/share-actions.ts";
import type { Walk } from "../walk-state.ts";
import type { BrokerDesk } from "./broker-desk.ts";
import type { StrategyRun } from "./strategy.ts";

/** What a walk counts. */
const COUNTED = ["instants", "rows", "counted", "exposedInstants", "held", "first", "last", "wakes"] as const;
const CIRCUMSTANCES = ["isKilled", "isFeedLost", "feedAge", "isUnreconciled", "isAccountBlocked"] as const;
const DESK_COUNTED = ["start", "last", "counted", "exposedRows"] as const;

interface SavedDesk extends Pick<Desk, (typeof DESK_COUNTED)[number]> {
  readonly orders: ReturnType<Venue["save"]>;
  /** By clock. */
  readonly startRows: readonly (number | null)[];
}

export interface SavedStrategy {
  readonly engine: SavedEngine;
  readonly placement: SavedPlacement;
  /** By symbol. */
  readonly shares: readonly SavedShares[];
  readonly course: unknown;
  readonly walk: Pick<Walk, (typeof COUNTED)[number] | "sessionTime" | "sessionEquity">;
  readonly desks: readonly SavedDesk[];
  /** By clock, of rules with legs. */
  readonly universe: readonly (readonly number[] | null)[];
  readonly circumstances: Pick<Circumstances, (typeof CIRCUMSTANCES)[number]>;
  /** At a broker. */
  readonly orders: Pick<BrokerDesk, "orders" | "ids" | "ended"> | null;
}

export function saveStrategy({ walk, placement, shares, circumstances, desk: broker }: StrategyRun): SavedStrategy {
  const { engine, course, desks, universe, sessionTime, sessionEquity } = walk;
  return {
    engine: saveEngine(engine),
    placement: placement.save(),
    shares: shares.map(saveShares),
    course: course.save(),
    walk: { ...picked(walk, COUNTED), sessionTime, sessionEquity },
    desks: desks.map((desk) => ({
      ...picked(desk, DESK_COUNTED),
      orders: desk.venue.save(),
      startRows: desk.lanes.map((lane) => lane?.startRow ?? null),
    })),
    universe: universe.map((lane) => (lane === null ? null : Array.from(lane.startRows, (row) => row ?? Number.POSITIVE_INFINITY))),
    circumstances: picked(circumstances, CIRCUMSTANCES),
    orders: broker === null ? null : picked(broker, ["orders", "ids", "ended"]),
  };
}

function picked<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

/** Takes a strategy before its first instant to where the saved one was. */
export function restoreStrategy({ walk, placement, shares, circumstances, desk: broker }: StrategyRun, saved: SavedStrategy): void {
  const { sessionTime, sessionEquity, ...counted } = saved.walk;
  restoreEngine(walk.engine, saved.engine);
  placement.restore(saved.placement);
  shares.forEach((own, symbol) => {
    const known = saved.shares[symbol];
    if (known !== undefined) restoreShares(own, known);
  });
  walk.course.restore(saved.course);
  Object.assign(walk, counted);
  Object.assign(circumstances, saved.circumstances);
  for (const [id, order] of saved.orders?.orders ?? []) broker?.orders.set(id, order);
  for (const [clientId, id] of saved.orders?.ids ?? []) broker?.ids.set(clientId, id);
  for (const [clientId, order] of saved.orders?.ended ?? []) broker?.ended.set(clientId, order);
  for (const time of sessionTime) walk.sessionTime.push(time);
  for (const equity of sessionEquity) walk.sessionEquity.push(equity);
  walk.desks.forEach((desk, index) => {
    const known = saved.desks[index];
    if (known === undefined) throw new Error("a saved strategy with other symbols");
    const { orders, startRows, ...rest } = known;
    Object.assign(desk, rest, { isTouched: true });
    desk.venue.restore(orders);
    desk.lanes.forEach((lane, clock) => {
      if (lane !== null) lane.startRow = startRows[clock] ?? Number.NaN;
    });
  });
  walk.universe.forEach((lane, clock) => {
    lane?.startRows.push(...(saved.universe[clock] ?? []));
  });
}
