/** The account as the gate sees it when an order comes before it: marked at the last closes, with what has been approved before (semantics 4.3, 11.11). */
import { type Side, signed } from "../../market/order.ts";
import type { AccountMoney, Money } from "../../values/money.ts";
import { type Instant, lots, type Price, type Quantity } from "../../values/quantity.ts";
import { type Book, bookIn, type Engine, tradeOf } from "../state.ts";
import type { LimitBasis } from "./limits.ts";
import type { Proposal } from "./proposal.ts";

/** An order that counts already: one that works, or a leg before this one. */
export interface Reservation {
  readonly proposal: Proposal;
  readonly quantity: Quantity;
  /** Worst value of its opening part. */
  readonly reserved: Money;
}

export interface Standing extends LimitBasis {
  /** A halt refuses opening orders. */
  readonly halted: boolean;
  /** The day's starting equity. */
  readonly dayStart: Money;
  /** Of the order's symbol: its last close, the position, and what the working market orders will add to that. */
  readonly mark: Price;
  readonly position: Quantity;
  readonly working: Quantity;
  /** |position| × mark and the worst value of working opening orders: of the symbol, and of all. */
  readonly exposure: Money;
  readonly grossExposure: Money;
  /** The sum of position × mark, and of the worst values of working opening orders of this order's side; a sell's below 0. */
  readonly netExposure: Money;
  /** What of these an order across zero closes before it opens: position × mark of its symbol; 0 for all others. */
  readonly crossed: Money;
  /** Symbols with a position or a working opening order, and trades of the symbol that are not idle: with this order. */
  readonly openPositions: number;
  readonly openTrades: number;
  /** Times of approved opening orders, oldest first, and how many legs before this one open something too. */
  readonly approvals: readonly Instant[];
  readonly openingLegs: number;
  /** The same was approved at this instant already. Known in a live run. */
  readonly isRepeated: boolean;
}

/** What stands when `proposal` is examined; legs before it count as working orders. */
export function standing(engine: Engine, proposal: Proposal, legs: readonly Reservation[] = NONE): Standing {
  const { money, ledger, mark, books } = engine;
  const { zero } = money;
  const own = bookIn(engine, proposal.symbol);
  let equity = ledger.cash;
  let exposure = zero;
  let crossed = zero;
  let grossExposure = zero;
  let netExposure = zero;
  let openPositions = 0;
  for (const book of books) {
    const isOwn = book === own;
    let gross = zero;
    if (book.working.length > 0 || legs.length > 0) {
      const buys = reserved(money, book, legs, "buy");
      const sells = reserved(money, book, legs, "sell");
      gross = money.add(buys, sells);
      netExposure = proposal.side === "buy" ? money.add(netExposure, buys) : money.subtract(netExposure, sells);
    }
    const { quantity } = book.position;
    if (isOwn || quantity !== 0 || money.compare(gross, zero) > 0) openPositions += 1;
    if (quantity !== 0) {
      const value = book.money.value(quantity, book.close);
      const size = quantity > 0 ? value : money.subtract(zero, value);
      equity = money.add(equity, value);
      gross = money.add(gross, size);
      netExposure = money.add(netExposure, value);
      if (isOwn && proposal.reducing > 0) crossed = value;
    }
    if (isOwn) exposure = gross;
    grossExposure = money.add(grossExposure, gross);
  }
  return {
    halted: isHalted(engine),
    cash: ledger.cash,
    equity,
    peak: mark.peak,
    dayStart: engine.dayStart,
    mark: own.close,
    position: own.position.quantity,
    working: workingQuantity(own),
    exposure,
    grossExposure,
    crossed,
    netExposure,
    openPositions,
    openTrades: own.trades.length + (proposal.trade === null || tradeOf(own, proposal.trade) !== undefined ? 0 : 1),
    approvals: engine.approvals,
    openingLegs: openingLegs(legs),
    isRepeated: engine.gate.circumstances !== null && own.working.some((order) => isSame(order.proposal, proposal)),
  };
}

/** |position| × mark of all symbols, and the worst values of working opening orders. */
export function grossExposure({ money, books }: Engine): Money {
  let sum = money.zero;
  for (const { position, close, working, money: own } of books) {
    if (position.quantity !== 0) sum = money.add(sum, own.value(lots(Math.abs(position.quantity)), close));
    for (const order of working) sum = money.add(sum, order.reserved);
  }
  return sum;
}

/** Whether two orders say the same at one instant, but for how much. */
function isSame(a: Proposal, b: Proposal): boolean {
  const says = ({ time, source, kind, side, type, price, limit }: Proposal) => [time, source, kind, side, type, price, limit].join();
  return says(a) === says(b);
}

const NONE: readonly Reservation[] = [];

/** What the working market orders will add to the position. */
export function workingQuantity({ working }: Book): Quantity {
  let sum = 0;
  for (const { proposal, quantity } of working) if (proposal.type === "market") sum += signed(proposal.side, quantity);
  return lots(sum);
}

/** Worst value of what opens on a side of a symbol: working orders, and legs. */
function reserved(money: AccountMoney, { working, symbol }: Book, legs: readonly Reservation[], side: Side): Money {
  let sum = money.zero;
  for (const order of working) if (order.proposal.side === side) sum = money.add(sum, order.reserved);
  for (const leg of legs) if (leg.proposal.symbol === symbol && leg.proposal.side === side) sum = money.add(sum, leg.reserved);
  return sum;
}

function isHalted({ halts }: Engine): boolean {
  for (const until of halts) if (until !== null) return true;
  return false;
}

function openingLegs(legs: readonly Reservation[]): number {
  let count = 0;
  for (const { proposal, quantity } of legs) if (quantity > proposal.reducing) count += 1;
  return count;
}
