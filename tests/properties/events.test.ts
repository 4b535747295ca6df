/** What holds of any quotes and any book: kernel and oracle agree in chunks of any size, what comes later changes nothing, a book is what its levels are. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { eventSource } from "../../src/adapters/files/events.ts";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { NormalEvents } from "../../src/data/events/normal.ts";
import type { LaneBackend } from "../../src/graph/kernel.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import { EVENT_WIDTH } from "../../src/market/bars.ts";
import { beginSnapshot, createOrderBook, depth, imbalance, isStale, levelAt, setLevel } from "../../src/market/order-book.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { RunRecord } from "../../src/run/outcome.ts";

const HEAD = `
strategy test
calendar always
trade [X]
clock tick = quotes
risk { order_value <= 60_000usd  order_rate <= 5 per 2s  day_loss <= 500usd else flatten until manual }
`;

const PROGRAMS = [
  `half = max(spread / 2, tick_size)
rule bid { when position < 300shares  quote buy { at mid - half - 0.01usd * position / 1share / 100shares  size 100shares  replace after 300ms } }
rule offer { when position > -300shares  quote sell { at mid + half  size 100shares  post_only } }`,
  `m = mean(mid, 5)
rule go { when mid > m and bid_size >= ask_size  enter long { size 100shares  order limit at bid tif 4bars  stop at fill - 0.04usd / 1share  target at fill + 0.03usd / 1share } }
rule leave { when mid < m - 2 * tick_size  exit go }`,
  `rule both { when bid_size > ask_size  quote buy { at ask  size 2_000usd } }`,
].map((rules) => graphOf(`${HEAD}${rules}`));

function graphOf(source: string): Graph {
  const { value, diagnostics } = compile(source, { name: "test.strat", readModule: () => undefined });
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return value;
}

/** A quote after another: how far it moves, its spread, its sizes, and how long it lets wait. */
const step = fc.record({
  move: fc.integer({ min: -3, max: 3 }),
  spread: fc.integer({ min: 1, max: 4 }),
  bid: fc.integer({ min: 1, max: 5 }),
  ask: fc.integer({ min: 1, max: 5 }),
  pause: fc.integer({ min: 1, max: 400_000 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function quotesOf(steps: readonly Step[]): NormalEvents {
  const column = (): Float64Array => new Float64Array(steps.length);
  const table = { time: column(), bid: column(), bid_size: column(), ask: column(), ask_size: column() };
  let [time, bid] = [1_704_200_000_000_000, 10_000];
  steps.forEach(({ move, spread, bid: bidSize, ask: askSize, pause }, row) => {
    time += pause;
    bid += move;
    table.time[row] = time;
    table.bid[row] = bid;
    table.ask[row] = bid + spread;
    table.bid_size[row] = bidSize;
    table.ask_size[row] = askSize;
  });
  return { kind: "quotes", rows: steps.length, table, priceDecimals: 2, notes: [], repairs: [] };
}

async function recordsOf(graph: Graph, steps: readonly Step[], backend: LaneBackend, capacity: number): Promise<readonly RunRecord[]> {
  const events = quotesOf(steps);
  const { time } = events.table;
  const info = {
    symbol: "X",
    rows: steps.length,
    events: "quotes",
    width: EVENT_WIDTH,
    priceDecimals: 2,
    from: time[0]!,
    to: time.at(-1)!,
    hash: "",
  } as const;
  const result = await backtest({ graph, parameters: [], backend, sources: [eventSource(info, events)], cash: "100000", capacity });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records;
}

const market = fc.array(step, { minLength: 12, maxLength: 60 });
const program = fc.constantFrom(...PROGRAMS);
const capacity = fc.integer({ min: 1, max: 64 });

it("kernel and oracle give the same records, in chunks of any size", async () => {
  await fc.assert(
    fc.asyncProperty(program, market, capacity, async (graph, steps, rows) => {
      const oracle = await recordsOf(graph, steps, interpretedLanes, 4096);
      expect(await recordsOf(graph, steps, wasmLanes, rows)).toEqual(oracle);
      expect(await recordsOf(graph, steps, interpretedLanes, rows)).toEqual(oracle);
    }),
    { numRuns: 60 },
  );
});

it("nothing that comes later changes a record", async () => {
  await fc.assert(
    fc.asyncProperty(program, market, fc.nat(), async (graph, steps, at) => {
      const cut = 1 + (at % steps.length);
      const before = (records: readonly RunRecord[]): readonly RunRecord[] =>
        records.filter((record) => "row" in record && record.row !== null && record.row < cut - 1);
      const whole = await recordsOf(graph, steps, wasmLanes, 16);
      expect(before(await recordsOf(graph, steps.slice(0, cut), wasmLanes, 16))).toEqual(before(whole));
    }),
    { numRuns: 60 },
  );
});

const change = fc.record({
  side: fc.constantFrom("bid" as const, "ask" as const),
  price: fc.integer({ min: 1, max: 40 }),
  size: fc.integer({ min: 0, max: 9 }),
});

it("a book is its best levels, and knows what it does not know", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), fc.integer({ min: 1, max: 12 }), (changes, most) => {
      const book = createOrderBook(most);
      beginSnapshot(book);
      const levels = { bid: new Map<number, number>(), ask: new Map<number, number>() };
      const horizon = { bid: Number.NEGATIVE_INFINITY, ask: Number.POSITIVE_INFINITY };
      for (const { side, price, size } of changes) {
        setLevel(book, side, price, size);
        if (side === "bid" ? price < horizon.bid : price > horizon.ask) continue;
        if (size === 0) levels[side].delete(price);
        else levels[side].set(price, size);
        const best = bestFirst(levels[side], side);
        if (best.length <= most) continue;
        levels[side].delete(best[most]![0]);
        horizon[side] = best[most - 1]![0];
      }
      for (const side of ["bid", "ask"] as const) {
        const best = bestFirst(levels[side], side);
        expect(Array.from({ length: best.length + 1 }, (_, n) => levelAt(book, side, n))).toEqual([
          ...best.map(([price, size]) => ({ price, size })),
          null,
        ]);
      }
      const [bids, asks] = [bestFirst(levels.bid, "bid"), bestFirst(levels.ask, "ask")];
      const isTrimmed = (["bid", "ask"] as const).some((side) => Number.isFinite(horizon[side]));
      expect(isStale(book)).toBe(isTrimmed || bids.length === 0 || asks.length === 0);
      if (bids.length === 0 || asks.length === 0) return;
      const sum = (of: readonly (readonly [number, number])[]): number => of.reduce((total, [, size]) => total + size, 0);
      const [b, a] = [sum(bids.slice(0, 3)), sum(asks.slice(0, 3))];
      expect(imbalance(book, 3)).toBe((b - a) / (b + a));
      const mid = (bids[0]![0] + asks[0]![0]) / 2;
      const near = (of: typeof bids): number => sum(of.filter(([price]) => (of === bids ? price >= mid * 0.9 : price <= mid * 1.1)));
      expect(depth(book, 0.1)).toBe(near(bids) + near(asks));
    }),
  );
});

function bestFirst(levels: ReadonlyMap<number, number>, side: "bid" | "ask"): readonly (readonly [number, number])[] {
  return [...levels].sort(([a], [b]) => (side === "bid" ? b - a : a - b));
}
