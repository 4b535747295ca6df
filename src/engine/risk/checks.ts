/** The gate's checks (semantics 4.1, 11.11), one function each: true where the order passes. Their table is in the order in which failures are reported. */
import type { AccountMoney, Money, MoneyArithmetic } from "../../values/money.ts";
import { type Price, type Quantity, ticks } from "../../values/quantity.ts";
import { productDown, productUp, type Ratio } from "../../values/ratio.ts";
import type { Circumstances } from "./circumstances.ts";
import { type AmountLimit, type Limits, tightest } from "./limits.ts";
import { onlyReduces, type Proposal } from "./proposal.ts";
import type { Standing } from "./standing.ts";

export type CheckName =
  | "killed"
  | "feed"
  | "reconciled"
  | "account"
  | "session"
  | "symbol"
  | "duplicate"
  | "halted"
  | "quantity"
  | "price"
  | "collar"
  | "stop_side"
  | "target_side"
  | "order_value"
  | "position_value"
  | "gross_exposure"
  | "net_exposure"
  | "open_positions"
  | "open_trades"
  | "order_rate"
  | "buying_power"
  | "short_permission"
  | "day_loss"
  | "drawdown"
  | "feed_age";

/** Why an order was rejected: the checks that it fails, or that another of its legs failed one. */
export type Reason = CheckName | "legs";

/** What the gate holds orders against. */
export interface Gate {
  readonly money: AccountMoney;
  readonly limits: Limits;
  /** 1 + collar and 1 − collar. */
  readonly worstFactor: Ratio;
  readonly leastFactor: Ratio;
  readonly shortAllowed: boolean;
  /** Of a live run. */
  readonly circumstances: Circumstances | null;
  /** Those of `CHECKS` that an order can fail under this file. */
  readonly checks: readonly Check[];
}

/** How many lots each limit leaves room for, at the worst price; infinite without a limit. */
export interface Room {
  readonly order_value: number;
  readonly position_value: number;
  readonly gross_exposure: number;
  /** A side that is far from 0 already may need so many lots at least to come back. */
  readonly net_exposure: { readonly least: number; readonly most: number };
  readonly buying_power: number;
}

/** An order before the gate. */
export interface Order {
  /** Of its symbol. */
  readonly money: MoneyArithmetic;
  readonly proposal: Proposal;
  /** After `trim`. */
  readonly quantity: Quantity;
}

/** One that opens something, or nothing at all: what its opening part is held against. */
export interface Examination extends Order {
  readonly gate: Gate;
  /** After `trim`. */
  readonly opening: Quantity;
  readonly worst: Price;
  /** Worst value of the opening part; 0 where there is not the money for it. */
  readonly reserved: Money;
  readonly room: Room;
  readonly standing: Standing;
}

const LARGEST_PRICE = 1_000_000;

/** A check of a live run. */
function under(passes: (circumstances: Circumstances, order: Examination) => boolean): (order: Examination) => boolean {
  return (order) => order.gate.circumstances === null || passes(order.gate.circumstances, order);
}

function notHalted({ standing }: Examination): boolean {
  return !standing.halted;
}

/** A positive whole number of lots. */
function wholeQuantity({ quantity }: Order): boolean {
  return Number.isSafeInteger(quantity) && quantity > 0;
}

/**
 * The reference, and every price of the order and of its declared stop and targets, are positive and at most 1,000,000. Of an order that only
 * reduces its own price needs to be positive, no more: it must never be trapped.
 */
