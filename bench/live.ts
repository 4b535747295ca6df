/**
 * `npm run bench:live [-- --seconds 60 --folder DIR]`: what a live run takes from an event to the order that follows. 10,000 bars a second of five symbols, each due at
 * its time whether the run is ready or not; the journal on the disk; a broker in this process that fills everything at once; the first five seconds do not count. Then the journal is recovered.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openLiveJournal } from "../src/adapters/files/live-journal.ts";
import { wasmLanes } from "../src/backends/wasm/kernel.ts";
import { moduleReader } from "../src/cli/modules.ts";
import { compile } from "../src/compile.ts";
import { graphHash } from "../src/graph/hash.ts";
import { graphToJson } from "../src/graph/json.ts";
import { JOURNAL_BOUNDS } from "../src/journal/writer.ts";
import type { BarSource } from "../src/market/bars.ts";
import type { Broker, BrokerOrderState, BrokerReport } from "../src/market/broker.ts";
import type { Answer } from "../src/market/outside.ts";
import type { LiveBeginning, LiveEntry } from "../src/run/live/journal.ts";
import { replayMarket } from "../src/run/live/replay.ts";
import { resume } from "../src/run/live/resume.ts";
import { startRunner } from "../src/run/live/runner.ts";
import { prng } from "../src/values/prng.ts";
import { type Instant, instant } from "../src/values/quantity.ts";

const { values: flags } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, folder: { type: "string", default: tmpdir() } },
});

const SYMBOLS = ["ALFA", "BRAVO", "CHARLIE", "DELTA", "ECHO"];
const BARS_A_SECOND = 10_000;
const INSTANTS_A_SECOND = BARS_A_SECOND / SYMBOLS.length;
const MINUTE = 60_000_000;
const BEGIN = 1_704_067_200_000_000;
/** Each half minute of this machine's. */
const RECONCILE_EVERY = 30 * INSTANTS_A_SECOND * MINUTE;
/** Until the machine code is there. */
const WARM_MILLISECONDS = 5_000;
/** The rate is by the data's clock, which goes 120,000 times as fast. */
const NO_RATE = 1_000_000_000;

const STRATEGY = `strategy quick
calendar always
trade [${SYMBOLS.join(", ")}]
clock bar = 1m
risk { order_value <= 20_000usd  position_value <= 20_000usd  gross_exposure <= 100_000usd  day_loss <= 90_000usd }
rule go { when ema(close, 20) > ema(close, 50) and close > close[3]  enter long { size 20shares  stop at fill * 99% } }
rule leave { when close < lowest(close, 15)[1]  exit go }
`;

function good<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value;
}

/** Minutes of a seeded walk on a cent grid. */
function walk(symbol: string, seed: number, rows: number): BarSource {
  const random = prng(seed);
  const column = (): Float64Array => new Float64Array(rows);
  const [time, open, high, low, close, volume] = [column(), column(), column(), column(), column(), column()];
  let price = 10_000;
  for (let row = 0; row < rows; row++) {
    time[row] = BEGIN + (row + 1) * MINUTE;
    open[row] = price;
    price = Math.max(1_000, price + random.below(21) - 10);
    close[row] = price;
    high[row] = Math.max(open[row] ?? 0, price) + random.below(4);
    low[row] = Math.min(open[row] ?? 0, price) - random.below(4);
    volume[row] = 100 + random.below(1_000);
  }
  return {
    info: { symbol, rows, width: MINUTE, priceDecimals: 2, from: BEGIN + MINUTE, to: BEGIN + rows * MINUTE, hash: "" },
    async *chunks() {
      yield { rows, time, columns: { open, high, low, close, volume } };
    },
  };
}

