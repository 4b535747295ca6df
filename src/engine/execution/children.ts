/**
 * The orders that protect and end a trade (semantics 3.9, 3.14, 3.15): placed at the entry's fill, they follow what it holds and go with it.
 * Each passes the gate like any other; one that is refused leaves what was there.
 */
import { type Fill, type Moment, opposite } from "../../market/order.ts";
import { quantityOf } from "../../values/border.ts";
import { type Instant, lots, type Price, type Quantity } from "../../values/quantity.ts";
import type { Signal } from "../risk/gate.ts";
import { type Plan, proposalOf } from "../risk/proposal.ts";
import type { Book, Engine } from "../state.ts";
import type { Holding, Trade } from "../trade.ts";
import { averageFill, cancelOrders, conclude, isWhole, propose, resizeOrder } from "./orders.ts";
import { firstStop, stopAt, targetAt, tighter } from "./prices.ts";

/** What leads to a child: a fill or the row's close, and the first row on which the child may fill. */
interface Origin {
  readonly row: number;
  readonly time: Instant;
  readonly from: number;
  readonly reference: Price;
}

/** A trade of a symbol whose entry has filled. */
export interface Held {
  readonly book: Book;
  readonly trade: Trade;
  readonly holding: Holding;
}

type Order = Signal<"approved">;

/** A fill of an order, which is as it was before. */
export interface OrderFill {
  readonly order: Order;
  readonly fill: Fill;
  readonly moment: Moment;
}

const GOOD_TILL_CANCELLED: Signal<"validated">["tif"] = { kind: "gtc" };

/** The stop works from the fill on, wherever in the row that was; at its close from the next row on. */
function afterEntry({ row, time, price }: Fill, moment: Moment): Origin {
  return { row, time, from: moment === "close" ? row + 1 : row, reference: price };
}

/** What a fill inside the row leads to beside an entry's stop waits for the next row: what came before it is not known. */
function afterFill({ row, time, price }: Fill, moment: Moment): Origin {
  return { row, time, from: moment === "open" ? row : row + 1, reference: price };
}

function stopOrder({ working }: Book, { rule }: Trade): Order | undefined {
  return working.find(({ proposal }) => proposal.kind === "stop" && proposal.trade === rule);
}

/** After a fill of a trade's entry: the first places the stop for what is held, any other has it grow; so do targets for what has filled. */
export function coverEntry(engine: Engine, held: Held, { order, fill, moment }: OrderFill): void {
  const { book, holding } = held;
  const { plan, side } = holding;
  if (order.filled > 0) growStop(engine, held, afterEntry(fill, moment), declaredStop(held, plan, holding.fill), false);
  else if (plan.stop !== null || plan.trail !== null)
    placeStop(engine, held, afterEntry(fill, moment), firstStop(book, plan, side, holding));
  if (plan.targets.length > 0) coverTargets(engine, held, { order, fill, moment });
}

/** A target for nothing is left out while more of the entry may fill. */
function coverTargets(engine: Engine, held: Held, { order, fill, moment }: OrderFill): void {
  const { book, trade, holding } = held;
  const { plan, side } = holding;
  const origin = afterFill(fill, moment);
  const shares = targetShares(book, plan, lots(order.filled + fill.quantity));
  plan.targets.forEach(({ at }, target) => {
    const quantity = lots(shares[target] ?? 0);
    const price = targetAt(book, at, side, holding);
    const before = book.working.find(({ proposal }) => proposal.trade === trade.rule && proposal.target === target);
    if (before?.proposal.price === price && quantity > 0) resizeOrder(engine, book, before, quantity, fill);
    else {
      if (before !== undefined) cancelOrders(engine, book, (each) => each === before, origin);
      if (quantity > 0 || isWhole(order, fill)) placeTarget(engine, held, origin, { target, price, quantity });
    }
  });
}

/** Has the stop cover all that the trade holds, at the tighter one of its price and `price`; with `anew` it is placed again also at the same. */
function growStop(engine: Engine, held: Held, origin: Origin, price: Price | null, anew: boolean): void {
  const { book, trade, holding } = held;
  const now = stopOrder(book, trade);
  const best = tighter(holding.side, now?.proposal.price ?? null, price);
  if (now !== undefined && best === now.proposal.price && !anew) resizeOrder(engine, book, now, trade.held, origin);
  else if (best !== null) placeStop(engine, held, origin, best);
}

/** The price of a trade's stop where what it says as of `fill` has a value. */
function declaredStop({ book, holding }: Held, { stop }: Plan, fill: number): Price | null {
  return stop === null ? null : stopAt(book, stop, holding.side, { ...holding, fill });
}

/** How much each target is for: its part toward zero to the lot, or what the others leave. */
function targetShares({ money: { scale } }: Book, { targets }: Plan, filled: Quantity): readonly number[] {
  const shares = targets.map(({ part }) => (part === null ? 0 : quantityOf((part * filled) / scale.lotsPerShare, scale)));
  const rest = filled - shares.reduce<number>((sum, share) => sum + share, 0);
  return targets.map(({ part }, index) => (part === null ? rest : (shares[index] ?? 0)));
}

/** Places the stop for all that the trade holds, instead of the one that works. */
function placeStop(engine: Engine, held: Held, origin: Origin, price: Price | null): void {
  const { book, trade, holding } = held;
  const before = stopOrder(book, trade);
  const verdict = propose(engine, child(engine, held, origin, { kind: "stop", type: "stop", price, quantity: trade.held, target: null }));
  if (verdict.status === "approved") {
    if (before !== undefined) cancelOrders(engine, book, (order) => order === before, origin);
    holding.stop = price;
  }
  conclude(engine, verdict);
}

