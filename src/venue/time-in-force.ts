/** How long orders work (semantics 3.13): when one is over, and on which rows the market must be asked about those that wait. */
import { isImmediate, type Proposal } from "../engine/risk/proposal.ts";
import type { Bar } from "./bar.ts";
import type { Resting } from "./quotes.ts";

/** The course of a row. */
export type Turn = "begin" | "open" | "afterOpen" | "inside" | "afterInside" | "close" | "afterClose";

/** Whether the time of an order that has not filled is over at this turn of a row. */
export function isOver({ order, from: arrival }: Resting, bar: Bar, turn: Turn): boolean {
  const { tif, from, time } = order.proposal;
  switch (tif.kind) {
    case "gtc":
      return false;
    case "day":
      return turn === "begin" && bar.beginsSession && bar.row > from;
    case "ioc":
    case "fok":
      return turn === "afterOpen" && bar.place >= arrival;
    case "opg":
      return turn === "afterOpen" && bar.beginsSession && bar.row >= from;
    case "bars":
      return turn === "afterInside" && bar.row >= from + tif.count - 1;
    case "microseconds":
      return (turn === "begin" && bar.begin > time + tif.count) || (turn === "afterOpen" && bar.time > time + tif.count);
    case "cls":
      return turn === "afterClose" && bar.endsSession && bar.row >= from;
  }
}

/** The last row on which an order waits that waits for rows alone. */
function lastRow({ tif, from }: Proposal): number {
  switch (tif.kind) {
    case "gtc":
    case "day":
    case "opg":
      return Number.POSITIVE_INFINITY;
    case "ioc":
    case "fok":
    case "cls":
      return from;
    case "bars":
      return from + tif.count - 1;
    case "microseconds":
      return 0;
  }
}

/** When something may happen to a waiting order. A wake too many costs time, one too few would be a wrong result. */
export interface Wake {
  /** On a row whose low is at or below the first, or whose high is at or above the second. */
  readonly below: number;
  readonly above: number;
  /** On this row and all after it. */
  readonly row: number;
  /** Where a session begins. */
  readonly session: boolean;
}

const NEVER: Wake = { below: Number.NEGATIVE_INFINITY, above: Number.POSITIVE_INFINITY, row: Number.POSITIVE_INFINITY, session: false };
const ALWAYS: Wake = { ...NEVER, row: 0 };

/** Whether it fills at the next open, whatever the price. */
function isMarket({ order: { proposal }, reachedFrom }: Resting): boolean {
  return isImmediate(proposal) || (proposal.type === "stop" && reachedFrom !== null);
}

function isStop({ order, reachedFrom }: Resting): boolean {
  return reachedFrom === null && (order.proposal.type === "stop" || order.proposal.type === "stop_limit");
}

export function wakeOf(orders: readonly Resting[], waitsForStops: boolean): Wake {
  if (orders.length === 0) return NEVER;
  if (orders.some((resting) => isMarket(resting) || (waitsForStops && isStop(resting)))) return ALWAYS;
  let { below, above, row, session } = NEVER;
  for (const { order, reachedFrom } of orders) {
    const { proposal } = order;
    row = Math.min(row, lastRow(proposal));
    session ||= proposal.tif.kind === "day" || proposal.tif.kind === "opg";
    const { side, type, price, limit } = proposal;
    const asLimit = type === "limit" || reachedFrom !== null;
    const awaited = reachedFrom === null ? price : limit;
    if (awaited === null) continue;
    if ((side === "buy") === asLimit) below = Math.max(below, awaited);
    else above = Math.min(above, awaited);
  }
  return { below, above, row, session };
}
