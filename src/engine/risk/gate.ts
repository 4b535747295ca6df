/**
 * The gate: the one place where a proposal becomes an order (semantics 4). What it approves is an instance of a class that this file keeps to
 * itself, so nothing else in the program can make one, and ports accept nothing else. There is no way around it, not even for tests.
 */
import type { ExactDecimal, Graph, SymbolId } from "../../graph/nodes.ts";
import { opensOn } from "../../graph/traverse.ts";
import { signed } from "../../market/order.ts";
import type { AccountMoney, Money, MoneyArithmetic } from "../../values/money.ts";
import { lots, type Price, type Quantity, ticks } from "../../values/quantity.ts";
import { oneMinus, onePlus, productDown, productUp, type Ratio, ratioOf } from "../../values/ratio.ts";
import { powerOfTen } from "../../values/wide.ts";
import { checksUnder, type Examination, failures, type Gate, type Reason, type Room } from "./checks.ts";
import type { Circumstances } from "./circumstances.ts";
import { type AmountLimit, amountLimit, limitsOf, tightest } from "./limits.ts";
import { onlyReduces, type Plan, type Proposal } from "./proposal.ts";
import type { Reservation, Standing } from "./standing.ts";

class Approved {
  readonly status = "approved";
  readonly id: number;
  readonly proposal: Proposal;
  /** What is to be filled still: first the quantity asked for, or less after `trim`. */
  readonly quantity: Quantity;
  /** The part of that which only lowers |position|; it fills first. */
  readonly reducing: Quantity;
  /** Worst value of the opening part, set aside until the order ends. */
  readonly reserved: Money;
  /** What has filled, and the sum of quantity × price of that. */
  readonly filled: Quantity;
  readonly paid: Money;
  /** Makes the type nominal. */
  declare private readonly minted: true;

  constructor({ id, proposal, quantity, reducing, reserved, filled, paid }: Omit<Approved, "status" | "minted">) {
    this.id = id;
    this.proposal = proposal;
    this.quantity = quantity;
    this.reducing = reducing;
    this.reserved = reserved;
    this.filled = filled;
    this.paid = paid;
  }
}

/** Whether the gate has made this. */
export function isApproved(value: object): value is Signal<"approved"> {
  return value instanceof Approved;
}

/** An order that was approved in a run that goes on, from the fields it was saved with. */
export function approvedAgain(fields: unknown): Signal<"approved"> {
  return new Approved(fields as Approved);
}

/** What a rule said of a symbol on a row: its condition holds, and these are its values. */
export interface Firing {
  readonly rule: number;
  readonly symbol: SymbolId;
  /** The size's value; null for an exit, and where it has none. */
  readonly amount: number | null;
  /** The prices of its order in currency; null where it has none, and where they have no value. */
  readonly prices: { readonly stop: number | null; readonly limit: number | null };
  /** Of an entry. */
  readonly plan: Plan | null;
  /** Whether the row lies in the session's entry window. */
  readonly inWindow: boolean;
}

/** What a rule with legs said at an instant: the values of their sizes, null where one has none. */
export interface LegsFiring {
  readonly rule: number;
  readonly amounts: readonly (number | null)[];
  /** Whether the instant lies in the session's entry window. */
  readonly inWindow: boolean;
}

interface Rejected {
  readonly status: "rejected";
  readonly id: number;
  readonly proposal: Proposal;
  readonly reasons: readonly Reason[];
}

interface Stages {
  readonly unchecked: Firing;
  readonly validated: Proposal;
  readonly approved: Approved;
  readonly rejected: Rejected;
}

/** A wish to trade on its way to the market, by how far it has come. */
export type Signal<Stage extends keyof Stages> = Stages[Stage];

/** What a live run adds to the gate of the file: what refuses beside it, and the configuration's limits in currency. */
export interface LiveGate {
  readonly circumstances: Circumstances;
  readonly orderValueMax: ExactDecimal | null;
  readonly dayLossMax: ExactDecimal | null;
  /** What strategies on one account may have together; `others` is what the others have, in currency. */
  readonly shared: { readonly exposureMax: ExactDecimal; readonly others: () => number } | null;
}

/** The gate of a file. Where it and the configuration limit the same the stricter wins. */
export function createGate(graph: Graph, money: AccountMoney, live: LiveGate | null): Gate {
  const shortAllowed = graph.rules.some((rule) => opensOn(rule, "short"));
  const collar = ratioOf(graph.collar);
  const file = limitsOf(graph, money);
  const limits = {
    ...file,
    gross_exposure: [...file.gross_exposure, ...shared(money, live)],
    order_value: [...file.order_value, ...configured(money, live?.orderValueMax)],
    day_loss: [...file.day_loss, ...configured(money, live?.dayLossMax)],
  };
  const circumstances = live?.circumstances ?? null;
  const [worstFactor, leastFactor] = [onePlus(collar), oneMinus(collar)];
  return { money, limits, worstFactor, leastFactor, shortAllowed, circumstances, checks: checksUnder(limits, circumstances) };
}