type TargetOrder = Pick<Signal<"validated">, "target" | "price" | "quantity">;

function placeTarget(engine: Engine, held: Held, origin: Origin, order: TargetOrder): void {
  conclude(engine, propose(engine, child(engine, held, origin, { ...order, kind: "target", type: "limit" })));
}

function child(
  engine: Engine,
  { book: { symbol }, trade, holding }: Held,
  { row, time, from, reference }: Origin,
  { kind, type, price, quantity, target }: Pick<Signal<"validated">, "kind" | "type"> & TargetOrder,
): Signal<"validated"> {
  const source = engine.graph.rules[trade.rule]?.name;
  if (source === undefined) throw new Error("a child of no rule");
  return proposalOf(
    { symbol, row, time, from, side: opposite(holding.side), type, tif: GOOD_TILL_CANCELLED, price, limit: null, reference },
    { trade: trade.rule, source, kind, quantity, reducing: quantity, target },
  );
}

/**
 * After a fill of an add: the stop covers all that the trade holds, at the tighter one of its price and that of the add; so does the target for what the
 * others leave. The first places both anew, any other has them grow.
 */
export function coverAdd(engine: Engine, held: Held, { order, fill, moment }: OrderFill): void {
  const { plan } = order.proposal;
  if (plan === null) throw new Error("an add without a plan");
  const price = declaredStop(held, plan, averageFill(held.book, order, fill));
  growStop(engine, held, afterEntry(fill, moment), price, order.filled === 0);
  growRemainder(engine, held, { order, fill, moment });
}

function growRemainder(engine: Engine, held: Held, { order, fill, moment }: OrderFill): void {
  const { book, trade, holding } = held;
  const { targets } = holding.plan;
  const working = targetOrders(book, trade);
  const remainder = working.find(({ proposal }) => targets[proposal.target ?? -1]?.part === null);
  if (remainder === undefined) return;
  const others = working.reduce((sum, each) => (each === remainder ? sum : sum + each.quantity), 0);
  const quantity = lots(trade.held - others);
  if (order.filled > 0) {
    resizeOrder(engine, book, remainder, quantity, fill);
    return;
  }
  const { target, price } = remainder.proposal;
  const origin = afterFill(fill, moment);
  cancelOrders(engine, book, (each) => each === remainder, origin);
  placeTarget(engine, held, origin, { target, price, quantity });
}

function targetOrders({ working }: Book, { rule }: Trade): readonly Order[] {
  return working.filter(({ proposal }) => proposal.kind === "target" && proposal.trade === rule);
}

/**
 * After a fill that leaves a part of the trade: nothing that closes it is for more than that part, and a target that has filled may move the stop. What is left
 * of the entry is not bought any more, nor an add once the stop has begun to fill.
 */
export function followPart(engine: Engine, held: Held, { order: filled, fill, moment }: OrderFill): void {
  const { book, trade, holding } = held;
  const { kind: closes, target } = filled.proposal;
  if (trade.state === "adding") {
    const isOver = ({ kind }: Order["proposal"]): boolean => kind === "entry" || (kind === "add" && closes === "stop");
    cancelOrders(engine, book, ({ proposal }) => proposal.trade === trade.rule && isOver(proposal), fill);
  }
  for (const order of book.working) {
    const { kind, trade: owner } = order.proposal;
    const follows = owner === trade.rule && (kind === "stop" || kind === "exit");
    if (follows && order.quantity > trade.held) resizeOrder(engine, book, order, trade.held, fill);
  }
  if (closes !== "target") fitTargets(engine, held, fill);
  const thenStop = isWhole(filled, fill) ? (holding.plan.targets[target ?? -1]?.thenStop ?? null) : null;
  if (thenStop === null) return;
  moveStop(engine, held, afterFill(fill, moment), stopAt(book, thenStop, holding.side, holding));
}

/** Targets are for no more than is held together: the latest give way first. */
export function fitTargets(engine: Engine, { book, trade }: Held, fill: Fill): void {
  const orders = targetOrders(book, trade);
  let excess = orders.reduce((sum, { quantity }) => sum + quantity, 0) - trade.held;
  for (const order of orders.toReversed()) {
    if (excess <= 0) return;
    if (order.quantity <= excess) cancelOrders(engine, book, (each) => each === order, fill);
    else resizeOrder(engine, book, order, lots(order.quantity - excess), fill);
    excess -= order.quantity;
  }
}

/** An exit that has taken the stop away ends with something still held: the stop works again, at the price that it had. */
export function protectAgain(engine: Engine, held: Held, when: Pick<Origin, "row" | "time" | "from">): void {
  const { book, trade, holding } = held;
  if (holding.stop === null || stopOrder(book, trade) !== undefined) return;
  placeStop(engine, held, { ...when, reference: book.close }, holding.stop);
}

/** Moves the stop to `price` if that is tighter, or places it where there is none. One that has begun to fill goes on. */
export function moveStop(engine: Engine, held: Held, origin: Origin, price: Price | null): void {
  const order = stopOrder(held.book, held.trade);
  const now = order?.proposal.price ?? null;
  if (price === null || price === now || (order !== undefined && order.filled > 0)) return;
  if (tighter(held.holding.side, now, price) === price) placeStop(engine, held, origin, price);
}
