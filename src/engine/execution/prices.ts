/** Prices of orders: from expressions in currency to ticks, each rounded so that no order is earlier or dearer than asked (semantics 6.2). */
import { evaluateScalar, type Value } from "../../graph/evaluate.ts";
import type { NodeId, OrderForm } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { opposite, type Side } from "../../market/order.ts";
import { orderPrice } from "../../values/border.ts";
import type { Price, Scale } from "../../values/quantity.ts";
import type { Firing } from "../risk/gate.ts";
import { NO_TARGETS, type Plan, type PriceExpression, type Terms } from "../risk/proposal.ts";
import type { Book, Engine } from "../state.ts";

const DAY: OrderForm["tif"] = { kind: "day" };

/** A market order in a symbol decided at the mark: it bears the symbol's last row, and works from its next on. */
export function marketTerms({ mark }: Engine, { symbol, row, close }: Book, side: Side, tif: OrderForm["tif"] = DAY): Terms {
  return { symbol, row, time: mark.time, from: row + 1, side, type: "market", tif, price: null, limit: null, reference: close };
}

/** What an order is to be: its form and the prices that its rule said, on which side, and whether it opens something. */
interface Wish {
  readonly form: OrderForm;
  readonly prices: Firing["prices"];
  readonly side: Side;
  readonly opens: boolean;
}

/**
 * An order in a symbol decided at the mark; null where a price that it needs has no value. A stop that `opens` is rounded away from the market, one that
 * closes toward it.
 */
export function orderTerms(engine: Engine, book: Book, { form, prices: { stop, limit }, side, opens }: Wish): Terms | null {
  const market = marketTerms(engine, book, side, form.tif);
  if (form.type === "market") return market;
  const { scale } = book.money;
  const terms = { ...market, type: form.type };
  const stopTicks = stop === null ? null : orderPrice(stop, scale, opens === (side === "buy") ? "up" : "down");
  const limitTicks = limit === null ? null : limitPrice(scale, limit, side);
  switch (form.type) {
    case "limit":
      return limitTicks === null ? null : { ...terms, price: limitTicks, reference: limitTicks };
    case "stop":
      return stopTicks === null ? null : { ...terms, price: stopTicks, reference: stopTicks };
    case "stop_limit":
      return stopTicks === null || limitTicks === null ? null : { ...terms, price: stopTicks, limit: limitTicks, reference: limitTicks };
  }
}

function limitPrice(scale: Scale, value: number, side: Side): Price {
  return orderPrice(value, scale, side === "buy" ? "down" : "up");
}

/** What the trade's prices are, for an expression that reads them: averages in currency, the peak in ticks. */
export interface TradePrices {
  readonly fill: number;
  readonly peak: Price;
  readonly lastFill: number;
}

/** All prices of a trade where it begins. */
export function atFill({ money }: Book, price: Price): TradePrices {
  const fill = price / money.scale.ticksPerUnit;
  return { fill, peak: price, lastFill: fill };
}

/** The value of a price in currency, evaluated in the shares in which it was decided; null where it has none. */
function evaluated({ graph, money }: Book, price: PriceExpression, { fill, peak, lastFill }: TradePrices): number | null {
  const { node, row, kept, shares } = price;
  const known = (id: NodeId): Value | undefined => {
    const { op } = nodeAt(graph, id);
    if (op === "fill") return fill * shares;
    if (op === "peak") return (peak / money.scale.ticksPerUnit) * shares;
    return op === "last_fill" ? lastFill * shares : kept.get(id);
  };
  const value = evaluateScalar(graph, node, known, row);
  if (typeof value === "boolean") throw new Error("a price that is a bool");
  return value === null ? null : value / shares;
}

/** The price of a stop that closes a trade of `side`, rounded toward the market; null where the expression has no value. */
export function stopAt(book: Book, expression: PriceExpression, side: Side, prices: TradePrices): Price | null {
  const value = evaluated(book, expression, prices);
  return value === null ? null : orderPrice(value, book.money.scale, side === "buy" ? "up" : "down");
}

/** The price of a target of a trade of `side`, as a limit; null where the expression has no value. */
export function targetAt(book: Book, expression: PriceExpression, side: Side, prices: TradePrices): Price | null {
  const value = evaluated(book, expression, prices);
  return value === null ? null : limitPrice(book.money.scale, value, opposite(side));
}

/** The prices of all targets of a trade of `side`; null where one has no value. */
export function targetPrices(book: Book, { targets }: Plan, side: Side, prices: TradePrices): readonly Price[] | null {
  if (targets.length === 0) return NO_TARGETS;
  const values = targets.map(({ at }) => targetAt(book, at, side, prices)).filter((target) => target !== null);
  return values.length === targets.length ? values : null;
}

/** The price at which a trade of `side` begins to be protected: the tighter one of its stop and its trail. */
export function firstStop(book: Book, { stop, trail }: Plan, side: Side, prices: TradePrices): Price | null {
  if (stop === null && trail === null) return null;
  const [declared, trailing] = [stop, trail].map((expression) => (expression === null ? null : stopAt(book, expression, side, prices)));
  return tighter(side, declared ?? null, trailing ?? null);
}

/** Of two stops of a trade of `side` the one nearer to the market; null is none. */
export function tighter(side: Side, a: Price | null, b: Price | null): Price | null {
  if (a === null || b === null) return a ?? b;
  return a > b === (side === "buy") ? a : b;
}