function configured(money: AccountMoney, amount: ExactDecimal | null | undefined): readonly AmountLimit[] {
  return amount === null || amount === undefined ? [] : [amountLimit(money, { kind: "constant", value: amount })];
}

/** The account's limit less what the others have, which is rounded up. */
function shared(money: AccountMoney, live: LiveGate | null): readonly AmountLimit[] {
  if (live === null || live.shared === null) return [];
  const { exposureMax, others } = live.shared;
  const [whole] = configured(money, exposureMax);
  const unit = powerOfTen(money.scale.moneyDecimals);
  return whole === undefined ? [] : [(basis) => money.subtract(whole(basis), money.fromUnits(Math.ceil(others() * unit)))];
}

type Verdict = Signal<"approved"> | Signal<"rejected">;

/** An order that comes before the gate: `money` is its symbol's arithmetic, `id` its number, whatever is decided. */
export interface Application {
  readonly id: number;
  readonly proposal: Signal<"validated">;
  readonly money: MoneyArithmetic;
}

/** Decides on a proposal: all checks are evaluated, all failures named. What only reduces is not held against the account, whose standing may be null then. */
export function examine(gate: Gate, application: Application, account: Standing | null): Verdict {
  const { proposal, money } = application;
  const { quantity } = proposal;
  if (onlyReduces(proposal)) {
    const reasons = failures(gate, { money, proposal, quantity }, null);
    return reasons.length > 0 ? rejected(application, reasons) : approved(application, quantity, money.zero);
  }
  if (account === null) throw new Error("an opening order without an account");
  const order = weigh(gate, application, account);
  const reasons = failures(gate, order, order);
  return reasons.length > 0 ? rejected(application, reasons) : approved(application, order.quantity, order.reserved);
}

/**
 * Decides on legs together (semantics 11.10): each with the room that the ones before leave, and all against the net exposure once they have filled.
 * If one is rejected all are. `account` gives what stands where some of them work.
 */
export function examineLegs(
  gate: Gate,
  applications: readonly Application[],
  account: (proposal: Signal<"validated">, legs: readonly Reservation[]) => Standing,
): readonly Verdict[] {
  const legs: Leg[] = [];
  for (const application of applications) {
    const passed = legs.filter(({ reasons }) => reasons.length === 0).map(({ order }) => order);
    const order = weigh(gate, application, account(application.proposal, passed));
    legs.push({ application, order, reasons: legFailures(gate, order, ANY) });
  }
  const change = netChange(gate, legs);
  const decided = legs.map(({ application, order }) => {
    const passes = change !== null && isNetWithin(gate, account(order.proposal, []), change);
    return { application, order, reasons: legFailures(gate, order, passes ? ANY : NOTHING) };
  });
  const isRejected = decided.some(({ reasons }) => reasons.length > 0);
  return decided.map(({ application, order, reasons }) => {
    if (!isRejected) return approved(application, order.quantity, order.reserved);
    return rejected(application, reasons.length > 0 ? reasons : LEGS);
  });
}

interface Leg {
  readonly application: Application;
  readonly order: Examination;
  readonly reasons: readonly Reason[];
}

/** The checks that a leg fails, with this room for its net exposure. */
function legFailures(gate: Gate, order: Examination, net_exposure: Room["net_exposure"]): readonly Reason[] {
  const { quantity, proposal } = order;
  const onlyReduces = quantity === proposal.reducing && proposal.quantity === quantity && quantity > 0;
  return failures(gate, order, onlyReduces ? null : { ...order, room: { ...order.room, net_exposure } });
}

/** What the legs change of the net exposure when all have filled, at their marks; null where that is more than the account's money can say. */
function netChange({ money }: Gate, legs: readonly Leg[]): Money | null {
  const most = money.fromUnits(Number.MAX_SAFE_INTEGER);
  let change = money.zero;
  for (const { application, order } of legs) {
    const { mark } = order.standing;
    if (mark <= 0 || order.quantity > application.money.lotsWithin(most, mark)) return null;
    change = money.add(change, application.money.value(signed(order.proposal.side, order.quantity), mark));
  }
  return change;
}

function isNetWithin({ money, limits }: Gate, standing: Standing, change: Money): boolean {
  const limit = tightest(money, limits.net_exposure, standing);
  if (limit === null) return true;
  const net = money.add(standing.netExposure, change);
  return money.compare(net, limit) <= 0 && money.compare(money.subtract(money.zero, net), limit) <= 0;
}

const LEGS: readonly Reason[] = ["legs"];

function approved({ id, proposal, money: { zero } }: Application, quantity: Quantity, reserved: Money): Approved {
  return new Approved({ id, proposal, quantity, reducing: proposal.reducing, reserved, filled: lots(0), paid: zero });
}

function rejected({ id, proposal }: Application, reasons: readonly Reason[]): Rejected {
  return { status: "rejected", id, proposal, reasons };
}

