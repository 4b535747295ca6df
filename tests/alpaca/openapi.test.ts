/** Every answer of the simulator is of the form that Alpaca describes: a day of trading in which each operation is asked at least once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Simulator } from "../../src/adapters/alpaca-simulator/simulator.ts";
import { control, KEYS, minutesOf, testSimulator } from "../support/alpaca-simulator.ts";
import { alpacaOpenApi, OPENAPI_FILES, type OpenApi } from "../support/openapi.ts";
import { describeWithSharedData } from "../support/shared-data.ts";

describeWithSharedData("the simulator's answers", OPENAPI_FILES, () => {
  let simulator: Simulator;
  let openapi: OpenApi;
  const problems: string[] = [];

  beforeAll(async () => {
    openapi = alpacaOpenApi();
    simulator = await testSimulator({
      market: [minutesOf("AAPL", 100, 1, 4), minutesOf("MSFT", 200, 2, 4), minutesOf("BTC/USD", 40_000, 3, 4)],
      accountForm: "legacy",
    });
  });
  afterAll(() => simulator.close());

  async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: never }> {
    const headers = { "APCA-API-KEY-ID": KEYS.keyId, "APCA-API-SECRET-KEY": KEYS.secret };
    const response = await fetch(`${simulator.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === "" ? null : JSON.parse(text);
    const problem = openapi.problem(method, path.split("?")[0]!, response.status, answer);
    if (problem) problems.push(`${method} ${path}: ${problem}`);
    return { status: response.status, body: answer as never };
  }

  const order = (changes: object) => ({ symbol: "AAPL", qty: "10", side: "buy", type: "market", time_in_force: "day", ...changes });
  const submit = async (changes: object): Promise<{ readonly id: string }> => {
    const { status, body } = await ask("POST", "/v2/orders", order(changes));
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };

  it("are as described, over a day of orders of every kind", async () => {
    await control(simulator, "price", { symbol: "AAPL", price: 100 });
    await submit({});
    await submit({ qty: null, notional: "150.50" });
    const limit = await submit({ type: "limit", limit_price: "90", client_order_id: "limit" });
    await submit({ type: "stop", stop_price: "120" });
    await submit({ type: "stop_limit", stop_price: "120", limit_price: "121", time_in_force: "gtc" });
    await submit({ type: "trailing_stop", trail_percent: "5", time_in_force: "gtc" });
    await submit({ order_class: "bracket", take_profit: { limit_price: "110" }, stop_loss: { stop_price: "95", limit_price: "94.5" } });
    await submit({ order_class: "oto", type: "limit", limit_price: "98", stop_loss: { stop_price: "95" } });
    await submit({ symbol: "BTC/USD", qty: "0.01", time_in_force: "gtc" });
    await submit({ symbol: "MSFT", side: "sell" });
    await ask("PATCH", `/v2/orders/${limit.id}`, { limit_price: "91", qty: "11" });
    await ask("GET", "/v2/orders?status=all&nested=true&limit=500");
    await ask("GET", `/v2/orders/${limit.id}`);
    await ask("GET", "/v2/orders:by_client_order_id?client_order_id=limit");
    const open = await submit({ type: "limit", limit_price: "89" });
    await ask("DELETE", `/v2/orders/${open.id}`);
    await ask("DELETE", `/v2/orders/${open.id}`);
    await control(simulator, "advance", { bars: 30 });
    for (const path of [
      "account",
      "account/configurations",
      "account/portfolio/history",
      "account/activities?page_size=5",
      "account/activities/FILL",
      "clock",
      "calendar?start=2024-01-01&end=2024-01-31",
    ]) {
      await ask("GET", `/v2/${path}`);
    }
    for (const path of ["assets", "assets/AAPL", "assets/NOSUCH", "positions", "positions/AAPL", "positions/BTCUSD"])
      await ask("GET", `/v2/${path}`);
    await ask("DELETE", "/v2/orders");
    await ask("DELETE", "/v2/positions/MSFT");
    await ask("DELETE", "/v2/positions?cancel_orders=true");
    expect(problems).toEqual([]);
  });

  it("are as described, of the market's data", async () => {
    await control(simulator, "advance", { bars: 500 });
    const span = "start=2024-01-02T14:30:00Z&end=2024-01-04T15:30:00Z&limit=20";
    for (const kind of ["bars", "quotes", "trades"]) {
      await ask("GET", `/v2/stocks/${kind}?symbols=AAPL,MSFT&timeframe=5Min&${span}`);
      await ask("GET", `/v2/stocks/AAPL/${kind}?timeframe=1Hour&${span}`);
      await ask("GET", `/v2/stocks/${kind}/latest?symbols=AAPL,MSFT`);
      await ask("GET", `/v2/stocks/AAPL/${kind}/latest`);
      await ask("GET", `/v1beta3/crypto/us/${kind}?symbols=BTC%2FUSD&timeframe=1Day&${span}`);
      await ask("GET", `/v1beta3/crypto/us/latest/${kind}?symbols=BTC%2FUSD`);
    }
    await ask("GET", "/v2/stocks/snapshots?symbols=AAPL,MSFT");
    await ask("GET", "/v2/stocks/AAPL/snapshot");
    await ask("GET", "/v1beta3/crypto/us/snapshots?symbols=BTC%2FUSD");
    await ask("GET", "/v1beta3/crypto/us/latest/orderbooks?symbols=BTC%2FUSD");
    expect(problems).toEqual([]);
  });

  it("were checked for every operation that there is", () => {
    expect([...openapi.checked].toSorted()).toMatchInlineSnapshot(`
      [
        "DELETE /v2/orders 207",
        "DELETE /v2/orders/{order_id} 204",
        "DELETE /v2/orders/{order_id} 422",
        "DELETE /v2/positions 207",
        "DELETE /v2/positions/{symbol_or_asset_id} 200",
        "GET /v1beta3/crypto/{loc}/bars 200",
        "GET /v1beta3/crypto/{loc}/latest/bars 200",
        "GET /v1beta3/crypto/{loc}/latest/orderbooks 200",
        "GET /v1beta3/crypto/{loc}/latest/quotes 200",
        "GET /v1beta3/crypto/{loc}/latest/trades 200",
        "GET /v1beta3/crypto/{loc}/quotes 200",
        "GET /v1beta3/crypto/{loc}/snapshots 200",
        "GET /v1beta3/crypto/{loc}/trades 200",
        "GET /v2/account 200",
        "GET /v2/account/activities 200",
        "GET /v2/account/activities/{activity_type} 200",
        "GET /v2/account/configurations 200",
        "GET /v2/account/portfolio/history 200",
        "GET /v2/assets 200",
        "GET /v2/assets/{symbol_or_asset_id} 200",
        "GET /v2/assets/{symbol_or_asset_id} 404",
        "GET /v2/calendar 200",
        "GET /v2/clock 200",
        "GET /v2/orders 200",
        "GET /v2/orders/{order_id} 200",
        "GET /v2/orders:by_client_order_id 200",
        "GET /v2/positions 200",
        "GET /v2/positions/{symbol_or_asset_id} 200",
        "GET /v2/stocks/bars 200",
        "GET /v2/stocks/bars/latest 200",
        "GET /v2/stocks/quotes 200",
        "GET /v2/stocks/quotes/latest 200",
        "GET /v2/stocks/snapshots 200",
        "GET /v2/stocks/trades 200",
        "GET /v2/stocks/trades/latest 200",
        "GET /v2/stocks/{symbol}/bars 200",
        "GET /v2/stocks/{symbol}/bars/latest 200",
        "GET /v2/stocks/{symbol}/quotes 200",
        "GET /v2/stocks/{symbol}/quotes/latest 200",
        "GET /v2/stocks/{symbol}/snapshot 200",
        "GET /v2/stocks/{symbol}/trades 200",
        "GET /v2/stocks/{symbol}/trades/latest 200",
        "PATCH /v2/orders/{order_id} 200",
        "POST /v2/orders 200",
      ]
    `);
  });

  it("would be found wrong with a field of another type", () => {
    expect(openapi.problem("GET", "/v2/clock", 200, { timestamp: 1, is_open: true, next_open: "", next_close: "" })).toMatch(/timestamp/);
  });
});
