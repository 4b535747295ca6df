/** Halts: what a monitor does when its limit is exceeded, and when that ends (semantics 4.7, 2.1). They are of the account. */
import { flatten } from "../execution/closing.ts";
import { cancelOrders, workingOrders } from "../execution/orders.ts";
import { bookIn, type Engine } from "../state.ts";
import { opens } from "./gate.ts";

/** Carries out the action of risk line `line`, unless it halts already. */
export function fireMonitor(engine: Engine, line: number): void {
  const limit = engine.graph.risk[line];
  if (limit === undefined || limit.monitor === null) throw new Error(`risk line ${line} is no monitor`);
  if (engine.halts[line] !== null) return;
  const { action, until } = limit.monitor;
  engine.halts[line] = until;
  engine.log.halt(limit.measure, action, engine.books[0]?.row ?? -1, engine.mark.time);
  switch (action) {
    case "no_entries":
      break;
    case "cancel":
      for (const book of engine.books) book.reversal = null;
      for (const order of workingOrders(engine)) {
        if (opens(order)) cancelOrders(engine, bookIn(engine, order.proposal.symbol), (each) => each === order);
      }
      break;
    case "flatten":
      for (const book of engine.books) flatten(engine, book, limit.measure);
      break;
  }
}

/** Ends the halts that last until the next session. */
export function endSessionHalts(engine: Engine): void {
  engine.halts.forEach((until, line) => {
    if (until === "next_session") engine.halts[line] = null;
  });
}
