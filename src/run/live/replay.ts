/**
 * Stored bars as a live market: a feed that hands them out in order of time, and a clock that is theirs. It goes on only when what a bar leads to has
 * been handled, so that a run comes to the same at any speed.
 */
import type { BarChunk, BarSource } from "../../market/bars.ts";
import type { Feed, FeedBar, FeedEvent } from "../../market/feed.ts";
import { removeAt } from "../../values/list.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { powerOfTen } from "../../values/wide.ts";
import type { Clock } from "./clock.ts";

export interface Replay {
  readonly feed: Feed;
  readonly clock: Clock;
}

export interface ReplayInput {
  /** By name of the symbol, all of one width. */
  readonly sources: ReadonlyMap<string, BarSource>;
  /** Bars that end before are history. */
  readonly from: Instant;
  readonly to: Instant;
  /** Resolves when the data's clock may go on by so many microseconds. */
  readonly pace: (span: number) => Promise<void>;
}

const CHUNK_ROWS = 4_096;

/** A replay before its first bar. */
export function replayMarket({ sources, from, to, pace }: ReplayInput): Replay {
  const timers: Timer[] = [];
  const begin = Math.min(...[...sources.values()].map(({ info }) => info.from));
  let now = instant(Math.max(from, begin));
  let isClosed = false;
  const play = async (symbols: readonly string[], listener: (event: FeedEvent) => void | Promise<void>): Promise<void> => {
    const feeds = symbols.map((symbol) => barsOf(sources, symbol, from, to));
    const heads = await Promise.all(feeds.map((feed) => feed.next()));
    while (!isClosed) {
      const bar = Math.min(...heads.map((head) => (head.done === true ? Number.POSITIVE_INFINITY : head.value.end)));
      if (bar === Number.POSITIVE_INFINITY) break;
      const next = instant(Math.max(now, Math.min(bar, timers[0]?.due ?? bar)));
      await pace(next - now);
      if (isClosed) break;
      // Others may have been set, or taken back, meanwhile.
      const [timer] = timers;
      now = instant(Math.max(now, Math.min(next, timer?.due ?? next)));
      if (timer !== undefined && timer.due <= now) {
        timers.shift();
        await timer.wake();
        continue;
      }
      if (now < bar) continue;
      for (const [index, head] of heads.entries()) {
        if (head.done === true || head.value.end !== bar) continue;
        await listener({ kind: "bar", bar: head.value });
        heads[index] = (await feeds[index]?.next()) ?? head;
      }
    }
    await listener({ kind: "connection", state: "closed", failure: null });
  };
  return {
    clock: {
      now: () => now,
      at: (due, wake) => {
        const timer = { due, wake };
        const place = timers.findIndex((other) => other.due > due);
        timers.splice(place < 0 ? timers.length : place, 0, timer);
        return () => {
          if (timers.includes(timer)) removeAt(timers, timers.indexOf(timer));
        };
      },
    },
    feed: {
      isConnection: false,
      open: async ({ symbols }, listener) => {
        await listener({ kind: "connection", state: "live", failure: null });
        void play(symbols, listener);
        return { ok: true, value: null };
      },
      history: async (request) => {
        const bars: FeedBar[] = [];
        for await (const bar of barsOf(sources, request.symbol, request.from, instant(Math.min(request.to, from - 1)))) bars.push(bar);
        return { ok: true, value: bars };
      },
      close: async () => {
        isClosed = true;
      },
    },
  };
}

interface Timer {
  readonly due: Instant;
  readonly wake: () => void | Promise<void>;
}

/** The bars of a symbol that end in `from`..`to`. */
async function* barsOf(
  sources: ReadonlyMap<string, BarSource>,
  symbol: string,
  from: Instant,
  to: Instant,
): AsyncGenerator<FeedBar, undefined> {
  const source = sources.get(symbol);
  if (source === undefined) throw new Error(`a replay without ${symbol}`);
  const { width, priceDecimals } = source.info;
  const ticksPerUnit = powerOfTen(priceDecimals);
  for await (const chunk of source.chunks(CHUNK_ROWS)) {
    for (let row = 0; row < chunk.rows; row++) {
      const end = chunk.time[row] ?? Number.NaN;
      if (end > to) return;
      if (end >= from) yield barAt(chunk, row, { symbol, width, ticksPerUnit });
    }
  }
}

interface Terms {
  readonly symbol: string;
  readonly width: number;
  readonly ticksPerUnit: number;
}

function barAt({ time, columns }: BarChunk, row: number, { symbol, width, ticksPerUnit }: Terms): FeedBar {
  const end = time[row] ?? Number.NaN;
  const price = (column: Float64Array): number => (column[row] ?? Number.NaN) / ticksPerUnit;
  return {
    symbol,
    start: instant(end - width),
    end: instant(end),
    open: price(columns.open),
    high: price(columns.high),
    low: price(columns.low),
    close: price(columns.close),
    volume: columns.volume?.[row] ?? 0,
  };
}
