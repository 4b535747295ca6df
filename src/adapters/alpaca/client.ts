/** The requests of the trading interface that are used, each checked at the border. The SDK sends them, once; nothing is tried again here. */
import { trading } from "@alpacahq/alpaca-trade-api";
import type { Answer } from "../../market/outside.ts";
import { ACCOUNT, POSITIONS, type WireAccount, type WirePosition } from "./account.ts";
import { checked, objectOf, type Shape, shape, TEXT } from "./border.ts";
import type { AlpacaEndpoints, AlpacaKeys } from "./endpoints.ts";
import { answerOf, type Effect } from "./failures.ts";
import { ORDER, ORDERS, type WireOrder } from "./orders.ts";

export interface TradingClient {
  submit(order: trading.PostOrderRequest): Promise<Answer<WireOrder>>;
  replace(id: string, changes: trading.PatchOrderRequest): Promise<Answer<WireOrder>>;
  cancel(id: string): Promise<Answer<null>>;
  /** Null where there is none. */
  byClientId(clientId: string): Promise<Answer<WireOrder | null>>;
  byId(id: string): Promise<Answer<WireOrder>>;
  /** One page, oldest first. */
  list(query: trading.GetAllOrdersRequest): Promise<Answer<readonly WireOrder[]>>;
  /** One page of fills after `after`, oldest first. */
  fills(after: Date, pageToken: string | null): Promise<Answer<readonly WireActivity[]>>;
  account(): Promise<Answer<WireAccount>>;
  positions(): Promise<Answer<readonly WirePosition[]>>;
}

export interface WireActivity {
  readonly id: string;
  readonly order_id: string;
}

const ACTIVITIES = shape<readonly WireActivity[]>("the fills", { type: "array", items: objectOf({ id: TEXT, order_id: TEXT }) });

export function tradingClient({ trading: basePath }: AlpacaEndpoints, keys: AlpacaKeys, timeoutMs: number): TradingClient {
  const configuration = new trading.Configuration({ ...keys, basePath, timeoutMs });
  const orders = new trading.OrdersApi(configuration);
  const accounts = new trading.AccountsApi(configuration);
  const positions = new trading.PositionsApi(configuration);
  const activities = new trading.AccountActivitiesApi(configuration);
  return {
    submit: (postOrderRequest) => asked("changes", ORDER, () => orders.postOrderRaw({ postOrderRequest })),
    replace: (orderId, patchOrderRequest) => asked("changes", ORDER, () => orders.patchOrderByOrderIdRaw({ orderId, patchOrderRequest })),
    cancel: (orderId) =>
      answerOf("changes", async () => {
        await orders.deleteOrderByOrderID({ orderId });
        return null;
      }),
    byClientId: async (clientOrderId) => {
      const answer = await asked("reads", ORDER, () => orders.getOrderByClientOrderIdRaw({ clientOrderId }));
      return !answer.ok && answer.failure.code === "unknown_order" ? { ok: true, value: null } : answer;
    },
    byId: (orderId) => asked("reads", ORDER, () => orders.getOrderByOrderIDRaw({ orderId })),
    list: (query) => asked("reads", ORDERS, () => orders.getAllOrdersRaw({ direction: "asc", nested: false, ...query })),
    fills: (after, pageToken) =>
      asked("reads", ACTIVITIES, () =>
        activities.getAccountActivitiesByActivityTypeRaw({
          activityType: "FILL",
          after,
          direction: "asc",
          pageSize: 100,
          ...(pageToken === null ? {} : { pageToken }),
        }),
      ),
    account: () => asked("reads", ACCOUNT, () => accounts.getAccountRaw()),
    positions: () => asked("reads", POSITIONS, () => positions.getAllOpenPositionsRaw()),
  };
}

/** The answer's JSON as it came, checked; not as the SDK maps it, which lets missing fields pass. */
async function asked<T>(effect: Effect, form: Shape<T>, request: () => Promise<{ readonly raw: Response }>): Promise<Answer<T>> {
  const answer = await answerOf(effect, async () => (await request()).raw.json() as Promise<unknown>);
  return answer.ok ? checked(form, answer.value) : answer;
}
