/** Prices of orders: from expressions in currency to ticks, each rounded so that no order is earlier or dearer than asked (semantics 6.2). */
import type { OrderForm } from "../../graph/nodes.ts";
import { opposite, type Side } from "../../market/order.ts";
import { orderPrice } from "../../values/border.ts";
import type { Price } from "../../values/quantity.ts";
import type { Firing } from "../risk/gate.ts";
import { NO_TARGETS, type Plan, type PriceExpression, type Terms } from "../risk/proposal.ts";
import type { Engine } from "../state.ts";

const DAY: OrderForm["tif"] = { kind: "day" };

/** A market order decided on the marked row. */
export function marketTerms({ mark: { row, time, close } }: Engine, side: Side, tif: OrderForm["tif"] = DAY): Terms {
  return { row, time, from: row + 1, side, type: "market", tif, price: null, limit: null, reference: close };
}

/**
 * The order of this form decided on the marked row; null where a price that it needs has no value. A stop that `opens` is rounded away from the
 * market, one that closes toward it.
 */
export function orderTerms(engine: Engine, form: OrderForm, side: Side, opens: boolean, { stop, limit }: Firing["prices"]): Terms | null {
  const market = marketTerms(engine, side, form.tif);
  if (form.type === "market") return market;
  const { scale } = engine.money;
  const terms = { ...market, type: form.type };
  const stopTicks = stop === null ? null : orderPrice(stop, scale, opens === (side === "buy") ? "up" : "down");
  const limitTicks = limit === null ? null : limitPrice(engine, limit, side);
  switch (form.type) {
    case "limit":
      return limitTicks === null ? null : { ...terms, price: limitTicks, reference: limitTicks };
    case "stop":
      return stopTicks === null ? null : { ...terms, price: stopTicks, reference: stopTicks };
    case "stop_limit":
      return stopTicks === null || limitTicks === null ? null : { ...terms, price: stopTicks, limit: limitTicks, reference: limitTicks };
  }
}

function limitPrice(engine: Engine, value: number, side: Side): Price {
  return orderPrice(value, engine.money.scale, side === "buy" ? "down" : "up");
}

/** What the trade's prices are, in ticks, for an expression that reads them in currency. */
export interface TradeTicks {
  readonly fill: Price;
  readonly peak: Price;
  readonly lastFill: Price;
}

/** All prices of a trade where it begins. */
export function atFill(fill: Price): TradeTicks {
  return { fill, peak: fill, lastFill: fill };
}

function evaluated(engine: Engine, expression: PriceExpression, { fill, peak, lastFill }: TradeTicks): number | null {
  const { ticksPerUnit } = engine.money.scale;
  return expression({ fill: fill / ticksPerUnit, peak: peak / ticksPerUnit, lastFill: lastFill / ticksPerUnit });
}

/** The price of a stop that closes a trade of `side`, rounded toward the market; null where the expression has no value. */
export function stopAt(engine: Engine, expression: PriceExpression, side: Side, prices: TradeTicks): Price | null {
  const value = evaluated(engine, expression, prices);
  return value === null ? null : orderPrice(value, engine.money.scale, side === "buy" ? "up" : "down");
}

/** The price of a target of a trade of `side`, as a limit; null where the expression has no value. */
export function targetAt(engine: Engine, expression: PriceExpression, side: Side, prices: TradeTicks): Price | null {
  const value = evaluated(engine, expression, prices);
  return value === null ? null : limitPrice(engine, value, opposite(side));
}

/** The prices of all targets of a trade of `side`; null where one has no value. */
export function targetPrices(engine: Engine, { targets }: Plan, side: Side, prices: TradeTicks): readonly Price[] | null {
  if (targets.length === 0) return NO_TARGETS;
  const values = targets.map(({ at }) => targetAt(engine, at, side, prices)).filter((target) => target !== null);
  return values.length === targets.length ? values : null;
}

/** The price at which a trade of `side` begins to be protected: the tighter one of its stop and its trail. */
export function firstStop(engine: Engine, { stop, trail }: Plan, side: Side, prices: TradeTicks): Price | null {
  if (stop === null && trail === null) return null;
  const [declared, trailing] = [stop, trail].map((expression) => (expression === null ? null : stopAt(engine, expression, side, prices)));
  return tighter(side, declared ?? null, trailing ?? null);
}

/** Of two stops of a trade of `side` the one nearer to the market; null is none. */
export function tighter(side: Side, a: Price | null, b: Price | null): Price | null {
  if (a === null || b === null) return a ?? b;
  return a > b === (side === "buy") ? a : b;
}
