/**
 * At which price an order fills on an event of quotes, trades or the book (semantics 12.6). An event has a price for buys and one for sells; nothing lies
 * inside it, so all that fills on it fills at its open.
 */
import type { Simulation } from "../graph/nodes.ts";
import type { EventKind } from "../market/bars.ts";
import type { Side } from "../market/order.ts";
import type { Price } from "../values/quantity.ts";
import { type Bar, priceOf } from "./bar.ts";
import { isWithin, type Matching, present, type Resting, reaches, triggered } from "./quotes.ts";

/** What a market order of a side meets: the ask or the bid; of a trade both are its price. */
function met(bar: Bar, side: Side): Price {
  return priceOf(bar, side === "buy" ? bar.columns.low : bar.columns.high);
}

/** Whether a limit is crossed: by what is beyond it or, with `takesTouch`, at it. */
function isCrossed(takesTouch: boolean, side: Side, price: Price, limit: Price): boolean {
  return isWithin(side, price, limit) && (takesTouch || price !== limit);
}

/** A limit order fills where it arrives at the event's own price, later at its limit. */
function atLimit(takesTouch: boolean, bar: Bar, side: Side, limit: Price, arrives: boolean): Price | null {
  const price = met(bar, side);
  if (!isCrossed(takesTouch, side, price, limit)) return null;
  return arrives ? price : limit;
}

function atEvent(takesTouch: boolean, resting: Resting, bar: Bar): Price | null {
  const { side, type, tif, price, limit, from } = resting.order.proposal;
  if (bar.row < from || tif.kind === "cls" || (tif.kind === "opg" && !bar.beginsSession)) return null;
  const here = met(bar, side);
  switch (type) {
    case "market":
      return here;
    case "limit":
      return atLimit(takesTouch, bar, side, present(price), bar.row === from);
    case "stop":
      if (resting.reachedFrom !== null) return bar.row >= resting.reachedFrom ? here : null;
      return reaches(side, here, present(price)) ? here : null;
    case "stop_limit":
      if (resting.reachedFrom !== null)
        return bar.row >= resting.reachedFrom ? atLimit(takesTouch, bar, side, present(limit), false) : null;
      return reaches(side, here, present(price)) ? triggered(resting, bar, here) : null;
  }
}

/** How orders meet events of a kind. */
export function eventMatching(kind: EventKind, limits: Simulation["limit"]): Matching {
  const takesTouch = kind !== "trades" || limits === "touch";
  return {
    atOpen: (resting, bar) => atEvent(takesTouch, resting, bar),
    hasInside: false,
    closeFor: met,
    takesOnArrival: ({ order: { proposal } }, bar) => {
      const { side, price, from, postOnly } = proposal;
      return postOnly && bar.row === from && price !== null && isCrossed(takesTouch, side, met(bar, side), price);
    },
    waitsForStops: true,
  };
}
