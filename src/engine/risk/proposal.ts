/** An order as a rule wants it, before the gate has seen it. */
import type { Value } from "../../graph/evaluate.ts";
import type { NodeId, SymbolId, TimeInForce } from "../../graph/nodes.ts";
import type { OrderKind, OrderType, Side } from "../../market/order.ts";
import type { Instant, Price, Quantity } from "../../values/quantity.ts";

/** A price in currency that follows from those of the trade, as a node of the graph with the values of all else that it reads: plain data. */
export interface PriceExpression {
  readonly node: NodeId;
  /** The row on which it was decided. */
  readonly row: number;
  readonly kept: ReadonlyMap<NodeId, Value>;
  /** How many of today's shares one of that row has become (semantics 13.5); 1 without a split since. */
  readonly shares: number;
}

/** What an entry says of the orders that protect and end its trade, as of its deciding row. */
export interface Plan {
  readonly stop: PriceExpression | null;
  readonly trail: PriceExpression | null;
  readonly targets: readonly {
    readonly part: number | null;
    readonly at: PriceExpression;
    readonly thenStop: PriceExpression | null;
  }[];
  /** The values that `at_entry` keeps from the trade's first decision, by node. */
  readonly atEntry: ReadonlyMap<NodeId, Value>;
}

export interface Proposal {
  readonly symbol: SymbolId;
  /** The deciding row and its end; of an order that a fill leads to, those of the fill. */
  readonly row: number;
  readonly time: Instant;
  /** The first row on which it may fill. */
  readonly from: number;
  /** Index of the rule in the graph whose trade this order serves; null for what is no trade's: a hold, a flatten. */
  readonly trade: number | null;
  /** The rule's name; for a flatten the risk measure that fired, or "session". */
  readonly source: string;
  readonly kind: OrderKind;
  readonly side: Side;
  readonly type: OrderType;
  readonly tif: TimeInForce;
  /** What sizes and limits are reckoned at (semantics 3.8); for a stop or a target the price of the fill. */
  readonly reference: Price;
  /** The limit of a limit order, the stop of the others; null for a market order, and where its expression has no value. */
  readonly price: Price | null;
  /** Of a stop_limit; null for all others. */
  readonly limit: Price | null;
  /** As asked for. */
  readonly quantity: Quantity;
  /** The part that only lowers |position|; the rest opens. */
  readonly reducing: Quantity;
  /** Whether the opening part may be lowered to the room left. */
  readonly trim: boolean;
  /** The declared stop of an entry (with `trail` the tighter of both) and its targets, evaluated at the reference. */
  readonly stop: Price | null;
  readonly targets: readonly Price[];
  /** Of an entry or an add. */
  readonly plan: Plan | null;
  /** Which target of the plan this order is; null for all others. */
  readonly target: number | null;
  /** A limit order that expires where it would fill on arrival (semantics 12.7). */
  readonly postOnly: boolean;
}

/** What an order is, before how much and what for. */
export type Terms = Pick<Proposal, "symbol" | "row" | "time" | "from" | "side" | "type" | "tif" | "price" | "limit" | "reference">;

/** How much an order is for, and what for. */
type Purpose = Pick<Proposal, "trade" | "source" | "kind" | "quantity" | "reducing"> &
  Partial<Pick<Proposal, "trim" | "stop" | "targets" | "plan" | "target" | "postOnly">>;

export const NO_TARGETS: Proposal["targets"] = [];

/** The order of these terms for this purpose: all proposals are made here, in one shape. */
export function proposalOf(terms: Terms, purpose: Purpose): Proposal {
  const { symbol, row, time, from, side, type, tif, reference, price, limit } = terms;
  const { trade, source, kind, quantity, reducing, trim = false } = purpose;
  const { stop = null, targets = NO_TARGETS, plan = null, target = null, postOnly = false } = purpose;
  return {
    symbol,
    row,
    time,
    from,
    trade,
    source,
    kind,
    side,
    type,
    tif,
    reference,
    price,
    limit,
    quantity,
    reducing,
    trim,
    stop,
    targets,
    plan,
    target,
    postOnly,
  };
}

/** Whether an order fills at the next open (with `market: close`, at once), whatever the price: one that may wait does not. */
export function isImmediate({ type, tif }: Pick<Proposal, "type" | "tif">): boolean {
  return type === "market" && tif.kind !== "opg" && tif.kind !== "cls";
}

/** Whether an order can do no more than lower |position|: a target of nothing too. */
export function onlyReduces({ kind, quantity, reducing }: Pick<Proposal, "kind" | "quantity" | "reducing">): boolean {
  return kind === "target" || (reducing > 0 && quantity === reducing);
}
