/** Live runs for tests: a journal in memory, and a whole run over stored bars. */
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { graphHash } from "../../src/graph/hash.ts";
import { graphToJson } from "../../src/graph/json.ts";
import type { LaneBackend } from "../../src/graph/kernel.ts";
import type { ModelRunner } from "../../src/graph/model-runner.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { BarSource } from "../../src/market/bars.ts";
import type { Clock } from "../../src/run/live/clock.ts";
import type { LiveBeginning, LiveEntry, LiveJournal } from "../../src/run/live/journal.ts";
import { liveRun } from "../../src/run/live/live-run.ts";
import type { LiveRecord } from "../../src/run/live/record.ts";
import { replayMarket } from "../../src/run/live/replay.ts";
import type { Resumed } from "../../src/run/live/resume.ts";
import { type Ended, startRunner } from "../../src/run/live/runner.ts";
import type { RunRecord } from "../../src/run/outcome.ts";
import { instant } from "../../src/values/quantity.ts";

interface MemoryJournal extends LiveJournal {
  readonly entries: LiveEntry[];
}

/** Everything is durable at once. Entries are kept as JSON would keep them. */
export function memoryJournal(): MemoryJournal {
  const entries: LiveEntry[] = [];
  const done = { ok: true, value: null } as const;
  return {
    entries,
    append: (entry) => entries.push(JSON.parse(JSON.stringify(entry)) as LiveEntry),
    appended: () => entries.length,
    durable: () => entries.length,
    whenDurable: async () => done,
    keep: async () => done,
    close: async () => done,
  };
}

export interface Traded {
  readonly graph: Graph;
  readonly sources: readonly BarSource[];
  readonly cash?: string;
  readonly models?: ModelRunner;
}

const SECOND = 1_000_000;

export function beginningOf(traded: readonly Traded[], settings: Partial<LiveBeginning["settings"]> = {}): LiveBeginning {
  return {
    run: "test",
    engine: "test",
    started: instant(0),
    broker: "embedded",
    account: "embedded",
    strategies: traded.map(({ graph, sources, cash = "100000" }) => ({
      name: graph.strategy,
      graph: graphToJson(graph),
      graphHash: graphHash(graph),
      parameters: graph.parameters.map((parameter) => parameter.default),
      cash,
      priceDecimals: sources.map(({ info }) => info.priceDecimals),
      actions: sources.map(({ actions = [] }) => actions),
    })),
    settings: {
      barGrace: 2 * SECOND,
      reconcileEvery: 30 * SECOND,
      requestsPerMinute: 200,
      allowedSymbols: null,
      orderValueMax: null,
      dayLossMax: null,
      sharedExposureMax: null,
      rollout: null,
      ...settings,
    },
  };
}

export interface Played {
  readonly ended: Ended;
  readonly entries: readonly LiveEntry[];
}

interface Playing {
  readonly backend?: LaneBackend;
  /** Bars that end before are history. */
  readonly from?: number;
  /** How the clock waits; on the data's time where it is not given. */
  readonly at?: Clock["at"];
  readonly resumed?: Resumed | null;
  readonly settings?: Partial<LiveBeginning["settings"]>;
}

/** A paper run over all bars of the strategies' datasets, as fast as it goes. */
export async function play(
  traded: readonly Traded[],
  { backend = wasmLanes, from = Number.NEGATIVE_INFINITY, at, resumed = null, settings = {} }: Playing = {},
): Promise<Played> {
  const journal = memoryJournal();
  const named = traded.flatMap(({ graph, sources }) => graph.symbols.map(({ name }, index) => [name, sources[index]!] as const));
  const range = { from: instant(from), to: instant(Number.POSITIVE_INFINITY) };
  const replay = replayMarket({ sources: new Map(named), ...range, pace: async () => undefined });
  const graphs = traded.map(({ graph }) => graph);
  const models = traded.map((strategy) => strategy.models);
  const clock = { ...replay.clock, at: at ?? replay.clock.at };
  const runner = startRunner({
    beginning: beginningOf(traded, settings),
    graphs,
    backend,
    journal,
    models,
    resumed,
    feed: replay.feed,
    clock,
  });
  return { ended: await runner.finished, entries: journal.entries };
}

/** What the engine of a strategy recorded. */
export function engineRecords(entries: readonly LiveEntry[], strategy: string): readonly RunRecord[] {
  return entries.flatMap((entry) =>
    entry.entry === "record" && entry.record.kind === "engine" && entry.record.strategy === strategy ? [entry.record.record] : [],
  );
}

/** Consumes the inputs of a journal again, in a new run each time one is saved: at the inputs that `saves` picks. Gives what was told. */
export function consumedAgain(
  traded: readonly Traded[],
  entries: readonly LiveEntry[],
  saves: (index: number) => boolean,
  backend: LaneBackend = wasmLanes,
): readonly LiveRecord[] {
  const told: LiveRecord[] = [];
  const [first] = entries;
  if (first?.entry !== "begin") throw new Error("a journal without a beginning");
  const fresh = () =>
    liveRun(
      first.beginning,
      traded.map(({ graph }) => graph),
      backend,
      (record) => void told.push(JSON.parse(JSON.stringify(record)) as LiveRecord),
    );
  let run = fresh();
  const inputs = entries.flatMap((entry) => (entry.entry === "input" ? [entry.input] : []));
  for (const [index, input] of inputs.entries()) {
    run.consume(input);
    if (!saves(index) || run.question !== null) continue;
    const state = run.save();
    run = fresh();
    run.restore(state);
  }
  return told;
}

export function recordsIn(entries: readonly LiveEntry[]): readonly LiveRecord[] {
  return entries.flatMap((entry) => (entry.entry === "record" ? [entry.record] : []));
}
