/**
 * A live run on the simulated Alpaca, over real sockets, with something going wrong every simulated minute: requests lost before and after they were
 * carried out, answers late, refused or in error, reports lost, twice and cut off, fills in parts, races. When the trouble is over, every order is accounted
 * for, and the run's ledger is what an auditor makes of the broker's own list of fills. STRATC_SIMULATED_HOURS makes it longer.
 */
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { alpacaBroker } from "../../src/adapters/alpaca/broker.ts";
import { alpacaEndpoints } from "../../src/adapters/alpaca/endpoints.ts";
import { alpacaFeed } from "../../src/adapters/alpaca/feed.ts";
import type { FaultKind } from "../../src/adapters/alpaca-simulator/faults.ts";
import { plan } from "../../src/adapters/alpaca-simulator/faults.ts";
import { nextOpen, phaseAt } from "../../src/adapters/alpaca-simulator/hours.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import { graphHash } from "../../src/graph/hash.ts";
import { graphToJson } from "../../src/graph/json.ts";
import { MINUTE, nyse, SECOND } from "../../src/market/calendars.ts";
import type { Clock } from "../../src/run/live/clock.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import { startRunner } from "../../src/run/live/runner.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { prng } from "../../src/values/prng.ts";
import { instant } from "../../src/values/quantity.ts";
import { beginningOf, memoryJournal } from "../live/support.ts";
import { KEYS, minutesOf, testSimulator } from "../support/alpaca-simulator.ts";
import { until } from "../support/until.ts";

const HOURS = Number(process.env.STRATC_SIMULATED_HOURS ?? 2);
const SESSION_HOURS = 6.5;
const QUIET_MINUTES = 5;
const STRATEGY = `strategy rehearsal
trade [AAPL]
clock bar = 1m
risk { order_value <= 100_000usd   day_loss <= 50_000usd }
rule go { when close > close[2]  enter long { size 20shares  stop at fill * 99%  target at fill * 100.2% } }
rule leave { when close < close[3]  exit go }
`;
const TROUBLE: readonly (readonly [FaultKind, string])[] = [
  ["latency", ""],
  ["rate_limit", "POST /v2/orders"],
  ["error_before", ""],
  ["error_after", "POST /v2/orders"],
  ["reset_before", "POST /v2/orders"],
  ["reset_after", "POST /v2/orders"],
  ["reset_after", "DELETE"],
  ["reset_before", "GET"],
  ["partial_fill", ""],
  ["reject_order", ""],
  ["cancel_race", ""],
  ["stream_drop", "trading"],
  ["stream_duplicate", "trading"],
  ["stream_disconnect", "trading"],
  ["stream_disconnect", "data"],
  ["stream_duplicate", "data"],
];

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

it(
  `accounts for every order of ${HOURS} hours with a fault a minute`,
  async () => {
    const days = 2 * Math.ceil(HOURS / SESSION_HOURS) + 3;
    const data = minutesOf("AAPL", 100, 3, days, 0.001);
    const simulator = await testSimulator({
      market: [data],
      start: instant(nyse.open(dayNumber(2024, 1, 2))),
      halfSpread: "0.01",
      latency: 20,
    });
    const { exchange } = simulator.world;
    const found = alpacaEndpoints(simulator.url);
    if (!found.ok) throw new Error(found.message);
    const clock = clockOf(() => exchange.now);
    const graph = compile(STRATEGY, { name: "rehearsal.strat", readModule: () => undefined }).value!;
    const beginning = beginningOf([{ graph, sources: [] }]);
    const journal = memoryJournal();
    let waiting = 0;
    const settled = async (): Promise<void> => {
      for (let before = -1, rounds = 0; before !== journal.entries.length || (waiting > 0 && rounds < 15); rounds++) {
        before = journal.entries.length;
        await setTimeout(10);
      }
    };
    const options = { endpoints: found.endpoints, keys: KEYS, now: clock.now, timeout: 1_000, reconnectDelay: 5 };
    const runner = startRunner({
      beginning: {
        ...beginning,
        broker: "alpaca_paper",
        account: exchange.holdings.accountId,
        strategies: beginning.strategies.map((one) => ({
          ...one,
          graph: graphToJson(graph),
          graphHash: graphHash(graph),
          priceDecimals: [2],
        })),
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
    const isLive = (): boolean =>
      journal.entries.some((entry) => entry.entry === "input" && entry.input.kind === "feed" && entry.input.state === "live");
    await until("it is live", () => {
      simulator.advance(instant(exchange.now + SECOND));
      clock.strike();
      return isLive();
    });
    const random = prng(11);
    const minutes = HOURS * 60;
    for (let minute = 0; minute < minutes; minute++) {
      if (phaseAt(exchange.now) !== "regular") simulator.advance(instant(nextOpen(exchange.now) - MINUTE));
      const [kind, on] = TROUBLE[random.below(TROUBLE.length)]!;
      simulator.faults.planned.length = 0;
      if (minute < minutes - QUIET_MINUTES) plan(simulator.faults, kind, on);
      for (let part = 0; part < 4; part++) {
        simulator.advance(instant(exchange.now + MINUTE / 4));
        clock.strike();
        await settled();
      }
    }
    for (let second = 0; second < 120; second += 10) {
      simulator.advance(instant(exchange.now + 10 * SECOND));
      clock.strike();
      await settled();
    }
    const records = journal.entries.flatMap((entry) => (entry.entry === "record" ? [entry.record] : []));
    expect(records.filter((record) => record.kind === "mode" && record.mode === "halted")).toEqual([]);

    let cash = 0;
    let position = 0;
    for (const { side, quantity, price } of exchange.holdings.activities) {
      const signed = side === "buy" ? quantity.toNumber() : -quantity.toNumber();
      cash -= signed * price.toNumber();
      position += signed;
    }
    const { engine } = runner.run.strategies[0]!.walk;
    expect(exchange.holdings.activities.length).toBeGreaterThan(20);
    expect([...simulator.faults.happened.keys()].length).toBeGreaterThan(8);
    expect(engine.books[0]!.position.quantity).toBe(position);
    expect(engine.money.toNumber(engine.ledger.cash) - 100_000).toBeCloseTo(cash, 6);
    const sent = records.flatMap((record) =>
      record.kind === "request" && record.request.kind === "submit" ? [record.request.order.clientId] : [],
    );
    expect([...exchange.orders.values()].map(({ ticket }) => ticket.clientId).filter((id) => !sent.includes(id))).toEqual([]);
    runner.stop();
    await runner.finished;
    await simulator.close();
  },
  HOURS * 120_000,
);
