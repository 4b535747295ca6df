/** The Alpaca adapter on the simulator passes the contract of feeds, and what only it has: order books, wider bars, pages. */
import { describe, expect, it } from "vitest";
import { alpacaEndpoints } from "../../src/adapters/alpaca/endpoints.ts";
import { alpacaFeed } from "../../src/adapters/alpaca/feed.ts";
import type { FaultKind } from "../../src/adapters/alpaca-simulator/faults.ts";
import type { Simulator } from "../../src/adapters/alpaca-simulator/simulator.ts";
import { DAY, HOUR, nyse } from "../../src/market/calendars.ts";
import type { Feed, FeedBar, FeedEvent } from "../../src/market/feed.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { instant } from "../../src/values/quantity.ts";
import { type FeedWorld, feedContract } from "../contracts/feed.ts";
import { control, KEYS, MIDDAY, minutesOf, testSimulator } from "../support/alpaca-simulator.ts";
import { until } from "../support/until.ts";

for (const compress of [false, true]) {
  feedContract(`Alpaca's adapter on the simulator${compress ? ", compressed" : ""}`, () => simulatedWorld(compress));
}

function feedOf({ url }: Simulator, secret = KEYS.secret): Feed {
  const found = alpacaEndpoints(url);
  if (!found.ok) throw new Error(found.message);
  return alpacaFeed({ endpoints: found.endpoints, keys: { ...KEYS, secret }, timeout: 2_000, reconnectDelay: 20, page: 7 });
}

async function simulatedWorld(compress: boolean): Promise<FeedWorld> {
  const data = minutesOf("AAPL", 100);
  const simulator = await testSimulator({ market: [data], compress });
  const fault =
    (kind: FaultKind, on = "data") =>
    async (): Promise<void> => {
      await control(simulator, "faults", { kind, on });
    };
  return {
    feed: feedOf(simulator),
    bars: data.bars.map((bar): FeedBar => ({ symbol: "AAPL", ...bar })),
    past: data.bars.findIndex(({ end }) => end > MIDDAY),
    advance: async (bars) => {
      await control(simulator, "advance", { bars });
    },
    wire: {
      dropConnection: fault("stream_disconnect"),
      sendTwice: fault("stream_duplicate"),
      lateTrade: fault("late_trade", "AAPL"),
      withWrongKeys: () => feedOf(simulator, "wrong"),
    },
    close: () => simulator.close(),
  };
}

describe("Alpaca's feed", () => {
  it("keeps an order book of a pair: the whole first, then its changes", async () => {
    const simulator = await testSimulator({ market: [minutesOf("BTC/USD", 40_000)] });
    const feed = feedOf(simulator);
    const events: FeedEvent[] = [];
    await feed.open({ symbols: ["BTC/USD"], channels: ["book"] }, (event) => void events.push(event));
    await until("it is live", () => events.some((event) => event.kind === "connection" && event.state === "live"));
    await control(simulator, "advance", { bars: 2 });
    await until("changes", () => events.filter(({ kind }) => kind === "book").length > 5);
    const books = events.filter((event) => event.kind === "book");
    expect(books.map(({ isSnapshot }) => isSnapshot)).toEqual(books.map((_, index) => index === 0));
    const bids = new Map<number, number>();
    for (const { bids: changes } of books) {
      for (const [price, size] of changes) {
        if (size === 0) bids.delete(price);
        else bids.set(price, size);
      }
    }
    expect(bids.size).toBe(5);
    await feed.close();
    await simulator.close();
  });

  it("has no order book of a stock", async () => {
    const simulator = await testSimulator();
    const answer = await feedOf(simulator).open({ symbols: ["AAPL"], channels: ["book"] }, () => undefined);
    expect(answer).toMatchObject({ ok: false, failure: { class: "rejected", code: "no_order_book" } });
    await simulator.close();
  });

  it("gives hours, and days that end with their session", async () => {
    const data = minutesOf("AAPL", 100, 1, 4);
    const day = dayNumber(2024, 1, 4);
    const simulator = await testSimulator({ market: [data], start: instant(nyse.close(day)) });
    const feed = feedOf(simulator);
    const days = await feed.history({ symbol: "AAPL", width: DAY, from: instant(nyse.close(day - 2)), to: instant(nyse.close(day - 1)) });
    expect(days.ok && days.value.map(({ end }) => end)).toEqual([nyse.close(day - 2), nyse.close(day - 1)]);
    const firstDay = data.bars.filter(({ end }) => end <= nyse.close(day - 2));
    expect(days.ok && days.value[0]?.volume).toBe(firstDay.reduce((sum, { volume }) => sum + volume, 0));
    const noon = instant(nyse.open(day) + 2.5 * HOUR);
    const hours = await feed.history({ symbol: "AAPL", width: HOUR, from: noon, to: instant(noon + HOUR) });
    expect(hours.ok && hours.value.map(({ end }) => end)).toEqual([noon, noon + HOUR]);
    expect(await feed.history({ symbol: "AAPL", width: 7_000_000, from: noon, to: noon })).toMatchObject({
      ok: false,
      failure: { code: "unknown_width" },
    });
    await simulator.close();
  });

  it("tells what is wrong with an answer that lacks a field", async () => {
    const simulator = await testSimulator();
    await control(simulator, "faults", { kind: "malformed" });
    const answer = await feedOf(simulator).history({ symbol: "AAPL", width: HOUR, from: MIDDAY, to: MIDDAY });
    expect(answer).toMatchObject({ ok: false, failure: { class: "fatal", code: "unknown_form" } });
    await simulator.close();
  });
});
