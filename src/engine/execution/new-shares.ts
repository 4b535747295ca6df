/** Trades and working orders in new shares after a split (semantics 13.5, 13.6). Where something must be rounded, no order is earlier, dearer or for more. */
import type { Value } from "../../graph/evaluate.ts";
import type { Graph, NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { carriedOver } from "../../ledger/actions.ts";
import type { Side } from "../../market/order.ts";
import { lots, type Price, type Quantity, ticks } from "../../values/quantity.ts";
import { inverse, productDown, productNearest, productUp, type Ratio, ratioNumber } from "../../values/ratio.ts";
import { pow } from "../../values/transcendental.ts";
import { rescaled, type Signal } from "../risk/gate.ts";
import { isImmediate, type Plan, type PriceExpression, type Proposal } from "../risk/proposal.ts";
import { type Book, tradeOf } from "../state.ts";
import type { Holding, Trade } from "../trade.ts";

type Order = Signal<"approved">;

/** A price in new shares, to the nearest tick. */
export function leastTick(price: Price, shares: Ratio): Price {
  return ticks(Math.max(1, productNearest(price, inverse(shares))));
}

/** Puts what the trades of a symbol hold and keep into new shares; their lots add up to those of the position. Gives those that hold nothing any more. */
export function rescaleTrades({ graph, trades }: Book, shares: Ratio): readonly Trade[] {
  const ended: Trade[] = [];
  let [before, after] = [0, 0];
  for (const trade of trades) {
    if (trade.holding === null) continue;
    before += trade.held;
    trade.held = lots(carriedOver(before, shares) - after);
    after += trade.held;
    trade.holding = holdingInNewShares(graph, trade.holding, shares);
    if (trade.held === 0) ended.push(trade);
  }
  return ended;
}

function holdingInNewShares(graph: Graph, holding: Holding, shares: Ratio): Holding {
  const factor = ratioNumber(shares);
  return {
    ...holding,
    plan: planInNewShares(graph, holding.plan, factor),
    fill: holding.fill / factor,
    lastFill: holding.lastFill / factor,
    peak: leastTick(holding.peak, shares),
    stop: holding.stop === null ? null : oneWay(holding.stop, shares, holding.side === "buy" ? "up" : "down"),
  };
}

/** Prices stay in the shares in which they were decided, and say so; kept values are rescaled by their unit. */
function planInNewShares(graph: Graph, { stop, trail, targets, atEntry }: Plan, factor: number): Plan {
  const later = (price: PriceExpression): PriceExpression => ({ ...price, shares: price.shares * factor });
  const perhaps = (price: PriceExpression | null): PriceExpression | null => (price === null ? null : later(price));
  return {
    stop: perhaps(stop),
    trail: perhaps(trail),
    targets: targets.map(({ part, at, thenStop }) => ({ part, at: later(at), thenStop: perhaps(thenStop) })),
    atEntry: new Map([...atEntry].map(([node, value]) => [node, keptValue(graph, node, value, factor)])),
  };
}

function keptValue(graph: Graph, id: NodeId, value: Value, factor: number): Value {
  const node = nodeAt(graph, id);
  if (node.op !== "at_entry") throw new Error(`node ${id} keeps nothing`);
  if (typeof value !== "number" || node.shares === 0) return value;
  if (node.shares === 1) return value * factor;
  return node.shares === -1 ? value / factor : value * pow(factor, node.shares);
}

/** A working order in new shares, after the position and the trades; null where that is nothing. */
export function inNewShares(book: Book, order: Order, shares: Ratio): Order | null {
  const { proposal } = order;
  const { reducing, opening } = partsOf(book, order, shares);
  const quantity = lots(reducing + opening);
  if (quantity === 0) return null;
  const { side, type, price, limit, reference, stop, targets, plan } = proposal;
  const nearest = (each: Price): Price => leastTick(each, shares);
  const atStop = (each: Price): Price => oneWay(each, shares, opening > 0 === (side === "buy") ? "up" : "down");
  const atLimit = (each: Price): Price => limitIn(each, shares, side);
  const after: Proposal = {
    ...proposal,
    quantity,
    reducing,
    price: price === null ? null : type === "limit" ? atLimit(price) : atStop(price),
    limit: limit === null ? null : atLimit(limit),
    reference: nearest(reference),
    stop: stop === null ? null : nearest(stop),
    targets: targets.map(nearest),
    plan: plan === null ? null : planInNewShares(book.graph, plan, ratioNumber(shares)),
  };
  return rescaled(order, after, quantity, shares);
}

function limitIn(price: Price, shares: Ratio, side: Side): Price {
  return oneWay(price, shares, side === "buy" ? "down" : "up");
}

function oneWay(price: Price, shares: Ratio, way: "up" | "down"): Price {
  return ticks(Math.max(1, (way === "up" ? productUp : productDown)(price, inverse(shares))));
}

/** How much of an order reduces and how much opens in new shares: what closes covers what is held. */
function partsOf(book: Book, order: Order, shares: Ratio): { readonly reducing: Quantity; readonly opening: Quantity } {
  const { kind, trade: rule } = order.proposal;
  const { reducing } = order;
  const held = Math.abs(book.position.quantity);
  const closing = (quantity: number) => ({ reducing: lots(quantity), opening: lots(0) });
  switch (kind) {
    case "entry":
    case "add":
      return { reducing: lots(0), opening: carriedOver(order.quantity, shares) };
    case "hold":
    case "quote":
      return {
        reducing: lots(Math.min(carriedOver(reducing, shares), held)),
        opening: carriedOver(order.quantity - reducing, shares),
      };
    case "stop":
    case "exit":
      return closing(heldBy(book, rule));
    case "target":
      return closing(targetQuantity(book, order, shares));
    case "flatten":
      return closing(held - book.working.reduce((sum, { proposal }) => sum + (closesNow(proposal) ? heldBy(book, proposal.trade) : 0), 0));
  }
}

function heldBy(book: Book, rule: number | null): number {
  return rule === null ? 0 : (tradeOf(book, rule)?.held ?? 0);
}

function closesNow(proposal: Proposal): boolean {
  return proposal.kind === "exit" && isImmediate(proposal);
}

/** The target for what the others leave is for what they leave now. */
function targetQuantity({ trades, working }: Book, { id, proposal, quantity }: Order, shares: Ratio): number {
  const trade = trades.find(({ rule }) => rule === proposal.trade);
  const parts = trade?.holding?.plan.targets ?? [];
  if (trade === undefined || parts[proposal.target ?? -1]?.part !== null) return carriedOver(quantity, shares);
  const others = working.filter((other) => other.proposal.kind === "target" && other.proposal.trade === trade.rule && other.id !== id);
  return trade.held - others.reduce((sum, other) => sum + carriedOver(other.quantity, shares), 0);
}
