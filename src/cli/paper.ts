/** A paper run from start to end: its ports, what is shown meanwhile, and what is said of it afterwards. */
import { randomUUID } from "node:crypto";
import { ENGINE_VERSION } from "../engine/version.ts";
import { graphHash } from "../graph/hash.ts";
import { graphToJson } from "../graph/json.ts";
import type { LaneBackend } from "../graph/kernel.ts";
import type { ModelRunner } from "../graph/model-runner.ts";
import type { ExactDecimal, Graph } from "../graph/nodes.ts";
import { failureOf } from "../run/failure.ts";
import type { LiveBeginning, LiveEntry, LiveJournalReading, LiveStrategy } from "../run/live/journal.ts";
import type { LiveRun } from "../run/live/live-run.ts";
import { type Resumed, resume } from "../run/live/resume.ts";
import type { RolloutPlan } from "../run/live/rollout.ts";
import { type Ended, startRunner } from "../run/live/runner.ts";
import type { RunRecord } from "../run/outcome.ts";
import { endRecord } from "../run/summary.ts";
import { instant } from "../values/quantity.ts";
import { writeJson } from "./command.ts";
import { CommandFailure, type ExitCode, journalFailure, runFailure } from "./failure.ts";
import { writeJsonLines } from "./files.ts";
import { type LiveFlags, liveSettings } from "./live-settings.ts";
import { type Operations, openOperations } from "./operations.ts";
import type { PaperMarket } from "./paper-market.ts";
import { type StatusLine, statusLine } from "./run-status.ts";
import { type Interruption, interruption } from "./signals.ts";
import type { Terminal } from "./terminal.ts";

export interface PaperStrategy {
  readonly graph: Graph;
  /** Unique in the run; the strategy's own unless given. */
  readonly name?: string;
  readonly parameters: readonly number[];
  readonly cash: ExactDecimal;
  /** What runs its models of the host, if it has some. */
  readonly models?: ModelRunner;
}

export interface Paper {
  readonly strategies: readonly PaperStrategy[];
  readonly market: PaperMarket;
  readonly backend: LaneBackend;
  /** Where the records go, if anywhere. */
  readonly orders: string | undefined;
  /** The folder of its journal, if it has one. */
  readonly journal: string | undefined;
  readonly configuration: LiveFlags;
  /** How the second of two strategies takes over. */
  readonly rollout: RolloutPlan | null;
}

export async function tradeOnPaper(paper: Paper, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { strategies, market, orders } = paper;
  const kept: RecordLine[] = [];
  const asked = interruption();
  const run = await traded(paper, asked, kept, terminal).finally(() => {
    market.end();
    asked.end();
  });
  if (orders !== undefined) writeJsonLines(orders, kept);
  present(strategies, run, json, terminal);
  return 0;
}

/** Trades until the run ends well, or throws how it ended otherwise. */
async function traded(paper: Paper, asked: Interruption, kept: RecordLine[], terminal: Terminal): Promise<LiveRun> {
  const beginning = beginningOf(paper);
  const operations = await openOperations(paper, beginning, terminal);
  const status = statusLine(terminal);
  try {
    return await running(paper, { beginning, operations, status, asked, kept, terminal });
  } finally {
    operations.end();
    status.end();
  }
}

interface Around {
  /** Of a run that begins now. */
  readonly beginning: LiveBeginning;
  readonly operations: Operations;
  readonly status: StatusLine;
  readonly asked: Interruption;
  readonly kept: RecordLine[];
  readonly terminal: Terminal;
}

async function running(paper: Paper, { beginning, operations, status, asked, kept, terminal }: Around): Promise<LiveRun> {
  const { strategies, market, backend, orders, journal } = paper;
  const { reading } = operations;
  const graphs = strategies.map(({ graph }) => graph);
  const keep = orders === undefined ? () => undefined : keeperOf(kept, strategies.length);
  const resumed = reading === null ? null : await resumption(paper, reading);
  if (reading !== null && journal !== undefined && orders !== undefined) await recallRecords(journal, keep, terminal);
  const runner = startRunner({
    ...market.open(resumed?.lastEnd ?? null),
    beginning: reading?.beginning ?? beginning,
    graphs,
    backend,
    journal: operations.journal,
    broker: market.broker,
    resumed,
    models: strategies.map(({ models }) => models),
    watch: (entry) => {
      operations.see(entry);
      status.see(entry);
      keep(entry);
    },
  });
  if (resumed !== null) for (const each of [operations, status]) each.goOn(runner.run);
  await operations.attend(runner);
  asked.signal.addEventListener("abort", () => runner.stop());
  if (asked.signal.aborted) runner.stop();
  const ended = await runner.finished;
  expectGoodEnd(ended, graphs);
  if (asked.signal.aborted) throw interrupted(asked, journal);
  return runner.run;
}

