/**
 * What orders each place can hold that a strategy may be compiled for (docs/brokers.md). A time in force in bars or seconds is not in it: whoever runs the
 * strategy cancels such an order when its time is over.
 */
import type { BrokerTimeInForce } from "./broker.ts";
import type { OrderType } from "./order.ts";

export interface BrokerCapabilities {
  readonly title: string;
  /** By type of order, how long it may work. */
  readonly lives: Readonly<Record<OrderType, readonly BrokerTimeInForce[]>>;
  /** Several targets for parts of a position, or one for a part of it, beside a stop for all of it. */
  readonly scaleOut: boolean;
  /** A stop that moves beside a target. */
  readonly trailingBracket: boolean;
  /** An order that buys more beside one that sells what is held (or the other way round), but for two limits. */
  readonly oppositeOrders: boolean;
  /** An exit that waits beside the stop or targets of the same shares. */
  readonly closedTwice: boolean;
  /** Orders that are refused rather than trade at once. */
  readonly postOnly: boolean;
  /** Orders that trade outside regular hours. */
  readonly extendedHours: readonly OrderType[];
}

const ALL: readonly BrokerTimeInForce[] = ["day", "gtc", "ioc", "fok", "opg", "cls"];
const WAITING: readonly BrokerTimeInForce[] = ["day", "gtc"];

export const BROKERS = {
  simulated: {
    title: "The simulated market",
    lives: { market: ALL, limit: ALL, stop: WAITING, stop_limit: WAITING },
    scaleOut: true,
    trailingBracket: true,
    oppositeOrders: true,
    closedTwice: true,
    postOnly: true,
    extendedHours: ["market", "limit", "stop", "stop_limit"],
  },
  /** US equities. Bracket orders have one target and one stop, for all of the position; shares held for one order can not be sold by another. */
  alpaca: {
    title: "Alpaca",
    lives: { market: ALL, limit: ALL, stop: WAITING, stop_limit: WAITING },
    scaleOut: false,
    trailingBracket: false,
    oppositeOrders: false,
    closedTwice: false,
    postOnly: false,
    extendedHours: ["limit"],
  },
} as const satisfies Readonly<Record<string, BrokerCapabilities>>;

export type BrokerName = keyof typeof BROKERS;
