/** Trailing stops (semantics 3.15): the best price since the entry, and the stop that follows it from close to close. */
import type { Price } from "../../values/quantity.ts";
import type { Engine } from "../state.ts";
import { moveStop } from "./children.ts";
import { closesNow } from "./closing.ts";
import { stopAt } from "./prices.ts";

/** Takes the row's extremes into the trade's peak and moves the stop after it, unless an order that closes it fills at the next open anyway. */
export function trail(engine: Engine, high: Price, low: Price): void {
  const { holding, mark } = engine;
  if (holding === null || mark.row < holding.peakFrom) return;
  const { side, plan } = holding;
  const best = side === "buy" ? high : low;
  const peak = best > holding.peak === (side === "buy") ? best : holding.peak;
  engine.holding = { ...holding, peak };
  if (plan.trail === null || engine.working.some(({ proposal }) => closesNow(proposal))) return;
  const origin = { row: mark.row, time: mark.time, from: mark.row + 1, reference: mark.close };
  moveStop(engine, origin, stopAt(engine, plan.trail, side, engine.holding));
}