function sanePrice({ money, proposal }: Order): boolean {
  const { type, price, limit, reference, stop, targets } = proposal;
  if (type !== "market" && (price === null || price <= 0)) return false;
  if (onlyReduces(proposal)) return limit === null || limit > 0;
  const highest = ticks(LARGEST_PRICE * money.scale.ticksPerUnit);
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

function grossExposure({ opening, room }: Examination): boolean {
  return opening <= room.gross_exposure;
}

function netExposure({ opening, room: { net_exposure } }: Examination): boolean {
  return opening >= net_exposure.least && opening <= net_exposure.most;
}

function openPositions({ gate, standing }: Examination): boolean {
  return standing.openPositions <= gate.limits.open_positions;
}

function openTrades({ gate, standing }: Examination): boolean {
  return standing.openTrades <= gate.limits.open_trades;
}

/** In the time of each rate that ends now, as many opening orders as it allows at most, this one included. */
function orderRate({ gate, proposal: { time }, standing: { approvals, openingLegs } }: Examination): boolean {
  for (const { count, per } of gate.limits.order_rate) {
    // `spare` approvals may be recent: the one before them must not be.
    const spare = count - openingLegs - 1;
    if (spare < 0) return false;
    const oldest = approvals[approvals.length - 1 - spare];
    if (oldest !== undefined && oldest > time - per) return false;
  }
  return true;
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

/** In a backtest nothing is ever late. */
const youngFeed = under(({ feedAge }, { gate }) => feedAge <= gate.limits.feed_age);

/** `limit`: it says something only where the file limits that; `live`: only in a live run. `appliesTo`: all orders, those that open something as asked, or those that still do so after `trim`. */
type Check = { readonly name: CheckName; readonly limit: keyof Limits | "live" | null } & (
  | { readonly appliesTo: "all"; readonly passes: (order: Order) => boolean }
  | { readonly appliesTo: "opening" | "openingAfterTrim"; readonly passes: (examination: Examination) => boolean }
);

export const CHECKS: readonly Check[] = [
  { name: "killed", limit: "live", appliesTo: "opening", passes: under(({ isKilled }) => !isKilled) },
  { name: "feed", limit: "live", appliesTo: "opening", passes: under(({ isFeedLost }) => !isFeedLost) },
  { name: "reconciled", limit: "live", appliesTo: "opening", passes: under(({ isUnreconciled }) => !isUnreconciled) },
  { name: "account", limit: "live", appliesTo: "opening", passes: under(({ isAccountBlocked }) => !isAccountBlocked) },
  {
    name: "session",
    limit: "live",
    appliesTo: "opening",
    passes: under(({ hasSession }, { proposal }) => hasSession?.(proposal.time) ?? true),
  },
  {
    name: "symbol",
    limit: "live",
    appliesTo: "opening",
    passes: under(({ allowedSymbols }, { proposal }) => allowedSymbols?.has(proposal.symbol) ?? true),
  },
  { name: "duplicate", limit: "live", appliesTo: "opening", passes: ({ standing }) => !standing.isRepeated },
  { name: "halted", limit: null, appliesTo: "opening", passes: notHalted },
  { name: "quantity", limit: null, appliesTo: "all", passes: wholeQuantity },
  { name: "price", limit: null, appliesTo: "all", passes: sanePrice },
  { name: "collar", limit: null, appliesTo: "opening", passes: insideCollar },
  { name: "stop_side", limit: null, appliesTo: "opening", passes: stopOnLosingSide },
  { name: "target_side", limit: null, appliesTo: "opening", passes: targetsOnWinningSide },
  { name: "order_value", limit: "order_value", appliesTo: "openingAfterTrim", passes: orderValue },
  { name: "position_value", limit: "position_value", appliesTo: "openingAfterTrim", passes: positionValue },
  { name: "gross_exposure", limit: "gross_exposure", appliesTo: "openingAfterTrim", passes: grossExposure },
  { name: "net_exposure", limit: "net_exposure", appliesTo: "openingAfterTrim", passes: netExposure },
  { name: "open_positions", limit: "open_positions", appliesTo: "openingAfterTrim", passes: openPositions },
  { name: "open_trades", limit: null, appliesTo: "openingAfterTrim", passes: openTrades },
  { name: "order_rate", limit: "order_rate", appliesTo: "openingAfterTrim", passes: orderRate },
  { name: "buying_power", limit: null, appliesTo: "openingAfterTrim", passes: buyingPower },
  { name: "short_permission", limit: null, appliesTo: "openingAfterTrim", passes: shortPermission },
  { name: "day_loss", limit: "day_loss", appliesTo: "opening", passes: dayLoss },
  { name: "drawdown", limit: "drawdown", appliesTo: "opening", passes: drawdown },
  { name: "feed_age", limit: "feed_age", appliesTo: "opening", passes: youngFeed },
];

/** All reasons, in the order of their reports. */
export const REASONS: readonly Reason[] = [...CHECKS.map(({ name }) => name), "legs"];

const NONE: readonly CheckName[] = [];

/** The checks that have something to say under these limits. */
export function checksUnder(limits: Limits, circumstances: Circumstances | null): readonly Check[] {
  return CHECKS.filter(({ limit }) => {
    if (limit === null) return true;
    if (limit === "live") return circumstances !== null;
    return typeof limits[limit] === "number" ? limits[limit] < Number.POSITIVE_INFINITY : limits[limit].length > 0;
  });
}

/** The names of all checks that the order fails, in their order. `examination` is null where it only reduces: then the other checks are for all orders. */
export function failures({ checks }: Gate, order: Order, examination: Examination | null): readonly CheckName[] {
  const stillOpens = examination !== null && (examination.opening > 0 || examination.proposal.reducing === 0);
  let failed = NONE;
  for (const check of checks) if (!passes(check, order, examination, stillOpens)) failed = [...failed, check.name];
  return failed;
}

function passes(check: Check, order: Order, examination: Examination | null, stillOpens: boolean): boolean {
  switch (check.appliesTo) {
    case "all":
      return check.passes(order);
    case "opening":
      return examination === null || check.passes(examination);
    case "openingAfterTrim":
      return examination === null || !stillOpens || check.passes(examination);
  }
}
