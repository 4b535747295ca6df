/** Closing what is held by a market order: exits and flattens. The stop goes only when the closing order stands. */
import { lots } from "../../values/quantity.ts";
import type { Signal } from "../risk/gate.ts";
import type { Engine } from "../state.ts";
import { cancelOrders, conclude, moveTrade, propose } from "./orders.ts";

/** Ends the open trade: its stop is cancelled, the whole position goes by a market order (semantics 3.5). */
export function closeTrade(engine: Engine, source: string): void {
  close(engine, "exit", source);
}

/** Cancels what works and closes what is held; a closing order that works already stays and is enough (semantics 3.12, 4.7). */
export function flatten(engine: Engine, source: string): void {
  const closing = engine.working.some(({ proposal }) => closes(proposal));
  if (closing || engine.ledger.position === 0) cancelOrders(engine, ({ proposal }) => !closes(proposal));
  else close(engine, "flatten", source);
}

function closes({ kind }: Signal<"validated">): boolean {
  return kind === "exit" || kind === "flatten";
}

function close(engine: Engine, kind: "exit" | "flatten", source: string): void {
  const { position } = engine.ledger;
  const { row, time, close: reference } = engine.mark;
  const quantity = lots(Math.abs(position));
  const verdict = propose(engine, {
    row,
    time,
    trade: engine.trade.rule,
    source,
    kind,
    side: position > 0 ? "sell" : "buy",
    type: "market",
    reference,
    price: null,
    quantity,
    reducing: quantity,
    trim: false,
    stop: null,
    stopExpression: null,
  });
  if (verdict.status === "approved") {
    cancelOrders(engine, () => true);
    if (engine.trade.state === "open") moveTrade(engine, "closing");
  }
  conclude(engine, verdict);
}
