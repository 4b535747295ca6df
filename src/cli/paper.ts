/** A paper run from start to end: its ports, what is shown meanwhile, and what is said of it afterwards. */
import { randomUUID } from "node:crypto";
import { ENGINE_VERSION } from "../engine/version.ts";
import { graphHash } from "../graph/hash.ts";
import { graphToJson } from "../graph/json.ts";
import type { LaneBackend } from "../graph/kernel.ts";
import type { ExactDecimal, Graph } from "../graph/nodes.ts";
import { failureOf } from "../run/failure.ts";
import type { LiveBeginning, LiveEntry, LiveJournalReading, LiveStrategy } from "../run/live/journal.ts";
import { type Resumed, resume } from "../run/live/resume.ts";
import { type Ended, startRunner } from "../run/live/runner.ts";
import type { EndRecord, RunRecord } from "../run/outcome.ts";
import { instant } from "../values/quantity.ts";
import { writeJson } from "./command.ts";
import { CommandFailure, type ExitCode, runFailure } from "./failure.ts";
import { writeJsonLines } from "./files.ts";
import { type LiveFlags, liveSettings } from "./live-settings.ts";
import { type Operations, openOperations } from "./operations.ts";
import type { PaperMarket } from "./paper-market.ts";
import { type StatusLine, statusLine } from "./run-status.ts";
import { type Interruption, interruption } from "./signals.ts";
import type { Terminal } from "./terminal.ts";

export interface PaperStrategy {
  readonly graph: Graph;
  readonly parameters: readonly number[];
  readonly cash: ExactDecimal;
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
}

export async function tradeOnPaper(paper: Paper, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { strategies, market, orders } = paper;
  const kept: Kept = { records: [], ends: new Map() };
  const asked = interruption();
  const late = await traded(paper, asked, kept, terminal).finally(() => {
    market.end();
    asked.end();
  });
  if (orders !== undefined) writeJsonLines(orders, kept.records);
  present(strategies, kept, late, json, terminal);
  return 0;
}

/** Trades until the run ends well, or throws how it ended otherwise. Gives what came late. */
async function traded(paper: Paper, asked: Interruption, kept: Kept, terminal: Terminal): Promise<Late> {
  const beginning = beginningOf(paper);
  const operations = await openOperations(paper, beginning, terminal);
  const status = statusLine(terminal);
  try {
    return await running(paper, { beginning, operations, status, asked, kept });
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
  readonly kept: Kept;
}

async function running(paper: Paper, { beginning, operations, status, asked, kept }: Around): Promise<Late> {
  const { strategies, market, backend, orders, journal } = paper;
  const { reading } = operations;
  const graphs = strategies.map(({ graph }) => graph);
  const form = orders === undefined ? "ends" : strategies.length > 1 ? "named" : "plain";
  const resumed = reading === null ? null : await resumption(paper, reading);
  if (reading !== null) {
    for await (const { entry } of reading.entries(reading.snapshot?.sequence ?? 0)) {
      operations.recall(entry);
      status.see(entry);
      keep(kept, entry, form);
    }
  }
  const runner = startRunner({
    ...market.open(resumed?.lastEnd ?? null),
    beginning: reading?.beginning ?? beginning,
    graphs,
    backend,
    journal: operations.journal,
    broker: market.broker,
    resumed,
    watch: (entry) => {
      operations.see(entry);
      status.see(entry);
      keep(kept, entry, form);
    },
  });
  await operations.attend(runner);
  asked.signal.addEventListener("abort", () => runner.stop());
  if (asked.signal.aborted) runner.stop();
  const ended = await runner.finished;
  expectGoodEnd(ended, graphs);
  if (asked.signal.aborted) throw interrupted(asked, journal);
  return runner.run.late;
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

function beginningOf({ strategies, market, configuration }: Paper): LiveBeginning {
  return {
    run: randomUUID(),
    engine: ENGINE_VERSION,
    started: instant(Date.now() * 1_000),
    ...market.held,
    strategies: strategies.map(({ graph, parameters, cash }, index) => ({
      name: graph.strategy,
      graph: graphToJson(graph),
      graphHash: graphHash(graph),
      parameters,
      cash,
      priceDecimals: market.priceDecimals[index] ?? [],
      ...actionsOf(market.actions[index] ?? []),
    })),
    settings: liveSettings(configuration),
  };
}

/** Said only where something happens. */
function actionsOf(actions: PaperMarket["actions"][number]): Pick<LiveStrategy, "actions"> {
  return actions.some((own) => own.length > 0) ? { actions } : {};
}

type Late = { readonly bars: number };

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

function expectGoodEnd(ended: Ended, graphs: readonly Graph[]): void {
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

function present(strategies: readonly PaperStrategy[], { ends }: Kept, late: Late, json: boolean, terminal: Terminal): void {
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
