/** A live run in this process on the simulated Alpaca, over real sockets. Time stands still until it is told to pass. */
import { setTimeout } from "node:timers/promises";
import { alpacaBroker } from "../../src/adapters/alpaca/broker.ts";
import { alpacaEndpoints } from "../../src/adapters/alpaca/endpoints.ts";
import { alpacaFeed } from "../../src/adapters/alpaca/feed.ts";
import type { Simulator } from "../../src/adapters/alpaca-simulator/simulator.ts";
import type { MarketData } from "../../src/adapters/alpaca-simulator/tape.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import { nyse, SECOND } from "../../src/market/calendars.ts";
import type { Clock } from "../../src/run/live/clock.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import type { LiveRecord } from "../../src/run/live/record.ts";
import { type Runner, startRunner } from "../../src/run/live/runner.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { instant } from "../../src/values/quantity.ts";
import { beginningOf, memoryJournal, recordsIn } from "../live/support.ts";
import { KEYS, testSimulator } from "../support/alpaca-simulator.ts";
import { until } from "../support/until.ts";

export interface Rehearsal {
  readonly simulator: Simulator;
  readonly runner: Runner;
  readonly entries: readonly LiveEntry[];
  /** Lets simulated time pass (microseconds), then waits until nothing more follows from it. */
  pass(span: number): Promise<void>;
  end(): Promise<void>;
}

interface Manual extends Clock {
  /** Wakes what is due. */
  strike(): void;
}

function clockOf(now: () => number): Manual {
  let timers: { readonly due: number; readonly wake: () => void }[] = [];
  return {
    now: () => instant(now()),
    at: (due, wake) => {
      const timer = { due, wake };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    strike: () => {
      for (const timer of timers.toSorted((a, b) => a.due - b.due).filter(({ due }) => due <= now())) {
        if (!timers.includes(timer)) continue;
        timers = timers.filter((other) => other !== timer);
        timer.wake();
      }
    },
  };
}

/** What an entry does to the number of requests without an answer. */
function owed(entry: LiveEntry): number {
  if (entry.entry === "record") return entry.record.kind === "request" && entry.record.request.kind !== "timer" ? 1 : 0;
  return entry.entry === "input" && entry.input.kind === "answer" ? -1 : 0;
}

/** Begins on 2024-01-02 at the open, and gives the run when it is live. */
export async function rehearse(source: string, market: readonly MarketData[]): Promise<Rehearsal> {
  const simulator = await testSimulator({ market, start: instant(nyse.open(dayNumber(2024, 1, 2))), halfSpread: "0.01", latency: 20 });
  const { exchange } = simulator.world;
  const found = alpacaEndpoints(simulator.url);
  if (!found.ok) throw new Error(found.message);
  const clock = clockOf(() => exchange.now);
  const { value: graph, diagnostics } = compile(source, { name: "rehearsal.strat", readModule: () => undefined });
  if (graph === undefined) throw new Error(JSON.stringify(diagnostics));
  const beginning = beginningOf([{ graph, sources: [] }]);
  const journal = memoryJournal();
  let waiting = 0;
  const options = { endpoints: found.endpoints, keys: KEYS, now: clock.now, timeout: 1_000, reconnectDelay: 5 };
  const runner = startRunner({
    beginning: {
      ...beginning,
      broker: "alpaca_paper",
      account: exchange.holdings.accountId,
      strategies: beginning.strategies.map((one) => ({ ...one, priceDecimals: graph.symbols.map(() => 2) })),
    },
    graphs: [graph],
    backend: wasmLanes,
    feed: alpacaFeed(options),
    clock,
    journal,
    broker: alpacaBroker(options),
    watch: (entry) => {
      waiting += owed(entry);
    },
  });
  const pass = async (span: number): Promise<void> => {
    simulator.advance(instant(exchange.now + span));
    clock.strike();
    for (let before = -1, rounds = 0; before !== journal.entries.length || (waiting > 0 && rounds < 15); rounds++) {
      before = journal.entries.length;
      await setTimeout(10);
    }
  };
  const isLive = (): boolean =>
    journal.entries.some((entry) => entry.entry === "input" && entry.input.kind === "feed" && entry.input.state === "live");
  await until("it is live", () => {
    simulator.advance(instant(exchange.now + SECOND));
    clock.strike();
    return isLive();
  });
  const end = async (): Promise<void> => {
    runner.stop();
    await runner.finished;
    await simulator.close();
  };
  return { simulator, runner, entries: journal.entries, pass, end };
}

export function modesIn(entries: readonly LiveEntry[]): readonly Extract<LiveRecord, { kind: "mode" }>[] {
  return recordsIn(entries).filter((record) => record.kind === "mode");
}
