/** Books rebuilt from captures of Binance equal the states and the best quotes that the exchange itself published. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { readEventFiles } from "../../src/adapters/files/events.ts";
import { applyUpdate } from "../../src/data/events/chunks.ts";
import type { NormalEvents } from "../../src/data/events/normal.ts";
import type { EventKind } from "../../src/market/bars.ts";
import {
  bestAsk,
  bestAskSize,
  bestBid,
  bestBidSize,
  createOrderBook,
  FILE_LEVELS,
  isCrossed,
  isStale,
  LIVE_LEVELS,
  levelAt,
  type OrderBook,
} from "../../src/market/order-book.ts";
import { describeWithSharedData, sharedPath } from "../support/shared-data.ts";

const CAPTURES = [
  { market: "spot", every: 200, states: 18, quotes: 2_671 },
  { market: "usdm", every: 500, states: 14, quotes: 5_590 },
] as const;

const fileOf = (market: string): string => `hftbacktest/${market}_ethusdt_20240808.gz`;
const goldenOf = (market: string, every: number): string => `golden/orderbook/${market}_ethusdt_20240808.top10_every${every}.csv.gz`;

async function eventsOf(market: string, kind: EventKind): Promise<NormalEvents> {
  const read = await readEventFiles(kind, [sharedPath(fileOf(market))], { calendar: "always" });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join());
  return read.value;
}

/** The rows of a table of the shared data, cells as text. */
function rowsOf(path: string): readonly (readonly string[])[] {
  return gunzipSync(readFileSync(sharedPath(path)))
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.split(","));
}

function topTen(book: OrderBook, decimals: number): readonly number[] {
  return (["bid", "ask"] as const).flatMap((side) =>
    Array.from({ length: 10 }, (_, n) => levelAt(book, side, n)).flatMap((level) => [
      (level?.price ?? 0) / 10 ** decimals,
      level?.size ?? 0,
    ]),
  );
}

for (const { market, every, states, quotes } of CAPTURES) {
  describeWithSharedData(`the book of ${market} ETHUSDT`, [fileOf(market), goldenOf(market, every)], () => {
    it("equals the golden states, and the exchange's best bid and offer", async () => {
      const changes = await eventsOf(market, "book");
      const golden = rowsOf(goldenOf(market, every)).slice(1);
      const best = bestByUpdate(market);
      const updates = updatesOf(market);
      const book = createOrderBook(FILE_LEVELS);
      const live = createOrderBook(LIVE_LEVELS);
      let read = 0;
      const { time } = changes.table;
      let [at, applied, compared, equal] = [0, -1, 0, 0];
      const found = new Map<string, readonly number[]>();
      while (at < time.length) {
        applyUpdate(changes, live, at);
        at = applyUpdate(changes, book, at);
        applied += 1;
        // The snapshot is the first update; the others are the depth messages that it does not hold already.
        const update = updates[applied - 1];
        if (update === undefined) continue;
        if (isStale(book) || isCrossed(book)) throw new Error(`not readable after ${update}`);
        const top = topTen(book, changes.priceDecimals);
        if (!isStale(live)) {
          read += 1;
          if (topTen(live, changes.priceDecimals).some((value, index) => value !== top[index]))
            throw new Error(`a live book differs after ${update}`);
        }
        found.set(update, top);
        const quote = best.get(update);
        if (quote === undefined) continue;
        compared += 1;
        const unit = 10 ** changes.priceDecimals;
        const here = [bestBid(book) / unit, bestBidSize(book), bestAsk(book) / unit, bestAskSize(book)];
        if (quote.every((value, index) => value === here[index])) equal += 1;
      }
      const checked = golden.filter((row) => found.has(row[3]!));
      for (const row of checked) expect(found.get(row[3]!)).toEqual(row.slice(6).map(Number));
      expect([checked.length, golden.length]).toEqual([states, states]);
      expect([compared, equal]).toEqual([quotes, quotes]);
      expect(read).toBeGreaterThan(1_000);
    });
  });
}

const MESSAGES = new Map<string, readonly Readonly<Record<string, unknown>>[]>();

function messagesOf(market: string): readonly Readonly<Record<string, unknown>>[] {
  const known = MESSAGES.get(market);
  if (known !== undefined) return known;
  const lines = gunzipSync(readFileSync(sharedPath(fileOf(market))))
    .toString()
    .trim()
    .split("\n")
    .filter((line) => line.length > 20);
  const messages = lines
    .map((line) => JSON.parse(line.slice(20)) as Record<string, unknown>)
    .map((message) => (message.data as Record<string, unknown>) ?? message);
  MESSAGES.set(market, messages);
  return messages;
}

/** The last update of each depth message that the snapshot does not hold, in order. */
function updatesOf(market: string): readonly string[] {
  const messages = messagesOf(market);
  const snapshot = messages.find((message) => message.lastUpdateId !== undefined)?.lastUpdateId as number;
  return messages.filter(({ e, u }) => e === "depthUpdate" && (u as number) > snapshot).map(({ u }) => String(u));
}

/** The exchange's own best quote as of each depth message: the last that follows no later update, where one falls into the message's updates. */
function bestByUpdate(market: string): ReadonlyMap<string, readonly number[]> {
  const messages = messagesOf(market);
  const quotes = messages.filter(
    ({ a, b, e }) => typeof a === "string" && typeof b === "string" && (e === undefined || e === "bookTicker"),
  );
  const best = new Map<string, readonly number[]>();
  let next = 0;
  for (const { U, u } of messages.filter(({ e }) => e === "depthUpdate")) {
    while (next < quotes.length && (quotes[next]!.u as number) <= (u as number)) next += 1;
    const quote = quotes[next - 1];
    if (quote === undefined || (quote.u as number) < (U as number)) continue;
    best.set(String(u), [quote.b, quote.B, quote.a, quote.A].map(Number));
  }
  return best;
}
