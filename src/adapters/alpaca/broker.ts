/** Alpaca as a broker: REST for requests, the stream of trade updates for reports. Requests are sent once: who asked decides about trying again. */
import type { Broker, BrokerAccount, BrokerOrder, BrokerOrderState } from "../../market/broker.ts";
import type { Answer } from "../../market/outside.ts";
import type { Instant } from "../../values/quantity.ts";
import { accountOf, positionOf } from "./account.ts";
import { type TradingClient, tradingClient } from "./client.ts";
import type { AlpacaEndpoints, AlpacaKeys } from "./endpoints.ts";
import { openOrders, ordersSince } from "./order-lists.ts";
import { orderRequest, orderState, type WireOrder } from "./orders.ts";
import { type ReportStream, reportStream } from "./report-stream.ts";

export interface AlpacaOptions {
  readonly endpoints: AlpacaEndpoints;
  readonly keys: AlpacaKeys;
  readonly now: () => Instant;
  /** Milliseconds a request may take. */
  readonly timeout?: number;
  /** Milliseconds before a lost stream is first tried again. */
  readonly reconnectDelay?: number;
}

const REQUEST_TIMEOUT = 10_000;
const RECONNECT_DELAY = 1_000;
const KNOWN_IDS_MAX = 20_000;

export function alpacaBroker({ endpoints, keys, now, timeout = REQUEST_TIMEOUT, reconnectDelay = RECONNECT_DELAY }: AlpacaOptions): Broker {
  const client = tradingClient(endpoints, keys, timeout);
  const ids = identities(client);
  let stream: ReportStream | null = null;

  const account = async (): Promise<Answer<BrokerAccount>> => mapped(await client.account(), accountOf);
  const statesOf = async (answer: Answer<readonly WireOrder[]>): Promise<Answer<readonly BrokerOrderState[]>> => {
    if (!answer.ok) return answer;
    const states: BrokerOrderState[] = [];
    for (const wire of answer.value) ids.learn(wire);
    for (const wire of answer.value) {
      const state = await ids.stateOf(wire);
      if (!state.ok) return state;
      states.push(state.value);
    }
    return { ok: true, value: states };
  };
  const order = async (clientId: string): Promise<Answer<BrokerOrderState | null>> => {
    const answer = await client.byClientId(clientId);
    return !answer.ok || answer.value === null ? (answer as Answer<null>) : ids.stateOf(answer.value);
  };

  return {
    connect: async (listener) => {
      stream?.close();
      stream = reportStream({ url: endpoints.tradingStream, keys, reconnectDelay, now, listener, clientIdOf: ids.clientIdOf });
      const opened = await stream.open();
      return opened.ok ? account() : opened;
    },
    submit: async (wanted) => {
      const answer = await client.submit(orderRequest(wanted));
      if (answer.ok) return ids.stateOf(answer.value);
      return answer.failure.code === "duplicate_client_id"
        ? earlier(answer, await order(wanted.clientId), (one) => isSame(one.order, wanted))
        : answer;
    },
    cancel: async (clientId) => {
      const id = await ids.brokerIdOf(clientId);
      return id.ok ? client.cancel(id.value) : id;
    },
    replace: async (clientId, { clientId: newId, quantity, limit, stop }) => {
      const id = await ids.brokerIdOf(clientId);
      if (!id.ok) return id;
      const prices = { ...(limit === null ? {} : { limitPrice: limit }), ...(stop === null ? {} : { stopPrice: stop }) };
      const answer = await client.replace(id.value, { clientOrderId: newId, qty: quantity, ...prices });
      if (answer.ok) return ids.stateOf(answer.value);
      return answer.failure.code === "duplicate_client_id"
        ? earlier(answer, await order(newId), (one) => one.replaces === clientId)
        : answer;
    },
    order,
    openOrders: async () => statesOf(await openOrders(client)),
    ordersSince: async (since) => statesOf(await ordersSince(client, since)),
    positions: async () => mapped(await client.positions(), (all) => all.map(positionOf)),
    account,
    close: async () => stream?.close(),
  };
}

/** A request that was refused because its id is taken was carried out before, if the order with that id is the one that was asked for. */
function earlier(
  refused: Answer<never>,
  found: Answer<BrokerOrderState | null>,
  isIt: (order: BrokerOrderState) => boolean,
): Answer<BrokerOrderState> {
  if (!found.ok) return found;
  return found.value !== null && isIt(found.value) ? { ok: true, value: found.value } : refused;
}

function isSame(a: BrokerOrder, b: BrokerOrder): boolean {
  const ofPlan = a.symbol === b.symbol && a.side === b.side && a.type === b.type && a.tif === b.tif;
  return ofPlan && isEqual(a.quantity, b.quantity) && isEqual(a.limit, b.limit) && isEqual(a.stop, b.stop);
}

/** Alpaca may write an amount with other zeros than it was sent. */
function isEqual(a: string | null, b: string | null): boolean {
  const plain = (text: string | null): string | null => (text?.includes(".") ? text.replace(/\.?0+$/, "") : text);
  return plain(a) === plain(b);
}

/** Which of our ids stands for which of the broker's. */
interface Identities {
  learn(order: WireOrder): void;
  brokerIdOf(clientId: string): Promise<Answer<string>>;
  clientIdOf(brokerId: string): Promise<Answer<string>>;
  /** An order in the port's form, with the ids of those before and after it looked up. */
  stateOf(order: WireOrder): Promise<Answer<BrokerOrderState>>;
}

function identities(client: TradingClient): Identities {
  const clientIds = new Map<string, string>();
  const brokerIds = new Map<string, string>();
  const learn = ({ id, client_order_id }: WireOrder): void => {
    for (const map of [clientIds, brokerIds]) {
      const [oldest] = map.keys();
      if (map.size >= KNOWN_IDS_MAX && oldest !== undefined) map.delete(oldest);
    }
    clientIds.set(id, client_order_id);
    brokerIds.set(client_order_id, id);
  };
  const clientIdOf = async (brokerId: string): Promise<Answer<string>> => {
    const known = clientIds.get(brokerId);
    if (known !== undefined) return { ok: true, value: known };
    const order = await client.byId(brokerId);
    if (order.ok) learn(order.value);
    return mapped(order, ({ client_order_id }) => client_order_id);
  };
  return {
    learn,
    clientIdOf,
    brokerIdOf: async (clientId) => {
      const known = brokerIds.get(clientId);
      if (known !== undefined) return { ok: true, value: known };
      const order = await client.byClientId(clientId);
      if (!order.ok) return order;
      if (order.value === null)
        return {
          ok: false,
          failure: { class: "rejected", code: "unknown_order", message: `No order has the id ${clientId}.`, retryAfter: null },
        };
      learn(order.value);
      return { ok: true, value: order.value.id };
    },
    stateOf: async (order) => {
      learn(order);
      for (const neighbour of [order.replaced_by, order.replaces]) {
        const found = neighbour === null ? null : await clientIdOf(neighbour);
        if (found !== null && !found.ok) return found;
      }
      return { ok: true, value: orderState(order, (id) => clientIds.get(id) ?? id) };
    },
  };
}

function mapped<A, B>(answer: Answer<A>, change: (value: A) => B): Answer<B> {
  return answer.ok ? { ok: true, value: change(answer.value) } : answer;
}
