/** `stratc backtest`: runs a strategy over bars and reports what came of it. */

import { performance } from "node:perf_hooks";
import type { ModelRunner } from "../graph/model-runner.ts";
import type { Graph } from "../graph/nodes.ts";
import type { Journal } from "../journal/writer.ts";
import type { BarSource } from "../market/bars.ts";
import type { BacktestResult } from "../run/backtest.ts";
import type { BacktestHeader, RunJournal } from "../run/journal.ts";
import type { BacktestOutcome } from "../run/outcome.ts";
import { backendNamed } from "./backends.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { addDataFlags, type DataFlags, FILLS_FLAG, RUN_FLAGS } from "./data-flags.ts";
import { openAll, openFiner } from "./datasets.ts";
import { CommandFailure, runFailure, usageFailure } from "./failure.ts";
import { expectWritable, writeJsonLines } from "./files.ts";
import { cashText, type Period, parameterValues, periodOf } from "./settings.ts";
import { noteShareLiterals } from "./split-note.ts";
import type { Terminal } from "./terminal.ts";
import { watched } from "./watched.ts";

interface BacktestFlags extends CommonFlags, DataFlags {
  readonly file: string;
  readonly bars?: readonly string[];
  readonly data: readonly string[];
  readonly fills: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly param: readonly string[];
  readonly cash: string;
  readonly "in-sample": boolean;
  readonly orders?: string;
  readonly journal?: string;
  readonly backend: "wasm" | "interpreter";
}

export const backtestCommand: Command<BacktestFlags> = {
  command: "backtest <file> [bars..]",
  describe: "Run a strategy over bars and report what came of it",
  flags: (yargs) =>
    addDataFlags(
      yargs
        .group(["data", "fills", "from", "to", "param", "cash", "orders", "in-sample", "journal", "backend"], "What to run:")
        .positional("file", { type: "string", describe: "Strategy file" })
        .positional("bars", { type: "string", array: true, describe: "More data, as with --data" })
        .options({
          ...RUN_FLAGS,
          fills: FILLS_FLAG,
          ...configOptions(["cash", "backend"]),
          "in-sample": {
            type: "boolean",
            default: false,
            defaultDescription: "refuse them",
            describe: "Admit bars on which a model was trained",
          },
          orders: { type: "string", requiresArg: true, describe: "Write every order, fill and halt, one JSON object a line" },
          journal: { type: "string", requiresArg: true, describe: "Keep the run's journal in this folder, which is made or empty" },
        })
        .example("$0 backtest strategies/sma_cross.strat --data sample:sp500", "# on the data that comes with stratc"),
    ),
  run: async (flags, terminal) => {
    const { compiledGraph } = await import("./source.ts");
    const graph = compiledGraph(flags.file, flags.json, terminal);
    if (graph === undefined) return 1;
    const parameters = parameterValues(graph, flags.param);
    const cash = cashText(flags.cash);
    const period = periodOf(flags.from, flags.to, graph.calendar);
    if (flags.orders !== undefined) expectWritable(flags.orders);
    const sources = await openAll(graph, [...flags.data, ...(flags.bars ?? [])], flags, terminal);
    await noteShareLiterals({ file: flags.file, calendar: graph.calendar, sources, period }, terminal);
    const fills = flags.fills.length === 0 ? {} : { fills: await openFiner(graph, flags.fills, flags, terminal) };
    const { hostedModels } = await import("./model-files.ts");
    const models = await hostedModels(graph, flags.file, flags.store);
    const { outcome, seconds } = await execute(
      { graph, parameters, cash, period, sources, ...fills, ...models, inSample: flags["in-sample"] },
      flags,
      terminal,
    );
    const dataHashes = sources.map(({ info }) => info.hash);
    await present({ graph, parameters, cash, outcome, seconds, dataHashes }, flags.json, terminal);
    return 0;
  },
};

interface Run {
  readonly graph: Graph;
  readonly parameters: readonly number[];
  readonly cash: string;
  readonly period: Period;
  readonly sources: readonly BarSource[];
  readonly fills?: readonly (BarSource | null)[];
  readonly models?: ModelRunner;
  readonly inSample: boolean;
}

async function execute(run: Run, flags: BacktestFlags, terminal: Terminal): Promise<{ outcome: BacktestOutcome; seconds: number }> {
  const { backtest } = await import("../run/backtest.ts");
  const backend = await backendNamed(flags.backend);
  return watched(run.sources, terminal, async (sources) => {
    const started = performance.now();
    const outcome = await journaled(flags.journal, run.graph, (journal) =>
      backtest({ ...run, ...run.period, ...journal, sources, backend }),
    );
    const seconds = (performance.now() - started) / 1_000;
    if (flags.orders !== undefined) writeJsonLines(flags.orders, outcome.records);
    return { outcome, seconds };
  });
}

/** A run with its journal in `folder`, if one is wanted: there is a whole one afterwards, or none. */
async function journaled(
  folder: string | undefined,
  graph: Graph,
  run: (input: { readonly journal?: RunJournal }) => Promise<BacktestResult>,
): Promise<BacktestOutcome> {
  if (folder === undefined) return outcomeOf(await run({}));
  const journal = await journalIn(folder, graph);
  try {
    const result = await run({ journal });
    const closed = await journal.close();
    const outcome = outcomeOf(result);
    if (!closed.ok) throw new CommandFailure(3, "output_failed", `${closed.failure.message}.`);
    return outcome;
  } catch (error) {
    const { discardJournal } = await import("../adapters/files/journal.ts");
    await journal.close();
    discardJournal(folder);
    throw error;
  }
}

function outcomeOf(result: BacktestResult): BacktestOutcome {
  if (!result.ok) throw runFailure(result.failure);
  return result.outcome;
}

async function journalIn(folder: string, graph: Graph): Promise<Journal> {
  const { beginJournal } = await import("../adapters/files/journal.ts");
  const begun = await beginJournal(folder, { kind: "backtest", graph } satisfies BacktestHeader);
  if (begun.ok) return begun.value;
  const { code, message } = begun.failure;
  throw code === "journal_not_empty" ? usageFailure(`--journal: ${message}.`) : new CommandFailure(3, "output_failed", `${message}.`);
}

interface Finished extends Omit<Run, "sources" | "fills" | "period" | "models" | "inSample"> {
  readonly outcome: BacktestOutcome;
  readonly seconds: number;
  readonly dataHashes: readonly string[];
}

async function present(finished: Finished, json: boolean, terminal: Terminal): Promise<void> {
  const { reportOf } = await import("../report/report.ts");
  const report = reportOf(finished);
  if (json) writeJson(terminal, (await import("../report/json.ts")).reportJson(report));
  else terminal.write((await import("../report/console.ts")).consoleReport(report, terminal.colour.output));
}