/** Fills everything but stops at once, at a price of 100. */
function quickBroker(now: () => Instant, submitted: (clientId: string) => void): Broker {
  const working = new Map<string, BrokerOrderState>();
  const positions = new Map<string, number>();
  let [cash, executions] = [1_000_000, 0];
  let listener: (report: BrokerReport) => void = () => undefined;
  const done = async <T>(value: T): Promise<Answer<T>> => ({ ok: true, value });
  const account = { id: "bench", equity: "0", buyingPower: "0", currency: "USD", isBlocked: false, mayShort: true };
  const broker: Broker = {
    connect: (to) => {
      listener = to;
      return broker.account();
    },
    submit: (order) => {
      const { clientId, symbol, quantity, side, type } = order;
      submitted(clientId);
      const state = {
        order,
        brokerId: clientId,
        averagePrice: null,
        replacedBy: null,
        replaces: null,
        status: "working",
        filled: "0",
      } as const;
      listener({ kind: "accepted", clientId, brokerId: clientId, time: now() });
      if (type === "stop") {
        working.set(clientId, state);
        return done<BrokerOrderState>(state);
      }
      const signed = (side === "buy" ? 1 : -1) * Number(quantity);
      positions.set(symbol, (positions.get(symbol) ?? 0) + signed);
      cash -= signed * 100;
      executions += 1;
      const fill = { execution: String(executions), quantity, price: "100", time: now(), filled: quantity, isWhole: true } as const;
      listener({ kind: "fill", clientId, ...fill });
      return done<BrokerOrderState>({ ...state, status: "filled", filled: quantity, averagePrice: "100" });
    },
    cancel: (clientId) => {
      if (working.delete(clientId)) listener({ kind: "cancelled", clientId, time: now() });
      return done(null);
    },
    replace: () => Promise.reject(new Error("nobody replaces")),
    order: (clientId) => done(working.get(clientId) ?? null),
    openOrders: () => done([...working.values()]),
    ordersSince: () => done([]),
    positions: () => done([...positions].map(([symbol, quantity]) => ({ symbol, quantity: String(quantity), averagePrice: "100" }))),
    account: () => done({ ...account, cash: cash.toFixed(2) }),
    close: async () => undefined,
  };
  return broker;
}

interface Measured {
  /** Milliseconds from when the instant's last bar was due. */
  readonly toIntent: number[];
  readonly toRequest: number[];
  /** Entries that were not durable yet, at each instant. */
  readonly lag: number[];
  /** Milliseconds that an instant was taken after it was due. */
  readonly behind: number[];
  seconds: number;
  /** Of the processor, all threads. */
  processorSeconds: number;
}

