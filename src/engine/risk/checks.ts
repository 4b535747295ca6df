/** The gate's checks (semantics 4.1), one function each: true where the order passes. Their table is in the order in which failures are reported. */
import type { Money, MoneyArithmetic } from "../../values/money.ts";
import { type Price, type Quantity, ticks } from "../../values/quantity.ts";
import { productDown, productUp, type Ratio } from "../../values/ratio.ts";
import { type AmountLimit, type AmountLimits, type LimitBasis, tightest } from "./limits.ts";
import type { Proposal } from "./proposal.ts";

export type CheckName =
  | "halted"
  | "quantity"
  | "price"
  | "collar"
  | "stop_side"
  | "target_side"
  | "order_value"
  | "position_value"
  | "buying_power"
  | "short_permission"
  | "day_loss"
  | "drawdown";

/** What the gate holds orders against. */
export interface Gate {
  readonly money: MoneyArithmetic;
  readonly limits: AmountLimits;
  /** 1 + collar and 1 − collar. */
  readonly worstFactor: Ratio;
  readonly leastFactor: Ratio;
  readonly shortAllowed: boolean;
}

/** The account at the moment of the check. */
export interface Standing extends LimitBasis {
  /** A halt refuses opening orders. */
  readonly halted: boolean;
  readonly position: Quantity;
  /** What the working market orders will add to the position. */
  readonly working: Quantity;
  /** Worst value of the opening parts of working orders. */
  readonly reserved: Money;
  readonly mark: Price;
  /** The day's starting equity. */
  readonly dayStart: Money;
}

/** How many lots each limit leaves room for, at the worst price; infinite without a limit. */
export interface Room {
  readonly order_value: number;
  readonly position_value: number;
  readonly buying_power: number;
}

/** An order under examination. */
export interface Examination {
  readonly gate: Gate;
  readonly proposal: Proposal;
  /** After `trim`. */
  readonly quantity: Quantity;
  readonly opening: Quantity;
  readonly room: Room;
  readonly standing: Standing;
}

const LARGEST_PRICE = 1_000_000;

function notHalted({ standing }: Examination): boolean {
  return !standing.halted;
}

/** A positive whole number of lots. */
function wholeQuantity({ quantity }: Examination): boolean {
  return Number.isSafeInteger(quantity) && quantity > 0;
}

/**
 * The reference, and every price of the order and of its declared stop and targets, are positive and at most 1,000,000. Of an order that only
 * reduces its own price needs to be positive, no more: it must never be trapped.
 */
function sanePrice({ gate, proposal }: Examination): boolean {
  const { type, price, limit, reference, stop, targets, quantity, reducing } = proposal;
  if (type !== "market" && (price === null || price <= 0)) return false;
  if (reducing > 0 && reducing === quantity) return limit === null || limit > 0;
  const highest = ticks(LARGEST_PRICE * gate.money.scale.ticksPerUnit);
  for (const target of targets) if (!isSane(target, highest)) return false;
  return isSane(reference, highest) && isSane(price, highest) && isSane(limit, highest) && isSane(stop, highest);
}

function isSane(price: Price | null, highest: Price): boolean {
  return price === null || (price > 0 && price <= highest);
}

/** A limit does not give away more than the collar, in whole ticks from the close: buying above it, selling below it. */
function insideCollar({ gate, proposal: { side, type, price, limit }, standing: { mark } }: Examination): boolean {
  const bound = type === "limit" ? price : limit;
  if (bound === null) return true;
  return side === "buy" ? bound <= productDown(mark, gate.worstFactor) : bound >= productUp(mark, gate.leastFactor);
}

/** A declared stop is on the losing side of the reference. */
function stopOnLosingSide({ proposal: { side, stop, reference } }: Examination): boolean {
  if (stop === null) return true;
  return side === "buy" ? stop < reference : stop > reference;
}

/** Declared targets are on the winning side of the reference. */
function targetsOnWinningSide({ proposal: { side, targets, reference } }: Examination): boolean {
  for (const target of targets) if (side === "buy" ? target <= reference : target >= reference) return false;
  return true;
}

function orderValue({ opening, room }: Examination): boolean {
  return opening <= room.order_value;
}

function positionValue({ opening, room }: Examination): boolean {
  return opening <= room.position_value;
}

function buyingPower({ opening, room }: Examination): boolean {
  return opening <= room.buying_power;
}

/** An order that would end short needs a file that declares shorting. */
function shortPermission({ gate, proposal, quantity, standing }: Examination): boolean {
  const change = proposal.side === "buy" ? quantity : -quantity;
  return gate.shortAllowed || standing.position + standing.working + change >= 0;
}

function dayLoss({ gate, standing }: Examination): boolean {
  return isLossWithin(gate, gate.limits.day_loss, standing.dayStart, standing);
}

function drawdown({ gate, standing }: Examination): boolean {
  return isLossWithin(gate, gate.limits.drawdown, standing.peak, standing);
}

/** Whether what equity has lost since it was `before` is within the limits that reject. */
function isLossWithin({ money }: Gate, limits: readonly AmountLimit[], before: Money, standing: Standing): boolean {
  const limit = tightest(money, limits, standing);
  return limit === null || money.compare(money.subtract(before, standing.equity), limit) <= 0;
}

interface Check {
  readonly name: CheckName;
  /** Which orders it is for: all, those that open something as asked, or those that still do so after `trim`. */
  readonly appliesTo: "all" | "opening" | "openingAfterTrim";
  readonly passes: (examination: Examination) => boolean;
}

export const CHECKS: readonly Check[] = [
  { name: "halted", appliesTo: "opening", passes: notHalted },
  { name: "quantity", appliesTo: "all", passes: wholeQuantity },
  { name: "price", appliesTo: "all", passes: sanePrice },
  { name: "collar", appliesTo: "opening", passes: insideCollar },
  { name: "stop_side", appliesTo: "opening", passes: stopOnLosingSide },
  { name: "target_side", appliesTo: "opening", passes: targetsOnWinningSide },
  { name: "order_value", appliesTo: "openingAfterTrim", passes: orderValue },
  { name: "position_value", appliesTo: "openingAfterTrim", passes: positionValue },
  { name: "buying_power", appliesTo: "openingAfterTrim", passes: buyingPower },
  { name: "short_permission", appliesTo: "openingAfterTrim", passes: shortPermission },
  { name: "day_loss", appliesTo: "opening", passes: dayLoss },
  { name: "drawdown", appliesTo: "opening", passes: drawdown },
];

const NONE: readonly CheckName[] = [];

/** The names of all checks that the order fails, in their order. */
export function failures(examination: Examination): readonly CheckName[] {
  const { proposal, opening } = examination;
  const opens = proposal.quantity > proposal.reducing || proposal.reducing === 0;
  const stillOpens = opens && (opening > 0 || proposal.reducing === 0);
  let failed = NONE;
  for (const { name, appliesTo, passes } of CHECKS) {
    const applies = appliesTo === "all" || (appliesTo === "opening" ? opens : stillOpens);
    if (applies && !passes(examination)) failed = [...failed, name];
  }
  return failed;
}
