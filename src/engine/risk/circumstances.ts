/** What beside the account and the file's limits refuses opening orders (semantics 14.10), and what a person asks of a run (14.9). A backtest knows none of it. */
import type { SymbolId } from "../../graph/nodes.ts";
import type { Instant } from "../../values/quantity.ts";
import { flatten } from "../execution/closing.ts";
import { cancelOrders, workingOrders } from "../execution/orders.ts";
import { bookIn, type Engine } from "../state.ts";
import { opens } from "./gate.ts";

/** Changed from outside, between two events. */
export interface Circumstances {
  isKilled: boolean;
  /** Data may be missing, or old. */
  isFeedLost: boolean;
  /** For how long nothing has come from the feed, microseconds, as it was told last; 0 while it is not watched. */
  feedAge: number;
  /** What the broker has may be other than what the run knows. */
  isUnreconciled: boolean;
  isAccountBlocked: boolean;
  /** Null for all. */
  readonly allowedSymbols: ReadonlySet<SymbolId> | null;
  /** Whether the market has a session on the date of an instant; null where nobody asks. */
  readonly hasSession: ((time: Instant) => boolean) | null;
}

/** Refuses what opens from now on, and cancels what works to open. */
export function kill(engine: Engine): void {
  setKilled(engine, true);
  for (const order of workingOrders(engine)) {
    if (opens(order)) cancelOrders(engine, bookIn(engine, order.proposal.symbol), (each) => each === order);
  }
}

/** The same, and closes what is held. */
export function killAndFlatten(engine: Engine): void {
  setKilled(engine, true);
  for (const book of engine.books) flatten(engine, book, "kill");
}

/** Takes back a kill, and halts that last until a person ends them. */
export function resume(engine: Engine): void {
  setKilled(engine, false);
  engine.halts.forEach((until, line) => {
    if (until === "manual") engine.halts[line] = null;
  });
}

function setKilled({ gate: { circumstances } }: Engine, isKilled: boolean): void {
  if (circumstances === null) throw new Error("a backtest obeys nobody");
  circumstances.isKilled = isKilled;
}