async function measure(
  folder: string,
  sources: readonly BarSource[],
): Promise<{ readonly measured: Measured; readonly beginning: LiveBeginning }> {
  const { value: graph, diagnostics } = compile(STRATEGY, { name: "quick.strat", readModule: moduleReader("quick.strat") });
  if (graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const measured: Measured = { toIntent: [], toRequest: [], lag: [], behind: [], seconds: 0, processorSeconds: 0 };
  const decided = new Map<string, number>();
  let [begun, due, played] = [Number.NaN, 0, 0];
  const isWarm = (): boolean => due > begun + WARM_MILLISECONDS;
  const pace = async (span: number): Promise<void> => {
    played += span;
    if (Number.isNaN(begun)) begun = performance.now() - played / MINUTE / (INSTANTS_A_SECOND / 1_000);
    due = begun + played / MINUTE / (INSTANTS_A_SECOND / 1_000);
    do await setImmediate();
    while (performance.now() < due);
    if (!isWarm()) return;
    measured.behind.push(performance.now() - due);
    measured.lag.push(journal.appended() - journal.durable());
  };
  const replay = replayMarket({
    sources: new Map(sources.map((source) => [source.info.symbol, source])),
    from: instant(0),
    to: instant(Number.POSITIVE_INFINITY),
    pace,
  });
  const broker = quickBroker(replay.clock.now, (clientId) => {
    const at = decided.get(clientId);
    if (at !== undefined && decided.delete(clientId) && isWarm()) measured.toRequest.push(performance.now() - at);
  });
  const beginning: LiveBeginning = {
    ...{ run: "bench", engine: "bench", started: instant(0), broker: "alpaca_paper", account: "bench" },
    strategies: [
      {
        name: graph.strategy,
        graph: graphToJson(graph),
        graphHash: graphHash(graph),
        parameters: [],
        cash: "100000",
        priceDecimals: SYMBOLS.map(() => 2),
      },
    ],
    settings: {
      barGrace: 2_000_000,
      reconcileEvery: RECONCILE_EVERY,
      requestsPerMinute: NO_RATE,
      allowedSymbols: null,
      orderValueMax: null,
      dayLossMax: null,
      sharedExposureMax: null,
      rollout: null,
    },
  };
  const { journal, release } = good(await openLiveJournal(folder, beginning, JOURNAL_BOUNDS));
  const watch = (entry: LiveEntry): void => {
    if (entry.entry !== "record" || entry.record.kind !== "request" || entry.record.request.kind !== "submit") return;
    if (isWarm()) measured.toIntent.push(performance.now() - due);
    decided.set(entry.record.request.order.clientId, due);
  };
  const [started, processor] = [performance.now(), process.cpuUsage()];
  const ended = await startRunner({ ...replay, beginning, graphs: [graph], backend: wasmLanes, journal, broker, watch }).finished;
  if (ended.kind !== "ended") throw new Error(JSON.stringify(ended));
  measured.seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(processor);
  measured.processorSeconds = (user + system) / 1_000_000;
  release();
  return { measured, beginning };
}

async function recover(
  folder: string,
  beginning: LiveBeginning,
): Promise<{ readonly seconds: number; readonly entries: number; readonly from: number }> {
  const started = performance.now();
  const { journal, reading, release } = good(await openLiveJournal(folder, beginning, JOURNAL_BOUNDS));
  const { value: graph } = compile(STRATEGY, { name: "quick.strat", readModule: moduleReader("quick.strat") });
  if (reading === null || graph === undefined) throw new Error("the journal is gone");
  const resumption = await resume(reading, [graph], wasmLanes);
  if (!resumption.ok) throw new Error(JSON.stringify(resumption.difference));
  const seconds = (performance.now() - started) / 1_000;
  const entries = journal.appended();
  good(await journal.close());
  release();
  return { seconds, entries, from: resumption.resumed.snapshot };
}

function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(3);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms, most ${at(1)} ms`;
}

/** The mean of a queue's length in the first and in the last fifth, and the most. */
function growth(lengths: readonly number[]): string {
  const fifth = Math.floor(lengths.length / 5);
  const mean = (part: readonly number[]): string => (part.reduce((sum, each) => sum + each, 0) / part.length).toFixed(1);
  return `${mean(lengths.slice(0, fifth))} in the first fifth, ${mean(lengths.slice(-fifth))} in the last, most ${lengths.reduce((a, b) => Math.max(a, b), 0)}`;
}

const folder = mkdtempSync(join(flags.folder, "stratc-live-"));
const say = (text: string): void => void process.stdout.write(`${text}\n`);
try {
  const rows = Number(flags.seconds) * INSTANTS_A_SECOND;
  const { measured, beginning } = await measure(
    folder,
    SYMBOLS.map((symbol, index) => walk(symbol, index + 1, rows)),
  );
  const { toIntent, toRequest, lag, behind, seconds, processorSeconds } = measured;
  say(
    `${rows * SYMBOLS.length} bars of ${SYMBOLS.length} symbols in ${seconds.toFixed(1)} s (${processorSeconds.toFixed(1)} of the processor), ${toIntent.length} orders`,
  );
  say(`event taken after it was due: ${quantiles(behind)}`);
  say(`event to intent in the journal: ${quantiles(toIntent)}`);
  say(`event to request: ${quantiles(toRequest)}`);
  say(`entries not durable: ${growth(lag)}`);
  const quick = await recover(folder, beginning);
  say(`recovery of ${quick.entries} entries from the snapshot after ${quick.from}: ${quick.seconds.toFixed(2)} s`);
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".snapshot"))) rmSync(join(folder, name));
  const whole = await recover(folder, beginning);
  say(`recovery of ${whole.entries} entries without: ${whole.seconds.toFixed(2)} s`);
} finally {
  rmSync(folder, { recursive: true });
}
