/**
 * A broker for tests that does what a seed says: it loses answers and reports, tells them twice, fills in parts, cancels too late, and always knows what is
 * true. Its market is at one price, which the test moves; limit and stop orders fill when that comes to their price.
 */
import type { Broker, BrokerOrder, BrokerOrderState, BrokerReport } from "../../src/market/broker.ts";
import type { Answer, FailureClass } from "../../src/market/outside.ts";
import { type Prng, prng } from "../../src/values/prng.ts";
import { instant } from "../../src/values/quantity.ts";

interface Listed {
  state: BrokerOrderState;
  readonly order: BrokerOrder;
  filled: number;
  paid: number;
}

export interface Exchange {
  readonly broker: Broker;
  /** Moves the market: what comes to its price fills, in part or whole. */
  move(price: number): void;
  /** By symbol. */
  readonly positions: Map<string, number>;
  cash: number;
  /** How often each id was handed over and accepted as new. */
  readonly accepted: Map<string, number>;
  readonly orders: readonly Listed[];
  /** From now on everything works. */
  heal(): void;
  /** All open orders run out of time. */
  expire(): void;
  /** Reports have been lost: the run is told so. */
  gap(): void;
  /** An order of somebody else. */
  intrude(order: BrokerOrder): void;
}

const FAULTS: readonly FailureClass[] = ["retryable", "rate_limited", "ambiguous", "ambiguous", "rejected"];

/** `trouble` is the share of calls and reports that go wrong from the first move on. */
export function exchange(seed: number, trouble: number, now: () => number): Exchange {
  const random: Prng = prng(seed);
  const orders: Listed[] = [];
  const positions = new Map<string, number>();
  let share = 0;
  let isHealed = false;
  let price = 100;
  let executions = 0;
  let listener: (report: BrokerReport) => void = () => undefined;
  const goesWrong = (): boolean => random.uniform() < share;
  const report = (told: BrokerReport): void => {
    if (goesWrong()) return;
    listener(told);
    if (goesWrong()) listener(told);
  };
  const time = () => instant(now());
  const isOpen = ({ state }: Listed): boolean => state.status === "working" || state.status === "partly_filled";
  const at: { cash: number } & Pick<Exchange, "positions" | "accepted" | "orders"> = {
    cash: 1_000_000,
    positions,
    accepted: new Map(),
    orders,
  };

  const fill = (listed: Listed, quantity: number): void => {
    const { order } = listed;
    const sign = order.side === "buy" ? 1 : -1;
    listed.filled += quantity;
    listed.paid += quantity * price;
    positions.set(order.symbol, (positions.get(order.symbol) ?? 0) + sign * quantity);
    at.cash -= sign * quantity * price;
    const isWhole = listed.filled === Number(order.quantity);
    listed.state = {
      ...listed.state,
      status: isWhole ? "filled" : "partly_filled",
      filled: String(listed.filled),
      averagePrice: String(listed.paid / listed.filled),
    };
    executions += 1;
    report({
      ...{ kind: "fill", clientId: order.clientId, execution: String(executions), quantity: String(quantity), price: String(price) },
      ...{ time: time(), filled: String(listed.filled), isWhole },
    });
  };
  const match = (listed: Listed): void => {
    const { type, side, limit, stop } = listed.order;
    const reaches = stop === null || (side === "buy" ? price >= Number(stop) : price <= Number(stop));
    const within = limit === null || (side === "buy" ? price <= Number(limit) : price >= Number(limit));
    if (!isOpen(listed) || (type !== "market" && !(reaches && within))) return;
    const left = Number(listed.order.quantity) - listed.filled;
    fill(listed, share > 0 && left > 1 && random.below(3) === 0 ? 1 + random.below(left - 1) : left);
  };
  const place = (order: BrokerOrder): Listed => {
    const listed: Listed = {
      ...{ order, filled: 0, paid: 0 },
      state: { order, brokerId: `b${orders.length}`, status: "working", filled: "0", averagePrice: null, replacedBy: null, replaces: null },
    };
    orders.push(listed);
    return listed;
  };
  const found = (clientId: string): Listed | undefined => orders.find(({ order }) => order.clientId === clientId);
  const failure = (kind: FailureClass): Answer<never> => ({
    ok: false,
    failure: { class: kind, code: kind, message: kind, retryAfter: null },
  });
  const later = async <T>(value: () => Answer<T>): Promise<Answer<T>> => {
    for (let turns = random.below(3); turns > 0; turns--) await Promise.resolve();
    return value();
  };
  const read = <T>(value: () => T): Promise<Answer<T>> =>
    later<T>(() => (goesWrong() ? failure("retryable") : { ok: true, value: value() }));

  const broker: Broker = {
    connect: async (to) => {
      listener = to;
      return broker.account();
    },
    submit: (order) =>
      later<BrokerOrderState>(() => {
        const known = found(order.clientId);
        if (known !== undefined) return { ok: true, value: known.state };
        const fault = goesWrong() ? FAULTS[random.below(FAULTS.length)]! : null;
        const isLost = fault === "ambiguous" && random.below(2) === 0;
        if (fault !== null && (fault !== "ambiguous" || isLost)) return failure(fault);
        const listed = place(order);
        at.accepted.set(order.clientId, (at.accepted.get(order.clientId) ?? 0) + 1);
        report({ kind: "accepted", clientId: order.clientId, brokerId: listed.state.brokerId, time: time() });
        match(listed);
        return fault === null ? { ok: true, value: listed.state } : failure(fault);
      }),
    cancel: (clientId) =>
      later<null>(() => {
        const listed = found(clientId);
        if (goesWrong()) return failure(FAULTS[random.below(FAULTS.length)]!);
        if (listed === undefined || !isOpen(listed)) return failure("rejected");
        if (share > 0 && random.below(4) === 0) match(listed);
        if (isOpen(listed)) {
          listed.state = { ...listed.state, status: "cancelled" };
          report({ kind: "cancelled", clientId, time: time() });
        }
        return { ok: true, value: null };
      }),
    replace: async () => failure("rejected"),
    order: (clientId) => read(() => found(clientId)?.state ?? null),
    openOrders: () => read(() => orders.filter(isOpen).map(({ state }) => state)),
    ordersSince: () => read(() => orders.filter((listed) => !isOpen(listed)).map(({ state }) => state)),
    positions: () =>
      read(() =>
        [...positions]
          .filter(([, quantity]) => quantity !== 0)
          .map(([symbol, quantity]) => ({ symbol, quantity: String(quantity), averagePrice: "0" })),
      ),
    account: async () => ({
      ok: true,
      value: { id: "test", cash: at.cash.toFixed(2), equity: "0", buyingPower: "0", currency: "USD", isBlocked: false, mayShort: true },
    }),
    close: async () => undefined,
  };
  return Object.assign(at, {
    broker,
    move: (to: number) => {
      if (!isHealed) share = trouble;
      price = to;
      for (const listed of [...orders]) match(listed);
    },
    heal: () => {
      isHealed = true;
      share = 0;
    },
    expire: () => {
      for (const listed of orders.filter(isOpen)) {
        listed.state = { ...listed.state, status: "expired" };
        report({ kind: "expired", clientId: listed.order.clientId, time: time() });
      }
    },
    gap: () => listener({ kind: "gap", time: time() }),
    intrude: (order: BrokerOrder) => void place(order),
  });
}
