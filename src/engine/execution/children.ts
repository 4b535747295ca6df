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
import { cancelOrders, conclude, propose, reduceOrder } from "./orders.ts";
import { atFill, firstStop, stopAt, targetAt, tighter } from "./prices.ts";

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

/** Places stop and targets of an entry that has just been filled. */
export function placeChildren(engine: Engine, held: Held, fill: Fill, moment: Moment): void {
  const { book, holding } = held;
  const { plan, side } = holding;
  if (plan.stop !== null || plan.trail !== null)
    placeStop(engine, held, afterEntry(fill, moment), firstStop(book, plan, side, atFill(fill.price)));
  if (plan.targets.length === 0) return;
  const shares = targetShares(book, plan, fill.quantity);
  plan.targets.forEach(({ at }, target) => {
    const price = targetAt(book, at, side, atFill(fill.price));
    placeTarget(engine, held, afterFill(fill, moment), { target, price, quantity: lots(shares[target] ?? 0) });
  });
}

/** How much each target is for: its part toward zero to the lot, or what the others leave. */
function targetShares({ money: { scale } }: Book, { targets }: Plan, filled: Quantity): readonly number[] {
  const shares = targets.map(({ part }) => (part === null ? 0 : quantityOf((part * filled) / scale.lotsPerShare, scale)));
  const rest = filled - shares.reduce<number>((sum, share) => sum + share, 0);
  return targets.map(({ part }, index) => (part === null ? rest : (shares[index] ?? 0)));
}

/** Places the stop for all that the trade holds, instead of the one that works. */
function placeStop(engine: Engine, held: Held, origin: Origin, price: Price | null): void {
  const { book, trade } = held;
  const before = stopOrder(book, trade);
  const verdict = propose(engine, child(engine, held, origin, { kind: "stop", type: "stop", price, quantity: trade.held, target: null }));
  if (verdict.status === "approved" && before !== undefined) cancelOrders(engine, book, (order) => order === before, origin);
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

/** After an add: the stop covers all that the trade holds, at the tighter one of its price and that of the add; so does the target for what the others leave. */
export function coverAdd(engine: Engine, held: Held, add: Order, fill: Fill, moment: Moment): void {
  const { book, trade, holding } = held;
  const { side } = holding;
  const expression = add.proposal.plan?.stop ?? null;
  const price = tighter(
    side,
    stopOrder(book, trade)?.proposal.price ?? null,
    expression === null ? null : stopAt(book, expression, side, atFill(fill.price)),
  );
  if (price !== null) placeStop(engine, held, afterEntry(fill, moment), price);
  growRemainder(engine, held, afterFill(fill, moment));
}

function growRemainder(engine: Engine, held: Held, origin: Origin): void {
  const { book, trade, holding } = held;
  const { targets } = holding.plan;
  const working = book.working.filter(({ proposal }) => proposal.kind === "target" && proposal.trade === trade.rule);
  const remainder = working.find(({ proposal }) => targets[proposal.target ?? -1]?.part === null);
  if (remainder === undefined) return;
  const others = working.reduce((sum, order) => (order === remainder ? sum : sum + order.quantity), 0);
  const { target, price } = remainder.proposal;
  cancelOrders(engine, book, (order) => order === remainder, origin);
  placeTarget(engine, held, origin, { target, price, quantity: lots(trade.held - others) });
}

/** After a fill that leaves a part of the trade: its stop and its exit close no more than that part, and a target may move the stop. */
export function followPart(engine: Engine, held: Held, filled: Order, fill: Fill, moment: Moment): void {
  const { book, trade, holding } = held;
  for (const order of book.working) {
    const { kind, trade: owner } = order.proposal;
    if (owner === trade.rule && (kind === "stop" || kind === "exit")) reduceOrder(engine, book, order, trade.held);
  }
  const thenStop = holding.plan.targets[filled.proposal.target ?? -1]?.thenStop ?? null;
  if (thenStop === null) return;
  moveStop(engine, held, afterFill(fill, moment), stopAt(book, thenStop, holding.side, holding));
}

/** Moves the stop to `price` if that is tighter, or places it where there is none. */
export function moveStop(engine: Engine, held: Held, origin: Origin, price: Price | null): void {
  const now = stopOrder(held.book, held.trade)?.proposal.price ?? null;
  if (price !== null && price !== now && tighter(held.holding.side, now, price) === price) placeStop(engine, held, origin, price);
}
