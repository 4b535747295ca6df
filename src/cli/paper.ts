/** A paper run from start to end: its ports, what is shown meanwhile, and what is said of it afterwards. */
import { randomUUID } from "node:crypto";
import { paceOf } from "../adapters/system/pace.ts";
import { ENGINE_VERSION } from "../engine/version.ts";
import { graphHash } from "../graph/hash.ts";
import { graphToJson } from "../graph/json.ts";
import type { LaneBackend } from "../graph/kernel.ts";
import type { ExactDecimal, Graph } from "../graph/nodes.ts";
import type { BarSource } from "../market/bars.ts";
import { failureOf } from "../run/failure.ts";
import type { LiveBeginning, LiveEntry, LiveSettings } from "../run/live/journal.ts";
import { replayMarket } from "../run/live/replay.ts";
import { type Ended, startRunner } from "../run/live/runner.ts";
import type { EndRecord, RunRecord } from "../run/outcome.ts";
import { instant } from "../values/quantity.ts";
import { writeJson } from "./command.ts";
import { CommandFailure, type ExitCode, runFailure } from "./failure.ts";
import { writeJsonLines } from "./files.ts";
import { type LiveFlags, liveSettings } from "./live-settings.ts";
import { openOperations } from "./operations.ts";
import { statusLine } from "./run-status.ts";
import type { Period } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

export interface PaperStrategy {
  readonly graph: Graph;
  /** By symbol of the graph. */
  readonly sources: readonly BarSource[];
  readonly parameters: readonly number[];
  readonly cash: ExactDecimal;
}

export interface Paper {
  readonly strategies: readonly PaperStrategy[];
  readonly period: Period;
  /** How many times as fast as the bars came; infinite for as fast as it goes. */
  readonly speed: number;
  readonly backend: LaneBackend;
  /** Where the records go, if anywhere. */
  readonly orders: string | undefined;
  /** The folder of its journal, if it has one. */
  readonly journal: string | undefined;
  readonly configuration: LiveFlags;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof SIGNALS;

export async function tradeOnPaper(paper: Paper, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { strategies, period, speed, backend, orders } = paper;
  const pace = paceOf(speed);
  const status = statusLine(terminal);
  const kept: Kept = { records: [], ends: new Map() };
  const graphs = strategies.map(({ graph }) => graph);
  const beginning = beginningOf(strategies, liveSettings(paper.configuration));
  const operations = await openOperations(paper, beginning, terminal);
  const runner = startRunner({
    ...replayMarket({
      sources: new Map(
        strategies.flatMap(({ graph, sources }) => sources.map((source, symbol) => [graph.symbols[symbol]?.name ?? "", source])),
      ),
      from: instant(period.from ?? Number.NEGATIVE_INFINITY),
      to: instant(period.to ?? Number.POSITIVE_INFINITY),
      pace: pace.wait,
    }),
    beginning,
    graphs,
    backend,
    journal: operations.journal,
    watch: (entry) => {
      operations.see(entry);
      status.see(entry);
      keep(kept, entry, orders === undefined ? "ends" : strategies.length > 1 ? "named" : "plain");
    },
  });
  await operations.attend(runner);
  let received: Signal | null = null;
  const stop = (signal: NodeJS.Signals): void => {
    received = signal === "SIGTERM" ? signal : "SIGINT";
    runner.stop();
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const ended = await runner.finished;
  process.off("SIGINT", stop).off("SIGTERM", stop);
  pace.release();
  operations.end();
  status.end();
  expectGoodEnd(ended, received, graphs);
  if (orders !== undefined) writeJsonLines(orders, kept.records);
  present(paper, kept, runner.run.late, json, terminal);
  return 0;
}

function beginningOf(strategies: readonly PaperStrategy[], settings: LiveSettings): LiveBeginning {
  return {
    run: randomUUID(),
    engine: ENGINE_VERSION,
    started: instant(Date.now() * 1_000),
    broker: "embedded",
    account: "embedded",
    strategies: strategies.map(({ graph, sources, parameters, cash }) => ({
      name: graph.strategy,
      graph: graphToJson(graph),
      graphHash: graphHash(graph),
      parameters,
      cash,
      priceDecimals: sources.map(({ info }) => info.priceDecimals),
    })),
    settings,
  };
}

/** What of a run is needed at its end. */
interface Kept {
  readonly records: (RunRecord | (RunRecord & { readonly strategy: string }))[];
  readonly ends: Map<string, EndRecord>;
}

/** Records of several strategies say of which they are. */
function keep({ records, ends }: Kept, entry: LiveEntry, form: "ends" | "plain" | "named"): void {
  if (entry.entry !== "record" || entry.record.kind !== "engine") return;
  const { strategy, record } = entry.record;
  if (record.event === "end") ends.set(strategy, record);
  if (form !== "ends") records.push(form === "named" ? { strategy, ...record } : record);
}

function expectGoodEnd(ended: Ended, received: Signal | null, graphs: readonly Graph[]): void {
  if (ended.kind === "error") {
    const [graph] = graphs;
    const failure = graph === undefined ? null : failureOf(ended.error, graph);
    throw failure === null ? ended.error : runFailure(failure);
  }
  if (ended.kind === "outside") throw new CommandFailure(3, "outside_failed", ended.failure.message);
  if (received !== null) throw new CommandFailure(SIGNALS[received], "interrupted", "Interrupted; nothing was cancelled or sold.");
}

function present({ strategies }: Paper, { ends }: Kept, late: { readonly bars: number }, json: boolean, terminal: Terminal): void {
  const runs = strategies.map(({ graph: { strategy }, cash }) => ({ strategy, cash, end: ends.get(strategy) }));
  if (json) {
    const strategiesJson = runs.map(({ strategy, cash, end }) => ({ strategy, starting_cash: cash, ...without(end) }));
    writeJson(terminal, { ok: true, ended: "data_over", late_bars: late.bars, strategies: strategiesJson });
    return;
  }
  for (const { strategy, cash, end } of runs) {
    if (end === undefined) continue;
    const { orders, rejected, fills, final_equity, fees } = end;
    terminal.write(
      `${strategy}: ${orders} orders, ${rejected} of them rejected, ${fills} fills; equity ${final_equity} of ${cash}, fees ${fees}\n`,
    );
  }
  if (late.bars > 0) terminal.write(`${late.bars} bars came too late and were not decided on\n`);
}

/** An end as an object of its own. */
function without(end: EndRecord | undefined): object {
  if (end === undefined) return {};
  const { event: _, ...facts } = end;
  return facts;
}
