/** Lists of orders that may be longer than one page. */
import type { trading } from "@alpacahq/alpaca-trade-api";
import { DAY } from "../../market/calendars.ts";
import type { Answer } from "../../market/outside.ts";
import { instantText } from "../../values/instant.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import type { TradingClient, WireActivity } from "./client.ts";
import { lastEvent, type WireOrder } from "./orders.ts";

const ORDERS_PER_PAGE = 500;
const FILLS_PER_PAGE = 100;
/** Orders of a day end within five, over a long weekend too. Alpaca lists by submission only, so older ones are found by their fills. */
const DAY_ORDER_LIFE = 5 * DAY;

export async function openOrders(client: TradingClient): Promise<Answer<readonly WireOrder[]>> {
  return allOrders(client, { status: "open" });
}

/**
 * The orders that filled or ended after `since`, oldest event first. Of orders submitted more than five days before only those that filled: one
 * that was `gtc` and merely cancelled since is found by its own id alone.
 */
export async function ordersSince(client: TradingClient, since: Instant): Promise<Answer<readonly WireOrder[]>> {
  const listed = await allOrders(client, { status: "all", after: instantText(instant(since - DAY_ORDER_LIFE)) });
  if (!listed.ok) return listed;
  const found = new Map(listed.value.map((order) => [order.id, order]));
  const fills = await allFills(client, since);
  if (!fills.ok) return fills;
  for (const { order_id } of fills.value) {
    if (found.has(order_id)) continue;
    const order = await client.byId(order_id);
    if (!order.ok) return order;
    found.set(order_id, order.value);
  }
  const events = [...found.values()].map((order) => ({ order, time: lastEvent(order) }));
  const recent = events.filter(({ time }) => time !== null && time > since);
  return { ok: true, value: recent.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0)).map(({ order }) => order) };
}

async function allOrders(client: TradingClient, query: trading.GetAllOrdersRequest): Promise<Answer<readonly WireOrder[]>> {
  const all: WireOrder[] = [];
  for (;;) {
    const last = all.at(-1);
    const from = last === undefined ? query : { status: query.status ?? "all", afterOrderId: last.id };
    const page = await client.list({ ...from, limit: ORDERS_PER_PAGE });
    if (!page.ok) return page;
    all.push(...page.value);
    if (page.value.length < ORDERS_PER_PAGE) return { ok: true, value: all };
  }
}

async function allFills(client: TradingClient, since: Instant): Promise<Answer<readonly WireActivity[]>> {
  const all: WireActivity[] = [];
  for (;;) {
    const page = await client.fills(new Date(since / 1_000), all.at(-1)?.id ?? null);
    if (!page.ok) return page;
    all.push(...page.value);
    if (page.value.length < FILLS_PER_PAGE) return { ok: true, value: all };
  }
}
