/**
 * The orders that protect and end a trade (semantics 3.9, 3.14, 3.15): placed at the entry's fill, they follow what is held and go with it.
 * Each passes the gate like any other; one that is refused leaves what was there.
 */
import { type Fill, type Moment, opposite } from "../../market/order.ts";
import { quantityOf } from "../../values/border.ts";
import { type Instant, lots, type Price, type Quantity } from "../../values/quantity.ts";
import type { Signal } from "../risk/gate.ts";
import { type Plan, proposalOf } from "../risk/proposal.ts";
import type { Engine } from "../state.ts";
import type { Holding } from "../trade.ts";
import { cancelOrders, conclude, propose, reduceOrder } from "./orders.ts";
import { atFill, firstStop, stopAt, targetAt, tighter } from "./prices.ts";

/** What leads to a child: a fill or the row's close, and the first row on which the child may fill. */
interface Origin {
  readonly row: number;
  readonly time: Instant;
  readonly from: number;
  readonly reference: Price;
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

function holdingOf(engine: Engine): Holding {
  if (engine.holding === null) throw new Error("a child of no trade");
  return engine.holding;
}

function heldQuantity({ ledger }: Engine): Quantity {
  return lots(Math.abs(ledger.position));
}

function stopOrder({ working }: Engine): Order | undefined {
  return working.find(({ proposal }) => proposal.kind === "stop");
}

/** Places stop and targets of an entry that has just been filled. */
export function placeChildren(engine: Engine, entry: Order, fill: Fill, moment: Moment): void {
  const { plan, side } = holdingOf(engine);
  if (plan.stop !== null || plan.trail !== null)
    placeStop(engine, afterEntry(fill, moment), firstStop(engine, plan, side, atFill(fill.price)));
  if (plan.targets.length === 0) return;
  const shares = targetShares(engine, plan, entry.quantity);
  plan.targets.forEach(({ at }, index) => {
    placeTarget(engine, afterFill(fill, moment), index, targetAt(engine, at, side, atFill(fill.price)), lots(shares[index] ?? 0));
  });
}

/** How much each target is for: its part toward zero to the lot, or what the others leave. */
function targetShares({ money }: Engine, { targets }: Plan, filled: Quantity): readonly number[] {
  const shares = targets.map(({ part }) => (part === null ? 0 : quantityOf((part * filled) / money.scale.lotsPerShare, money.scale)));
  const rest = filled - shares.reduce<number>((sum, share) => sum + share, 0);
  return targets.map(({ part }, index) => (part === null ? rest : (shares[index] ?? 0)));
}

/** Places the stop for all that is held, instead of the one that works. */
function placeStop(engine: Engine, origin: Origin, price: Price | null): void {
  const before = stopOrder(engine);
  const verdict = propose(
    engine,
    child(engine, origin, { kind: "stop", type: "stop", price, quantity: heldQuantity(engine), target: null }),
  );
  if (verdict.status === "approved" && before !== undefined) cancelOrders(engine, (order) => order === before, origin);
  conclude(engine, verdict);
}

function placeTarget(engine: Engine, origin: Origin, target: number, price: Price | null, quantity: Quantity): void {
  conclude(engine, propose(engine, child(engine, origin, { kind: "target", type: "limit", price, quantity, target })));
}

function child(
  engine: Engine,
  { row, time, from, reference }: Origin,
  order: Pick<Signal<"validated">, "kind" | "type" | "price" | "quantity" | "target">,
): Signal<"validated"> {
  const { trade, graph } = engine;
  const source = graph.rules[trade.rule ?? -1]?.name;
  if (source === undefined) throw new Error("a child of no rule");
  const side = opposite(holdingOf(engine).side);
  const { kind, type, price, quantity, target } = order;
  return proposalOf(
    { row, time, from, side, type, tif: GOOD_TILL_CANCELLED, price, limit: null, reference },
    { trade: trade.rule, source, kind, quantity, reducing: quantity, target },
  );
}

/** After an add: the stop covers all that is held, at the tighter one of its price and that of the add; so does the target for what the others leave. */
export function coverAdd(engine: Engine, add: Order, fill: Fill, moment: Moment): void {
  const { side } = holdingOf(engine);
  const expression = add.proposal.plan?.stop ?? null;
  const price = tighter(
    side,
    stopOrder(engine)?.proposal.price ?? null,
    expression === null ? null : stopAt(engine, expression, side, atFill(fill.price)),
  );
  if (price !== null) placeStop(engine, afterEntry(fill, moment), price);
  growRemainder(engine, afterFill(fill, moment));
}

function growRemainder(engine: Engine, origin: Origin): void {
  const { targets } = holdingOf(engine).plan;
  const working = engine.working.filter(({ proposal }) => proposal.kind === "target");
  const remainder = working.find(({ proposal }) => targets[proposal.target ?? -1]?.part === null);
  if (remainder === undefined) return;
  const others = working.reduce((sum, order) => (order === remainder ? sum : sum + order.quantity), 0);
  const { target, price } = remainder.proposal;
  cancelOrders(engine, (order) => order === remainder, origin);
  placeTarget(engine, origin, target ?? -1, price, lots(heldQuantity(engine) - others));
}

/** After a fill that leaves a part of the trade: its stop and its exit close no more than that part, and a target may move the stop. */
export function followPart(engine: Engine, filled: Order, fill: Fill, moment: Moment): void {
  const held = heldQuantity(engine);
  for (const order of engine.working) {
    const { kind } = order.proposal;
    if (kind === "stop" || kind === "exit") reduceOrder(engine, order, held);
  }
  const holding = holdingOf(engine);
  const thenStop = holding.plan.targets[filled.proposal.target ?? -1]?.thenStop ?? null;
  if (thenStop !== null) moveStop(engine, afterFill(fill, moment), stopAt(engine, thenStop, holding.side, holding));
}

/** Moves the stop to `price` if that is tighter, or places it where there is none. */
export function moveStop(engine: Engine, origin: Origin, price: Price | null): void {
  const { side } = holdingOf(engine);
  const now = stopOrder(engine)?.proposal.price ?? null;
  if (price !== null && price !== now && tighter(side, now, price) === price) placeStop(engine, origin, price);
}
