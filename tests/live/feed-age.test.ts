/** `feed_age` (semantics 14.5): what a run does while nothing comes from its feed, with a clock and a feed worked by hand. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { Feed, FeedEvent } from "../../src/market/feed.ts";
import type { Clock } from "../../src/run/live/clock.ts";
import { startRunner } from "../../src/run/live/runner.ts";
import { instant } from "../../src/values/quantity.ts";
import { barSource, barsOf } from "../run/bars.ts";
import { beginningOf, consumedAgain, engineRecords, memoryJournal, recordsIn, type Traded } from "./support.ts";

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const BEGIN = 1_699_999_980 * SECOND;

function strategy(feedAge: string, rules: string): Traded {
  const text = `strategy test\ntrade [A, B]\ncalendar always\nclock bar = 1m
risk { order_value <= 10_000usd  day_loss <= 5_000usd  feed_age <= ${feedAge} }
${rules}`;
  const { value, diagnostics } = compile(text, { name: "test.strat", readModule: () => undefined });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  const source = barSource(barsOf([[10, 10, 10, 10]]), { width: MINUTE });
  return { graph: value, sources: [source, source] };
}

const BUY = "rule go { when close == open  enter long { size 1share } }";
const BID = "rule go { when close == open  enter long { size 1share  order limit at close * 99% tif gtc } }";

/** A run of two symbols whose clock goes on as the test says. */
async function started(traded: Traded) {
  let now = BEGIN + MINUTE;
  let timers: { readonly due: number; readonly wake: () => void }[] = [];
  let listener: (event: FeedEvent) => void | Promise<void> = () => undefined;
  const clock: Clock = {
    now: () => instant(now),
    at: (due, wake) => {
      const timer = { due, wake };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
  };
  const feed: Feed = {
    isConnection: true,
    open: async (_, listen) => {
      listener = listen;
      await listen({ kind: "connection", state: "live", failure: null });
      return { ok: true, value: null };
    },
    history: async () => ({ ok: true, value: [] }),
    close: async () => undefined,
  };
  const journal = memoryJournal();
  const runner = startRunner({ beginning: beginningOf([traded]), graphs: [traded.graph], backend: wasmLanes, feed, clock, journal });
  await setImmediate();
  return {
    /** Lets the clock come to `seconds` after the beginning. */
    wait: (seconds: number): void => {
      const to = BEGIN + seconds * SECOND;
      for (;;) {
        const timer = timers.filter(({ due }) => due <= to).sort((a, b) => a.due - b.due)[0];
        if (timer === undefined) break;
        timers = timers.filter((each) => each !== timer);
        now = Math.max(now, timer.due);
        timer.wake();
      }
      now = to;
    },
    alive: () => listener({ kind: "alive" }),
    /** The bar of a symbol that ends `minutes` after the beginning. */
    bar: (symbol: string, minutes: number) => {
      const end = BEGIN + minutes * MINUTE;
      const prices = { open: 10, high: 10, low: 10, close: 10, volume: 100 };
      return listener({ kind: "bar", bar: { symbol, start: instant(end - MINUTE), end: instant(end), ...prices } });
    },
    events: () =>
      engineRecords(journal.entries, "test").map((record) =>
        record.event === "order" ? [record.event, record.symbol, record.status, ...(record.reasons ?? [])].join(" ") : record.event,
      ),
    /** What the journal says follows from its inputs, and what does when they are consumed again. */
    twice: async () => {
      runner.stop();
      await runner.finished;
      const every = consumedAgain([traded], journal.entries, (index) => index % 2 === 0);
      return [recordsIn(journal.entries), every] as const;
    },
  };
}

describe("feed_age", () => {
  it.each([
    ["1s", ["order A rejected feed_age"]],
    ["2s", ["order A approved"]],
    ["3s", ["order A approved"]],
  ])("<= %s where the instant closes two seconds after the last frame", async (limit, expected) => {
    const run = await started(strategy(limit, BUY));
    await run.bar("A", 1);
    run.wait(63);
    expect(run.events()).toEqual(expected);
  });

  it("is young again with any sign of life", async () => {
    const run = await started(strategy("1s", BUY));
    await run.bar("A", 1);
    run.wait(61.5);
    await run.alive();
    run.wait(63);
    expect(run.events()).toEqual(["order A approved"]);
  });

  it("takes entries back while nothing comes, and lets them out again", async () => {
    const run = await started(strategy("15s else cancel until recovered", BID));
    await run.bar("A", 1);
    await run.bar("B", 1);
    const placed = ["order A approved", "order B approved"];
    run.wait(75);
    expect(run.events()).toEqual(placed);
    run.wait(76);
    const halted = [...placed, "halt", "cancel", "cancel"];
    expect(run.events()).toEqual(halted);
    run.wait(120);
    await run.bar("A", 2);
    await run.bar("B", 2);
    expect(run.events()).toEqual([...halted, ...placed]);
    const [told, again] = await run.twice();
    expect(again).toEqual(told);
  });
});
