/** Protective stops: placed at the entry's fill, cancelled by what else ends the trade (semantics 3.9, 3.5). */
import { type Fill, opposite } from "../../market/order.ts";
import { stopPrice } from "../../values/border.ts";
import type { Price } from "../../values/quantity.ts";
import type { Signal } from "../risk/gate.ts";
import type { StopExpression } from "../risk/proposal.ts";
import type { Engine } from "../state.ts";
import { conclude, propose } from "./orders.ts";

/** The stop's price for an entry of `side` filled at `fill`, in ticks rounded toward the market; null where the expression has no value. */
export function stopAt(engine: Engine, expression: StopExpression, side: "buy" | "sell", fill: Price): Price | null {
  const { scale } = engine.money;
  const value = expression(fill / scale.ticksPerUnit);
  return value === null ? null : stopPrice(value, scale, opposite(side));
}

/** Places the stop of an entry that has just been filled. One that the gate refuses leaves the trade without. */
export function placeStop(engine: Engine, entry: Signal<"approved">, fill: Fill): void {
  const { proposal } = entry;
  if (proposal.stopExpression === null) return;
  const verdict = propose(engine, {
    row: fill.row,
    time: fill.time,
    trade: proposal.trade,
    source: proposal.source,
    kind: "stop",
    side: opposite(fill.side),
    type: "stop",
    reference: fill.price,
    price: stopAt(engine, proposal.stopExpression, fill.side, fill.price),
    quantity: fill.quantity,
    reducing: fill.quantity,
    trim: false,
    stop: null,
    stopExpression: null,
  });
  conclude(engine, verdict);
}