async function resumption({ strategies, backend, journal }: Paper, reading: LiveJournalReading): Promise<Resumed> {
  const graphs = strategies.map(({ graph }) => graph);
  const resumption = await resume(reading, graphs, backend);
  if (resumption.ok) return resumption.resumed;
  const { sequence } = resumption.difference;
  throw new CommandFailure(3, "journal_invalid", `What follows from the journal in ${journal} is not what it says at entry ${sequence}.`, [
    `\`stratc replay ${journal}\` says more. Was it written by another version of stratc?`,
  ]);
}

/** Who a run is that begins now. */
export function beginningOf({
  strategies,
  market,
  configuration,
  rollout,
}: Pick<Paper, "strategies" | "market" | "configuration" | "rollout">): LiveBeginning {
  return {
    run: randomUUID(),
    engine: ENGINE_VERSION,
    started: instant(Date.now() * 1_000),
    ...market.held,
    strategies: strategies.map(({ graph, name = graph.strategy, parameters, cash }, index) => ({
      name,
      graph: graphToJson(graph),
      graphHash: graphHash(graph),
      parameters,
      cash,
      priceDecimals: market.priceDecimals[index] ?? [],
      ...actionsOf(market.actions[index] ?? []),
    })),
    settings: { ...liveSettings(configuration), rollout },
  };
}

/** Said only where something happens. */
function actionsOf(actions: PaperMarket["actions"][number]): Pick<LiveStrategy, "actions"> {
  return actions.some((own) => own.length > 0) ? { actions } : {};
}

type RecordLine = RunRecord | (RunRecord & { readonly strategy: string });

/** Keeps what the engines recorded; records of several strategies say of which they are. */
function keeperOf(kept: RecordLine[], strategies: number): (entry: LiveEntry) => void {
  return (entry) => {
    if (entry.entry !== "record" || entry.record.kind !== "engine") return;
    const { strategy, record } = entry.record;
    kept.push(strategies > 1 ? { strategy, ...record } : record);
  };
}

/** What a run that goes on recorded before, as far back as its journal goes. */
async function recallRecords(folder: string, keep: (entry: LiveEntry) => void, terminal: Terminal): Promise<void> {
  const { wholeReading } = await import("../adapters/files/live-journal.ts");
  const whole = await wholeReading(folder);
  if (!whole.ok) throw journalFailure(whole.failure);
  const { snapshot, entries } = whole.value;
  if (snapshot !== null) terminal.note(`note: records up to entry ${snapshot.sequence} are no longer in the journal\n`);
  for await (const { entry } of entries(snapshot?.sequence ?? 0)) keep(entry);
}

/** Throws how a run ended, unless that was well. */
export function expectGoodEnd(ended: Ended, graphs: readonly Graph[]): void {
  if (ended.kind === "error") {
    const [graph] = graphs;
    const failure = graph === undefined ? null : failureOf(ended.error, graph);
    throw failure === null ? ended.error : runFailure(failure);
  }
  if (ended.kind === "outside") throw new CommandFailure(3, "outside_failed", ended.failure.message);
}

function interrupted(asked: Interruption, journal: string | undefined): CommandFailure {
  const message = "Interrupted; nothing was cancelled or sold.";
  return asked.failure(journal === undefined ? message : `${message} The same command goes on from here.`);
}

function present(strategies: readonly PaperStrategy[], run: LiveRun, json: boolean, terminal: Terminal): void {
  const { late } = run;
  const runs = run.strategies.map(({ name, walk }, index) => ({ strategy: name, cash: strategies[index]?.cash, end: endRecord(walk) }));
  if (json) {
    const strategiesJson = runs.map(({ strategy, cash, end: { event: _, ...facts } }) => ({ strategy, starting_cash: cash, ...facts }));
    writeJson(terminal, { ok: true, ended: "data_over", late_bars: late.bars, strategies: strategiesJson });
    return;
  }
  for (const { strategy, cash, end } of runs) {
    const { orders, rejected, fills, final_equity, fees } = end;
    terminal.write(
      `${strategy}: ${orders} orders, ${rejected} of them rejected, ${fills} fills; equity ${final_equity} of ${cash}, fees ${fees}\n`,
    );
  }
  if (late.bars > 0) terminal.write(`${late.bars} bars came too late and were not decided on\n`);
}