/** What the checks look at: the order as it would be sent, and the room there is for it. */
function weigh(gate: Gate, { proposal, money }: Application, standing: Standing): Examination {
  const worst = worstPrice(gate, proposal, standing.mark);
  const room = roomLeft(gate, money, proposal, standing, worst);
  const asked = proposal.quantity - proposal.reducing;
  const opening = lots(proposal.trim ? trimmed(asked, room) : asked);
  const quantity = lots(proposal.reducing + opening);
  const reserved = opening > 0 && worst > 0 && opening <= room.buying_power ? money.value(opening, worst) : money.zero;
  return { gate, money, proposal, quantity, opening, worst, reserved, room, standing };
}

/** The same order for another quantity: what only lowers |position| follows what is held, which has passed the gate. */
export function resized(order: Approved, quantity: Quantity): Approved {
  if (opens(order) || quantity <= 0) throw new Error("only what closes something follows what is held");
  return new Approved({ ...order, quantity, reducing: quantity });
}

/** The rest of an order after a fill that leaves one; what it has set aside falls with what it opens. */
export function restOf(order: Approved, quantity: Quantity, price: Price, money: MoneyArithmetic): Approved {
  const opening = order.quantity - order.reducing;
  const left = lots(order.quantity - quantity);
  const reducing = lots(Math.max(0, order.reducing - quantity));
  return new Approved({
    ...order,
    quantity: left,
    reducing,
    reserved: opening === 0 ? order.reserved : money.shareUp(order.reserved, lots(left - reducing), lots(opening)),
    filled: lots(order.filled + quantity),
    paid: money.add(order.paid, money.value(quantity, price)),
  });
}

/** Whether something of what is left of an order would not only lower |position|. */
export function opens({ quantity, reducing }: Approved): boolean {
  return quantity > reducing;
}

/** The same order in new shares (semantics 13.6): `shares` for each old one. What it opens comes to no more than before; what only lowers |position| follows what is held. */
export function rescaled(order: Approved, proposal: Proposal, quantity: Quantity, shares: Ratio): Approved {
  const [before, opening] = [order.quantity - order.reducing, quantity - proposal.reducing];
  if (quantity <= 0 || opening > productDown(before, shares)) throw new Error(`order ${order.id} grew in a split`);
  const filled = lots(productDown(order.filled, shares));
  return new Approved({ ...order, proposal, quantity, reducing: proposal.reducing, filled });
}

/** The price that the gate reckons with (semantics 4.2): no fill of a buy is dearer but by slippage; a sell is worth at least what it is sold at. */
function worstPrice({ worstFactor }: Gate, { side, type, reference }: Proposal, mark: Price): Price {
  if (side === "sell") return ticks(productUp(Math.max(reference, mark), worstFactor));
  return type === "limit" || type === "stop_limit" ? reference : ticks(productUp(reference, worstFactor));
}

const ANY: Room["net_exposure"] = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
const NOTHING: Room["net_exposure"] = { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY };

function trimmed(asked: number, room: Room): number {
  return Math.max(0, Math.min(asked, room.order_value, room.position_value, room.gross_exposure, room.buying_power));
}

/** The largest opening quantities that pass: n × worst ≤ limit is n ≤ floor(limit ÷ worst) (semantics 4.3, 11.11). */
function roomLeft(gate: Gate, money: MoneyArithmetic, proposal: Proposal, standing: Standing, worst: Price): Room {
  const { limits } = gate;
  const { exposure, grossExposure, crossed, equity } = standing;
  const closed = money.compare(crossed, money.zero) < 0 ? money.subtract(money.zero, crossed) : crossed;
  const gross = money.subtract(grossExposure, closed);
  const beside = (amounts: readonly AmountLimit[], taken: Money): number => {
    const limit = tightest(money, amounts, standing);
    return limit === null ? Number.POSITIVE_INFINITY : within(money, money.subtract(limit, taken), worst);
  };
  return {
    order_value: beside(limits.order_value, money.zero),
    position_value: beside(limits.position_value, money.subtract(exposure, closed)),
    gross_exposure: beside(limits.gross_exposure, gross),
    net_exposure: netRoom(gate, money, proposal, standing, worst),
    buying_power: within(money, money.subtract(equity, gross), worst),
  };
}

/** Of a buy −limit ≤ net + n × worst ≤ limit, of a sell the same with net − n × worst. */
function netRoom({ limits }: Gate, money: MoneyArithmetic, { side }: Proposal, standing: Standing, worst: Price): Room["net_exposure"] {
  const limit = tightest(money, limits.net_exposure, standing);
  if (limit === null) return ANY;
  const netExposure = money.subtract(standing.netExposure, standing.crossed);
  const below = within(money, money.subtract(limit, netExposure), worst);
  const above = within(money, money.add(limit, netExposure), worst);
  return side === "buy" ? { least: -above, most: below } : { least: -below, most: above };
}

function within(money: MoneyArithmetic, amount: Money, worst: Price): number {
  return worst <= 0 ? Number.POSITIVE_INFINITY : money.lotsWithin(amount, worst);
}
