/** Alpaca's own SDK, as its documentation uses it, works against the simulator with nothing changed but the address. */
import { errors, marketData, streaming, TimeFrame, trading } from "@alpacahq/alpaca-trade-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Simulator } from "../../src/adapters/alpaca-simulator/simulator.ts";
import { control, KEYS, minutesOf, testSimulator } from "../support/alpaca-simulator.ts";
import { until } from "../support/until.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await testSimulator({ market: [minutesOf("AAPL", 100), minutesOf("BTC/USD", 40_000)], requestsPerMinute: 30 });
});
afterAll(() => simulator.close());

it("trades, listens and reads history", async () => {
  const configuration = new trading.Configuration({ ...KEYS, basePath: simulator.url });
  const orders = new trading.OrdersApi(configuration);
  const stream = new streaming.TradingStream({ credentials: KEYS, url: `${simulator.url.replace("http", "ws")}/stream` });
  const events: string[] = [];
  stream.subscribeTradeUpdates();
  stream.onTradeUpdate(({ event, order }) => events.push(`${order.clientOrderId} ${event}`));
  let isListening = false;
  stream.on(streaming.EVENT.SUBSCRIPTION, () => {
    isListening = true;
  });
  stream.connect();
  await until("it listens", () => isListening);
  await control(simulator, "price", { symbol: "AAPL", price: 100 });
  const order = await orders.postOrder({
    postOrderRequest: {
      symbol: "AAPL",
      qty: "10",
      side: "buy",
      type: "market",
      timeInForce: "day",
      clientOrderId: "sdk",
      orderClass: "bracket",
      takeProfit: { limitPrice: "110" },
      stopLoss: { stopPrice: "90" },
    },
  });
  expect(order).toMatchObject({ clientOrderId: "sdk", status: "pending_new", qty: "10", legs: [{ status: "held" }, { status: "held" }] });
  await until("the fill", () => events.includes("sdk fill"));
  expect(await new trading.PositionsApi(configuration).getAllOpenPositions()).toMatchObject([
    { symbol: "AAPL", qty: "10", avgEntryPrice: "100" },
  ]);
  await expect(orders.getOrderByClientOrderId({ clientOrderId: "none" })).rejects.toBeInstanceOf(errors.NotFoundError);
  stream.disconnect();

  const stocks = new marketData.StockApi(new marketData.Configuration({ ...KEYS, basePath: simulator.url }));
  const { bars } = await stocks.stockBars({
    symbols: "AAPL",
    timeframe: TimeFrame.Minute,
    start: new Date("2024-01-02T14:30:00Z"),
    limit: 5,
  });
  expect(bars.AAPL).toHaveLength(5);
});

it("gets bars and an order book in msgpack", async () => {
  const base = simulator.url.replace("http", "ws");
  const stocks = new streaming.StockDataStream({ credentials: KEYS, url: `${base}/v2/iex` });
  const crypto = new streaming.CryptoDataStream({ credentials: KEYS, url: `${base}/v1beta3/crypto/us` });
  const seen: string[] = [];
  stocks.subscribeForBars(["AAPL"]);
  stocks.onBar(({ symbol, timestampRaw }) => seen.push(`${symbol} ${timestampRaw}`));
  crypto.subscribeForOrderbooks(["BTC/USD"]);
  crypto.onOrderbook(({ symbol, reset, bids }) => seen.push(`${symbol} ${reset} ${bids.length}`));
  stocks.connect();
  crypto.connect();
  await until("the book", () => seen.includes("BTC/USD true 5"));
  expect(await stocks.waitForAuthentication()).toBe(true);
  await control(simulator, "advance", { bars: 1 });
  await until("a bar", () => seen.includes("AAPL 2024-01-02T15:30:00.000000000Z"));
  stocks.disconnect();
  crypto.disconnect();
});

it("is told when it asks too often", async () => {
  const accounts = new trading.AccountsApi(new trading.Configuration({ ...KEYS, basePath: simulator.url }));
  const asked = await Promise.allSettled(Array.from({ length: 40 }, () => accounts.getAccount()));
  const refused = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused.length).toBeGreaterThan(9);
  expect(refused[0]).toBeInstanceOf(errors.RateLimitError);
  expect(refused[0]).toMatchObject({ code: 42910000, rateLimit: { limit: 30, remaining: 0 } });
});
