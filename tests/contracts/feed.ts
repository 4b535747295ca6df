/** What every feed must do that fills the port src/market/feed.ts: a replay of stored bars, and a live vendor. */
import { afterEach, describe, expect, it } from "vitest";
import { MINUTE } from "../../src/market/calendars.ts";
import type { Feed, FeedBar, FeedEvent } from "../../src/market/feed.ts";
import type { Answer } from "../../src/market/outside.ts";
import { instant } from "../../src/values/quantity.ts";
import { until } from "../support/until.ts";

/** A feed of AAPL in minutes, which stands at the end of one of them. */
export interface FeedWorld {
  readonly feed: Feed;
  /** All bars there will be, and how many of them lie in the past. */
  readonly bars: readonly FeedBar[];
  readonly past: number;
  /** Lets so many bars be complete, and the feed hand them out. */
  advance(bars: number): Promise<void>;
  readonly wire: Wire | null;
  close(): Promise<void>;
}

/** Of a feed that is reached over a wire, and has more than bars. Each accident happens once. */
export interface Wire {
  dropConnection(): Promise<void>;
  sendTwice(): Promise<void>;
  /** The next bar lacks a trade. */
  lateTrade(): Promise<void>;
  withWrongKeys(): Feed;
}

const SYMBOL = "AAPL";

export function feedContract(name: string, open: () => Promise<FeedWorld>): void {
  describe(`${name} is a feed`, () => {
    let world: FeedWorld | null = null;
    const begin = async (): Promise<FeedWorld> => {
      world = await open();
      return world;
    };
    afterEach(async () => {
      await world?.feed.close();
      await world?.close();
      world = null;
    });
    bars(begin);
    history(begin);
    wired(begin);
  });
}

type Begin = () => Promise<FeedWorld>;

function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.failure.class} ${answer.failure.code}: ${answer.failure.message}`);
  return answer.value;
}

function barsOf(events: readonly FeedEvent[]): FeedBar[] {
  return events.flatMap((event) => (event.kind === "bar" ? [event.bar] : []));
}

function states(events: readonly FeedEvent[]): string[] {
  return events.flatMap((event) => (event.kind === "connection" ? [event.state] : []));
}

async function listen({ feed }: FeedWorld, channels: readonly ("bars" | "trades" | "quotes")[] = ["bars"]): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  value(await feed.open({ symbols: [SYMBOL], channels }, (event) => void events.push(event)));
  await until("it is live", () => states(events).includes("live"));
  return events;
}

function bars(begin: Begin): void {
  it("says that it is live, then hands out the bars as they end, in order", async () => {
    const world = await begin();
    const events = await listen(world);
    await world.advance(5);
    await until("five bars", () => barsOf(events).length >= 5);
    expect(barsOf(events)).toEqual(world.bars.slice(world.past, world.past + 5));
    expect(states(events)).toEqual(["live"]);
  });

  it("hands out nothing after it was closed", async () => {
    const world = await begin();
    const events = await listen(world);
    await world.advance(1);
    await until("a bar", () => barsOf(events).length >= 1);
    await world.feed.close();
    const count = events.length;
    await world.advance(3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(barsOf(events.slice(count))).toEqual([]);
  });
}

function history(begin: Begin): void {
  it("gives the bars of the past, the first and the last included", async () => {
    const { feed, bars: all } = await begin();
    const [from, to] = [all[2]!.end, all[30]!.end];
    expect(value(await feed.history({ symbol: SYMBOL, width: MINUTE, from, to }))).toEqual(all.slice(2, 31));
  });

  it("gives the same bars for the same request", async () => {
    const { feed, bars: all } = await begin();
    const request = { symbol: SYMBOL, width: MINUTE, from: all[0]!.end, to: all[20]!.end };
    expect(await feed.history(request)).toEqual(await feed.history(request));
  });

  it("joins the past to what is live without a hole and without an overlap", async () => {
    const world = await begin();
    const events = await listen(world);
    const now = world.bars[world.past]!.end;
    const past = value(await world.feed.history({ symbol: SYMBOL, width: MINUTE, from: world.bars[0]!.end, to: instant(now - 1) }));
    await world.advance(3);
    await until("three bars", () => barsOf(events).length >= 3);
    expect([...past, ...barsOf(events)]).toEqual(world.bars.slice(0, world.past + 3));
  });
}

function wired(begin: Begin): void {
  const onWire = (title: string, act: (world: FeedWorld & { readonly wire: Wire }) => Promise<void>): void =>
    it(title, async ({ skip }) => {
      const world = await begin();
      if (world.wire === null) skip("it has no wire");
      else await act({ ...world, wire: world.wire });
    });

  onWire("says when it may have missed something, comes back by itself, and history repairs it", async (world) => {
    const events = await listen(world);
    await world.wire.dropConnection();
    await world.advance(3);
    await until("it is live again", () => states(events).join() === "live,lost,live");
    const [from, to] = [world.bars[world.past]!.end, world.bars[world.past + 2]!.end];
    expect(value(await world.feed.history({ symbol: SYMBOL, width: MINUTE, from, to }))).toEqual(
      world.bars.slice(world.past, world.past + 3),
    );
    await world.advance(1);
    await until("a bar", () => barsOf(events).some(({ end }) => end === world.bars[world.past + 3]!.end));
  });

  onWire("may hand out a bar twice", async (world) => {
    const events = await listen(world);
    await world.wire.sendTwice();
    await world.advance(1);
    await until("two bars", () => barsOf(events).length >= 2);
    expect(barsOf(events)).toEqual([world.bars[world.past], world.bars[world.past]]);
  });

  onWire("hands out a correction as such", async (world) => {
    const events = await listen(world);
    await world.wire.lateTrade();
    await world.advance(2);
    await until("the correction", () => events.some(({ kind }) => kind === "bar_update"));
    const update = events.find((event) => event.kind === "bar_update");
    expect(update?.bar).toEqual(world.bars[world.past]);
    expect(barsOf(events)[0]!.volume).toBeLessThan(world.bars[world.past]!.volume);
  });

  onWire("hands out trades and quotes with the time they were made", async (world) => {
    const events = await listen(world, ["trades", "quotes"]);
    await world.advance(1);
    const open = world.bars[world.past]!;
    await until("both", () => events.some(({ kind }) => kind === "trade") && events.some(({ kind }) => kind === "quote"));
    const trade = events.find((event) => event.kind === "trade");
    expect(trade?.time).toBeGreaterThanOrEqual(open.start);
    expect(trade?.time).toBeLessThan(open.end);
    expect(Number.isSafeInteger(trade?.time)).toBe(true);
    const quote = events.find((event) => event.kind === "quote");
    expect(quote?.ask).toBeGreaterThanOrEqual(quote!.bid);
  });

  onWire("is refused with wrong keys", async ({ wire }) => {
    const answer = await wire.withWrongKeys().open({ symbols: [SYMBOL], channels: ["bars"] }, () => undefined);
    expect(answer).toMatchObject({ ok: false, failure: { class: "auth" } });
  });
}
