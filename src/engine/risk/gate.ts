/**
 * The gate: the one place where a proposal becomes an order (semantics 4). What it approves is an instance of a class that this file keeps to
 * itself, so nothing else in the program can make one, and ports accept nothing else. There is no way around it, not even for tests.
 */
import type { Graph } from "../../graph/nodes.ts";
import type { Money, MoneyArithmetic } from "../../values/money.ts";
import { lots, type Price, type Quantity, ticks } from "../../values/quantity.ts";
import { oneMinus, onePlus, productUp, ratioOf } from "../../values/ratio.ts";
import { type CheckName, failures, type Gate, type Room, type Standing } from "./checks.ts";
import { amountLimits, tightest } from "./limits.ts";
import type { Plan, Proposal } from "./proposal.ts";

class Approved {
  readonly status = "approved";
  readonly id: number;
  readonly proposal: Proposal;
  /** What is ordered: the quantity asked for, or less after `trim`. */
  readonly quantity: Quantity;
  /** Worst value of the opening part, set aside until the order ends. */
  readonly reserved: Money;
  /** Makes the type nominal. */
  declare private readonly minted: true;

  constructor(id: number, proposal: Proposal, quantity: Quantity, reserved: Money) {
    this.id = id;
    this.proposal = proposal;
    this.quantity = quantity;
    this.reserved = reserved;
  }
}

/** What a rule said on a row: its condition holds, and these are its values. */
export interface Firing {
  readonly rule: number;
  /** The size's value; null for an exit, and where it has none. */
  readonly amount: number | null;
  /** The prices of its order in currency; null where it has none, and where they have no value. */
  readonly prices: { readonly stop: number | null; readonly limit: number | null };
  /** Of an entry. */
  readonly plan: Plan | null;
  /** Whether the row lies in the session's entry window. */
  readonly inWindow: boolean;
}

interface Rejected {
  readonly status: "rejected";
  readonly id: number;
  readonly proposal: Proposal;
  readonly reasons: readonly CheckName[];
}

interface Stages {
  readonly unchecked: Firing;
  readonly validated: Proposal;
  readonly approved: Approved;
  readonly rejected: Rejected;
}

/** A wish to trade on its way to the market, by how far it has come. */
export type Signal<Stage extends keyof Stages> = Stages[Stage];

export function createGate(graph: Graph, money: MoneyArithmetic): Gate {
  const shortAllowed = graph.rules.some((rule) => (rule.kind === "enter" && rule.side === "short") || (rule.kind === "hold" && rule.short));
  const collar = ratioOf(graph.collar);
  return { money, limits: amountLimits(graph, money), worstFactor: onePlus(collar), leastFactor: oneMinus(collar), shortAllowed };
}

/** Decides on a proposal: all checks are evaluated, all failures named. `id` is the order's number either way. */
export function examine(
  gate: Gate,
  proposal: Signal<"validated">,
  standing: Standing,
  id: number,
): Signal<"approved"> | Signal<"rejected"> {
  const worst = worstPrice(gate, proposal, standing.mark);
  const asked = proposal.quantity - proposal.reducing;
  const room = asked === 0 && proposal.reducing > 0 ? UNLIMITED : roomLeft(gate, proposal, standing, worst);
  const opening = lots(proposal.trim ? trimmed(asked, room) : asked);
  const quantity = lots(proposal.reducing + opening);
  const reasons = failures({ gate, proposal, quantity, opening, room, standing });
  if (reasons.length > 0) return { status: "rejected", id, proposal, reasons };
  const { money } = gate;
  return new Approved(id, proposal, quantity, opening === 0 ? money.zero : money.value(opening, worst));
}

/** The same order for less than before: what only lowers |position| follows what is held. */
export function reduced(order: Approved, quantity: Quantity): Approved {
  const { id, proposal } = order;
  if (order.quantity > proposal.reducing || quantity <= 0 || quantity >= order.quantity) throw new Error("only a smaller close follows");
  return new Approved(id, proposal, quantity, order.reserved);
}

/** The price that the gate reckons with (semantics 4.2): no fill of a buy is dearer but by slippage; a sell is worth at least what it is sold at. */
function worstPrice({ worstFactor }: Gate, { side, type, reference }: Proposal, mark: Price): Price {
  if (side === "sell") return ticks(productUp(Math.max(reference, mark), worstFactor));
  return type === "limit" || type === "stop_limit" ? reference : ticks(productUp(reference, worstFactor));
}

const UNLIMITED: Room = {
  order_value: Number.POSITIVE_INFINITY,
  position_value: Number.POSITIVE_INFINITY,
  buying_power: Number.POSITIVE_INFINITY,
};

function trimmed(asked: number, room: Room): number {
  return Math.max(0, Math.min(asked, room.order_value, room.position_value, room.buying_power));
}

/** The largest opening quantities that pass: n × worst ≤ limit is n ≤ floor(limit ÷ worst) (semantics 4.3). */
function roomLeft(gate: Gate, proposal: Proposal, standing: Standing, worst: Price): Room {
  const { money, limits } = gate;
  const position = proposal.reducing > 0 ? money.zero : money.value(lots(Math.abs(standing.position)), standing.mark);
  const held = money.add(position, standing.reserved);
  const within = (amount: Money | null): number =>
    amount === null || worst <= 0 ? Number.POSITIVE_INFINITY : money.lotsWithin(amount, worst);
  const positionLimit = tightest(money, limits.position_value, standing);
  return {
    order_value: within(tightest(money, limits.order_value, standing)),
    position_value: within(positionLimit === null ? null : money.subtract(positionLimit, held)),
    buying_power: within(money.subtract(standing.equity, held)),
  };
}
